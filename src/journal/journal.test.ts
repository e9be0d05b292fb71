import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { type ErrorCode, gatewayError, type Result } from '../kit/index.ts';
import { type Change, createMemoryStore, type DurableStore, type NewCall, type StoredEvent } from '../store/index.ts';
import { createJournal, type Journal } from './journal.ts';

interface World {
  readonly store: DurableStore;
  readonly journal: Journal;
  readonly call: (sessionId: string) => NewCall;
  readonly committed: StoredEvent[];
  readonly commits: (readonly Change[])[];
  readonly takenOver: string[];
  readonly troubles: ErrorCode[];
  /** Fires every timer that waits. */
  readonly tick: () => Promise<void>;
  failing: ErrorCode | undefined;
}

async function open(): Promise<World> {
  const store = createMemoryStore();
  const joined = await store.joinNode('n', Number.MAX_SAFE_INTEGER);
  assert.ok(joined.ok);
  const owner = joined.value;
  const [committed, commits, takenOver, troubles]: [StoredEvent[], (readonly Change[])[], string[], ErrorCode[]] = [
    [],
    [],
    [],
    [],
  ];
  let timers: (() => void)[] = [];
  const rest = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await setImmediate();
  };
  const world: World = {
    store,
    committed,
    commits,
    takenOver,
    troubles,
    failing: undefined,
    call: (sessionId) => ({
      sessionId,
      tenantId: 't',
      owner,
      to: 'sip:a@b',
      from: 'sip:c@d',
      acceptedAtWallMs: 1,
      endpoint: { key: 'e', target: {} },
      facts: {},
    }),
    tick: async () => {
      await rest();
      for (const fire of timers.splice(0)) fire();
      await rest();
    },
    journal: createJournal({
      store: {
        commit: async (changes): Promise<Result<void, ReturnType<typeof gatewayError>>> => {
          await setImmediate();
          if (world.failing !== undefined) return { ok: false, error: gatewayError(world.failing, 'It failed') };
          commits.push(changes);
          return store.commit(changes);
        },
      },
      owner,
      wallMs: () => 5,
      after: (_ms, fire) => {
        timers.push(fire);
        return () => {
          timers = timers.filter((other) => other !== fire);
        };
      },
      onCommitted: (events) => committed.push(...events),
      onDoubt: () => undefined,
      onTakenOver: (sessionId) => takenOver.push(sessionId),
      onTrouble: ({ code }) => troubles.push(code),
    }),
  };
  return world;
}

const state = (name: 'started' | 'ringing' | 'active'): Parameters<Journal['tell']>[1] => ({
  type: `call.${name}`,
  data: { callState: name },
  state: name,
  isDelivered: true,
});
const over = {
  state: 'ended',
  endCode: 'completed.bot',
  billedMs: 7,
  figures: { isAnswered: true, waitsMs: { bot: [9] } },
  record: { a: 1 },
} as const;

test('a life: accepted, told in order, its dialog kept, terminal state and record in one commit', async () => {
  const { journal, call, store, commits, committed } = await open();
  assert.ok((await journal.accept(call('s'))).ok);
  journal.tell('s', state('started'));
  journal.tell('s', state('ringing'));
  const kept = journal.keepDialog('s', { phase: 'confirmed' });
  await kept;
  journal.tell('s', { type: 'turn.asked', data: {}, isDelivered: false });
  journal.over('s', over);
  journal.tell('s', state('active'));
  await journal.idle();
  const [found, record, deliveries] = [await store.call('s'), await store.record('s'), await store.deliveries('s')];
  assert.ok(found.ok && record.ok && deliveries.ok);
  assert.deepEqual(
    [found.value?.state, found.value?.endCode, found.value?.lastSequence],
    ['ended', 'completed.bot', 3],
  );
  assert.ok(
    commits.flat().some((change) => change.type === 'call-changed' && change.dialog?.['phase'] === 'confirmed'),
  );
  assert.deepEqual(record.value, { a: 1 });
  assert.deepEqual(
    committed.map(({ sequence, type }) => [sequence, type]),
    [
      [1, 'call.started'],
      [2, 'call.ringing'],
      [3, 'turn.asked'],
    ],
  );
  assert.deepEqual(
    deliveries.value.map(({ event }) => event.sequence),
    [1, 2],
  );
  const last = commits.at(-1)?.map(({ type }) => type);
  assert.deepEqual(last?.slice(-2), ['call-ended', 'record']);
});

test('promise R19: while the store is down changes wait, in order; new calls are refused; then all is written', async () => {
  const world = await open();
  const { journal, call, tick } = world;
  assert.ok((await journal.accept(call('s'))).ok);
  world.failing = 'store.unavailable';
  journal.tell('s', state('started'));
  journal.tell('s', state('ringing'));
  await tick();
  assert.equal(journal.health().ok, false);
  const refused = await journal.accept(call('other'));
  assert.equal(!refused.ok && refused.error.code, 'store.unavailable');
  let isKept = false;
  const kept = journal.keepDialog('s', { phase: 'confirmed' }).then(() => {
    isKept = true;
  });
  await tick();
  await kept;
  assert.ok(isKept, 'an ACK does not wait for a store that is down');
  journal.over('s', over);
  await tick();
  world.failing = undefined;
  await tick();
  await journal.idle();
  assert.equal(journal.health().ok, true);
  assert.deepEqual(
    world.committed.map(({ sequence, type }) => [sequence, type]),
    [
      [1, 'call.started'],
      [2, 'call.ringing'],
    ],
  );
  const found = await world.store.call('s');
  assert.equal(found.ok && found.value?.endCode, 'completed.bot');
  assert.deepEqual(world.troubles, ['store.unavailable']);
});

test('a refused call leaves nothing behind, and what came with it neither', async () => {
  const { journal, call, store } = await open();
  const limits = { account: 't', callsPerSecond: 0, minutesPerDay: 0, nowWallMs: 1 };
  assert.ok((await journal.accept(call('one'), { ...limits, maxCalls: 1 })).ok);
  const key = { tenantId: 't', key: 'k' };
  const refused = await journal.accept(call('two'), { ...limits, maxCalls: 1 }, [
    { type: 'answer-kept', key, answer: { status: 202, body: {} } },
  ]);
  assert.equal(!refused.ok && refused.error.code, 'guard.concurrency');
  journal.tell('two', state('started'));
  await journal.idle();
  const found = await store.call('two');
  assert.ok(found.ok);
  assert.equal(found.value, undefined);
});

test('a call that another node took over is let go of', async () => {
  const world = await open();
  const { journal, call, store } = world;
  assert.ok((await journal.accept(call('s'))).ok);
  const other = await store.joinNode('n', Number.MAX_SAFE_INTEGER);
  assert.ok(other.ok && (await store.adopt(other.value, 1)).ok);
  journal.tell('s', state('started'));
  await journal.idle();
  assert.deepEqual(world.takenOver, ['s']);
  assert.deepEqual(world.committed, []);
});

test('extra events of a call that has very many waiting are left out, states never', async () => {
  const world = await open();
  const { journal, call, tick } = world;
  assert.ok((await journal.accept(call('s'))).ok);
  world.failing = 'store.full';
  for (let count = 0; count < 700; count++) journal.tell('s', { type: 'turn.asked', data: {}, isDelivered: false });
  journal.tell('s', state('active'));
  await tick();
  world.failing = undefined;
  await tick();
  await journal.idle();
  assert.ok(world.committed.length < 600);
  assert.equal(world.committed.at(-1)?.type, 'call.active');
  assert.deepEqual(
    world.committed.map(({ sequence }) => sequence),
    world.committed.map((_event, index) => index + 1),
  );
});

test('close lets everybody go who waits', async () => {
  const world = await open();
  const { journal, call } = world;
  assert.ok((await journal.accept(call('s'))).ok);
  world.failing = 'store.unavailable';
  const kept = journal.keepDialog('s', {});
  journal.close();
  await Promise.all([kept, journal.idle()]);
  journal.tell('s', state('started'));
  assert.deepEqual(world.committed, []);
});

test('a store that refuses a call that another node has is not down', async () => {
  const world = await open();
  const { journal, call, tick } = world;
  assert.ok((await journal.accept(call('s'))).ok);
  world.failing = 'store.unavailable';
  journal.tell('s', state('started'));
  await tick();
  assert.equal(journal.health().ok, false);
  world.failing = 'store.not-owner';
  await tick();
  await journal.idle();
  assert.equal(journal.health().ok, true);
});

test('what an outage has left is written in parts, in order, the terminal state with its record', async () => {
  const world = await open();
  const { journal, call, tick } = world;
  assert.ok((await journal.accept(call('s'))).ok);
  world.failing = 'store.unavailable';
  journal.tell('s', state('started'));
  await tick();
  for (let n = 0; n < 299; n++) journal.tell('s', { type: 'turn.asked', data: { n }, isDelivered: false });
  journal.over('s', over);
  world.failing = undefined;
  await tick();
  await journal.idle();
  const written = world.commits.slice(1);
  assert.deepEqual(
    written.map(({ length }) => length),
    [2, 100, 100, 101],
  );
  assert.deepEqual(
    written
      .at(-1)
      ?.slice(-2)
      .map(({ type }) => type),
    ['call-ended', 'record'],
  );
});
