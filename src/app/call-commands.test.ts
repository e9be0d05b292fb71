import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import type { ControlCommand } from '../engine/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result, seededRandom } from '../kit/index.ts';
import { createMemoryStore, type DurableStore, type Owner, type StoredCall } from '../store/index.ts';
import { SimClock } from '../testing/index.ts';
import { type CallCommands, createCallCommands } from './call-commands.ts';

const commands: readonly ControlCommand[] = [
  { type: 'hang-up' },
  { type: 'say', text: 'hello' },
  { type: 'play', url: 'http://a/b.wav' },
  { type: 'send-digits', digits: '1#' },
  { type: 'transfer', order: { method: 'refer', target: 'sip:a@b', acceptedCodes: [] } },
  { type: 'set-variables', variables: { a: [1, { b: null }] } },
  { type: 'receive-message', message: { text: 'hi', media: [{ url: 'http://a/b' }], context: { a: 1 } } },
  { type: 'receive-message', message: { text: '', media: [{ url: 'http://a/b', contentType: 'c' }], userNumber: '1' } },
  { type: 'mute', who: 'callee', isMuted: true },
];

interface Node {
  readonly owner: Owner;
  readonly commands: CallCommands;
  readonly taken: ControlCommand[];
}

interface Nodes {
  readonly clock: SimClock;
  readonly store: DurableStore;
  readonly call: StoredCall;
  join(answer?: () => Result<void, GatewayError>, sessions?: readonly string[]): Promise<Node>;
  /** Runs the clock until the promise is settled. */
  settled<T>(promise: Promise<T>): Promise<T>;
}

const sessionId = 'the-call';

async function nodes(isShared = true): Promise<{ world: Nodes; owner: Node }> {
  const clock = new SimClock(async () => {
    await nextMacrotask();
  });
  const store = createMemoryStore();
  const random = seededRandom(1);
  let count = 0;
  const join: Nodes['join'] = async (answer = () => ok(undefined), sessions = []) => {
    const joined = await store.joinNode(`node-${(count += 1)}`, 1e12);
    assert.ok(joined.ok);
    const taken: ControlCommand[] = [];
    const node = createCallCommands({
      store,
      owner: joined.value,
      random,
      isShared,
      wallMs: () => clock.nowMs(),
      after: (ms, fire) => clock.at(clock.nowMs() + ms, fire),
      engine: {
        control(wanted, command) {
          if (!sessions.includes(wanted)) return err(gatewayError('call.unknown', 'Not here'));
          const answered = answer();
          if (answered.ok) taken.push(command);
          return answered;
        },
      },
    });
    return { owner: joined.value, commands: node, taken };
  };
  const owner = await join(() => ok(undefined), [sessionId]);
  const call = { sessionId, tenantId: 't', owner: owner.owner, to: '', from: '', acceptedAtWallMs: 0, facts: {} };
  const committed = await store.commit([{ type: 'call-accepted', call }]);
  assert.ok(committed.ok);
  const found = await store.call(sessionId);
  assert.ok(found.ok && found.value !== undefined);
  const world: Nodes = {
    clock,
    store,
    call: found.value,
    join,
    async settled(promise) {
      let isSettled = false;
      const done = promise.finally(() => {
        isSettled = true;
      });
      await clock.runUntil(() => isSettled, 60_000);
      return done;
    },
  };
  return { world, owner };
}

test('a command for a call of this node is carried out at once', async () => {
  const { world, owner } = await nodes();
  assert.deepEqual(await owner.commands.control(world.call, { type: 'hang-up' }), ok(undefined));
  assert.equal(world.clock.nowMs(), 0);
  assert.deepEqual(owner.taken, [{ type: 'hang-up' }]);
});

test('every command reaches the node that has the call, as it was', async () => {
  const { world, owner } = await nodes();
  const other = await world.join();
  for (const command of commands) {
    assert.deepEqual(await world.settled(other.commands.control(world.call, command)), ok(undefined));
  }
  assert.deepEqual(owner.taken, commands);
  assert.deepEqual(other.taken, []);
  assert.ok(world.clock.nowMs() <= commands.length * 400);
  owner.commands.close();
  other.commands.close();
});

test('a refusal comes back as it was; a node that has lost the call says that it is over', async () => {
  const { world, owner } = await nodes();
  owner.commands.close();
  const asking = await world.join();
  const busy = gatewayError('call.busy', 'The call is being transferred');
  for (const [sessions, code] of [
    [['second-call'], 'call.busy'],
    [[], 'call.is-over'],
  ] as const) {
    const present = await world.join(() => err(busy), sessions);
    const call = { ...world.call, sessionId: sessions[0] ?? 'lost-call', owner: present.owner };
    assert.ok((await world.store.commit([{ type: 'call-accepted', call }])).ok);
    const answered = await world.settled(asking.commands.control(call, { type: 'say', text: 'a' }));
    assert.ok(!answered.ok);
    assert.equal(answered.error.code, code);
    present.commands.close();
  }
  asking.commands.close();
});

test('an owner that does not answer within 5 s is told of as silent; without other nodes nobody is asked', async () => {
  const { world, owner } = await nodes();
  owner.commands.close();
  const other = await world.join();
  const answered = await world.settled(other.commands.control(world.call, { type: 'hang-up' }));
  assert.ok(!answered.ok && answered.error.code === 'call.owner-silent');
  assert.equal(world.clock.nowMs(), 5000);
  other.commands.close();
  const { world: alone } = await nodes(false);
  const only = await alone.join();
  const over = await only.commands.control(alone.call, { type: 'hang-up' });
  assert.ok(!over.ok && over.error.code === 'call.is-over');
});
