/** Following a call, without a browser and without waiting: frames and time come when the test says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { type Call, type CallEvent, OutdialProblem } from '../../../src/client/index.ts';
import { openLiveCall, type Pace } from './live-call.ts';

const call: Call = {
  vgwSessionID: 'c-1',
  tenantID: 'clinic',
  callState: 'accepted',
  direction: 'outbound',
  to: 'sip:bob@example.net',
  from: 'sip:clinic@example.com',
  acceptedAt: '2026-01-01T00:00:00.000Z',
  changedAt: '2026-01-01T00:00:00.000Z',
  failureReason: null,
  sequence: 0,
};

function event(sequence: number, type: string, callState: CallEvent['callState'] = null): CallEvent {
  const timestamp = `2026-01-01T00:00:0${sequence}.000Z`;
  return {
    vgwSessionID: 'c-1',
    tenantID: 'clinic',
    sequence,
    type,
    callState,
    failureReason: null,
    timestamp,
    data: {},
  };
}

type Client = Parameters<typeof openLiveCall>[0];

/** A gateway with one call; what a test hands to `tell` comes down its stream. */
function world(overrides: Partial<Client> = {}, state: Call = call) {
  const now = { call: state };
  const told: CallEvent[] = [];
  let isTold = false;
  let wake = (): void => undefined;
  const asked: string[] = [];
  const absent = (name: string) => async (): Promise<never> => {
    asked.push(name);
    throw new OutdialProblem('artifact.none', 404, 'There is none.', undefined);
  };
  const client: Client = {
    getCall: async () => now.call,
    async *followCall({ signal }) {
      for (;;) {
        for (let next = told.shift(); next !== undefined; next = told.shift()) yield next;
        if (isTold || signal?.aborted === true) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    getRecord: absent('record'),
    getSipTrace: absent('trace'),
    getBotExchanges: absent('bots'),
    getRecording: absent('recording'),
    listDeliveries: async () => ({ deliveries: [] }),
    ...overrides,
  };
  const frames: (() => void)[] = [];
  const waits: { readonly ms: number; readonly act: () => void }[] = [];
  const put = <T>(list: T[], item: T) => {
    list.push(item);
    return () => {
      if (list.includes(item)) list.splice(list.indexOf(item), 1);
    };
  };
  const pace: Pace = { onFrame: (show) => put(frames, show), after: (ms, act) => put(waits, { ms, act }) };
  return {
    now,
    asked,
    waits,
    live: openLiveCall(client, 'c-1', pace),
    tell: async (...events: readonly CallEvent[]) => {
      told.push(...events);
      wake();
      await nextMacrotask();
    },
    finish: async () => {
      isTold = true;
      wake();
      await nextMacrotask();
    },
    frame: () => {
      for (const show of frames.splice(0)) show();
    },
    pass: async () => {
      for (const { act } of waits.splice(0)) act();
      await nextMacrotask();
    },
  };
}

test('what comes between two frames is shown at once, and the state follows the events', async () => {
  const { live, tell, frame } = world();
  await nextMacrotask();
  let pictures = 0;
  const stop = live.data.subscribe(() => (pictures += 1));
  await tell(event(1, 'call.started', 'started'), event(2, 'turn.asked'), event(3, 'call.ringing', 'ringing'));
  assert.equal(pictures, 1, 'nothing before the frame');
  frame();
  assert.equal(pictures, 2);
  assert.deepEqual(
    [live.data.value?.call.callState, live.data.value?.call.sequence, live.data.value?.events.length],
    ['ringing', 3, 3],
  );
  stop();
  live.close();
});

test('events from before the call was read do not take its state back', async () => {
  const { live, tell, frame } = world({}, { ...call, callState: 'active', sequence: 5 });
  await nextMacrotask();
  await tell(event(1, 'call.started', 'started'));
  frame();
  assert.equal(live.data.value?.call.callState, 'active');
  assert.equal(live.data.value.events.length, 1);
  live.close();
});

test('after the end everything that is left of the call is read, and what is not there yet is asked for again', async () => {
  let tries = 0;
  const getRecord = async (): Promise<Readonly<Record<string, unknown>>> => {
    tries += 1;
    if (tries < 3) throw new OutdialProblem('call.running', 409, 'Not yet.', undefined);
    return { endCode: 'completed.bot' };
  };
  const { live, now, tell, finish, pass, asked } = world({ getRecord });
  await tell(event(1, 'call.ended', 'ended'));
  now.call = { ...call, callState: 'ended', endCode: 'completed.bot' };
  await finish();
  for (let look = 0; look < 3; look += 1) await pass();
  assert.equal(live.data.value?.call.endCode, 'completed.bot');
  assert.equal(live.data.value.events.length, 1);
  assert.equal(live.data.value.record?.endCode, 'completed.bot');
  assert.equal(tries, 3);
  assert.deepEqual([...new Set(asked)].sort(), ['bots', 'recording', 'trace']);
  assert.deepEqual(live.missing.value, [], 'what does not exist is not missed');
  live.close();
});

test('what cannot be read is told, and the rest is shown', async () => {
  const getSipTrace = async (): Promise<never> => {
    throw new OutdialProblem('store.unavailable', 503, 'The store does not answer.', 5);
  };
  const over = world({ getSipTrace }, { ...call, callState: 'failed', endCode: 'call.busy' });
  await over.finish();
  await over.finish();
  assert.deepEqual(over.live.missing.value, ['The SIP trace could not be read: The store does not answer.']);
  assert.equal(over.live.data.value?.call.endCode, 'call.busy');
  const none = world({
    getCall: async () => {
      throw new OutdialProblem('call.unknown', 404, 'There is no such call.', undefined);
    },
  });
  await nextMacrotask();
  assert.ok(none.live.fault.value instanceof OutdialProblem);
});

test('a page that is left neither shows nor asks for anything more', async () => {
  const { live, tell, frame, waits, asked } = world();
  await nextMacrotask();
  await tell(event(1, 'call.started', 'started'));
  assert.equal(waits.length, 1);
  live.close();
  frame();
  await tell(event(2, 'call.ringing', 'ringing'));
  assert.equal(live.data.value?.events.length, 0);
  assert.equal(waits.length, 0);
  assert.deepEqual(asked, []);
});
