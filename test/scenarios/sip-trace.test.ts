import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipTrace } from '../../src/engine/index.ts';
import { says, tenant, World } from './world.ts';

/** What each message is: its method or status, and which way it went. */
const story = (trace: SipTrace | undefined): string[] =>
  (trace?.messages ?? []).map(({ direction, text }) => {
    const [first = '', second = ''] = text.split(' ');
    return `${direction} ${first === 'SIP/2.0' ? second : first}`;
  });

test('the trace of a call that the bot ends: INVITE to the answer of its BYE, both directions', async () => {
  const world = new World({
    bot: (_request, index) => (index === 0 ? says('hello') : says('', true)),
    settings: { isSipTraced: true },
  });
  const accepted = await world.call().accepted;
  await world.runToTheEnd();
  const [trace] = world.traces;
  assert.equal(world.traces.length, 1);
  assert.equal(trace?.vgwSessionID, accepted.ok && accepted.value.sessionId);
  const told = story(trace);
  assert.deepEqual(
    told.filter((step) => step !== 'received 100'),
    ['sent INVITE', 'received 180', 'received 200', 'sent ACK', 'sent BYE', 'received 200'],
  );
  assert.ok(trace?.messages.every(({ peer }) => peer === '10.0.0.2:5060'));
  const times = trace?.messages.map(({ at }) => at) ?? [];
  assert.deepEqual(times, times.toSorted());
  assert.match(trace?.messages[0]?.text ?? '', /\r\n\r\nv=0\r\n/);
});

test('the trace of a running call has what there is so far, and is gone from the engine with it', async () => {
  const soFar: (readonly string[])[] = [];
  const world: World = new World({
    bot: (_request, index) => (index === 0 ? says('hello') : says('', true)),
    settings: { isSipTraced: true },
    observe: (sessionId, _tenantId, event) => {
      if (event.type === 'call.ringing' || event.type === 'call.over') {
        soFar.push(story(world.engine.tracesSoFar(sessionId)?.sipTrace));
      }
    },
  });
  const accepted = await world.call().accepted;
  await world.runToTheEnd();
  const whole = story(world.traces[0]);
  const [ringing = [], over = []] = soFar;
  assert.deepEqual(ringing.at(-1), 'received 180');
  assert.deepEqual(over, whole.slice(0, over.length));
  assert.ok(ringing.length < over.length && over.length < whole.length);
  assert.ok(accepted.ok);
  assert.equal(world.engine.tracesSoFar(accepted.value.sessionId), undefined);
});

test('the trace of a call that the callee ends has its BYE and our answer', async () => {
  const world = new World({ bot: () => says('hello'), phone: { hangsUp: true }, settings: { isSipTraced: true } });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(story(world.traces[0]).slice(-2), ['received BYE', 'sent 200']);
});

test('a call that nobody answers leaves the INVITEs that were sent', async () => {
  const world = new World({ bot: () => says('hello'), isNobodyThere: true, settings: { isSipTraced: true } });
  world.call();
  await world.runToTheEnd();
  const told = story(world.traces[0]);
  assert.ok(told.length > 1 && told.every((step) => step === 'sent INVITE'), told.join('\n'));
});

test('no trace is kept when it is switched off, or of a tenant whose personal data are not to be kept', async () => {
  const off = new World({ bot: () => says('', true) });
  off.call();
  await off.runToTheEnd();
  assert.deepEqual(off.traces, []);
  for (const personalData of ['no-personal-data', 'metadata-only'] as const) {
    const world = new World({ bot: () => says('', true), settings: { isSipTraced: true } });
    world.call({ tenant: { ...tenant, settings: { ...tenant.settings, personalData } } });
    await world.runToTheEnd();
    assert.equal(world.records.length, 1);
    assert.deepEqual(world.traces, []);
  }
});
