/**
 * Several gateways on one PostgreSQL: a dead one's calls are ended by another, one that was only frozen lets go of what was taken
 * over meanwhile, and limits hold across all of them.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DurableStore } from '../../src/store/index.ts';
import { startPostgresql, type TestPostgresql } from '../store/postgresql.ts';
import { type CallWorld, createCallWorld, type Node, openStoreOf, until } from './call-world.ts';
import { pause } from './processes.ts';

const leaseMs = 5000;
/** Lease, the next look of another node, and time to end calls on a busy machine. */
const takeoverLimitMs = 3 * leaseMs;

let postgresql: TestPostgresql;
before(async () => {
  postgresql = await startPostgresql();
});
after(async () => {
  await postgresql.dispose();
});

describe('three gateways on one PostgreSQL', { timeout: 150_000 }, () => {
  let world: CallWorld;
  let nodes: readonly [Node, Node, Node];
  let ofC: readonly string[] = [];

  before(async () => {
    // Slow, so that there is always something that waits to be told.
    world = await createCallWorld({ delayMs: 60 });
    const settings = {
      DATABASE_URL: await postgresql.newDatabase(),
      OUTDIAL_NODE_LEASE: String(leaseMs / 1000),
      OUTDIAL_WEBHOOK_CONCURRENCY: '2',
    };
    const first = await world.startNode('a', settings);
    nodes = [first, ...(await Promise.all([world.startNode('b', settings), world.startNode('c', settings)]))];
  });
  after(() => world.close());

  /** Calls that stay until somebody ends them; resolves when all have been answered. */
  async function callEndlessly(node: Node, count: number): Promise<readonly string[]> {
    const known = world.farEndsOf(node).length;
    const answers = await Promise.all(Array.from({ length: count }, () => world.call(node, 'endless')));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    await until(
      `the calls of ${node.name} are answered`,
      () => world.farEndsOf(node).filter(({ answeredAtMs }) => answeredAtMs !== undefined).length >= known + count,
      15_000,
    );
    const ids = answers.map(({ sessionId = '' }) => sessionId);
    // What another life needs is in the store: a kill between the answer and that is another test's.
    const store = await openStoreOf(node.environment);
    for (const id of ids) {
      await until('its dialog is kept', async () => (await phaseOf(store, id)) === 'confirmed', 10_000);
    }
    await store.close();
    return ids;
  }

  const isOpen = ({ endedAtMs }: { readonly endedAtMs: number | undefined }): boolean => endedAtMs === undefined;
  const openOf = (node: Node): number => world.farEndsOf(node).filter(isOpen).length;
  const lastTold = (id: string): string | null | undefined => world.told(id).at(-1)?.callState;

  /** Its far ends are gone, and the end of each of these calls was told as a failure. */
  async function untilTakenOver(node: Node, calls: readonly string[]): Promise<void> {
    await until(`the far ends of ${node.name} are ended`, () => openOf(node) === 0, takeoverLimitMs);
    await until(
      `the ends of the calls of ${node.name} are told`,
      () => calls.every((id) => lastTold(id) === 'failed'),
      takeoverLimitMs,
      () => calls.map((id) => `${id}: ${String(lastTold(id))}`).join(', '),
    );
  }

  it('another one ends the calls of one that is killed, and tells what was waiting to be told', async () => {
    const [a, b, c] = nodes;
    const [ofA, , ofC_] = await Promise.all([callEndlessly(a, 8), callEndlessly(b, 6), callEndlessly(c, 6)]);
    ofC = ofC_;
    await a.process.end('SIGKILL');
    const untoldBefore = ofA.filter((id) => lastTold(id) !== 'active').length;
    await untilTakenOver(a, ofA);
    const others = new Set([b.sipPort, c.sipPort]);
    for (const { endedByPort = 0 } of world.farEndsOf(a)) assert.ok(others.has(endedByPort), `ended by ${endedByPort}`);
    assert.deepEqual([openOf(b), openOf(c)], [6, 6], 'calls of living nodes go on');
    assert.ok(untoldBefore > 0, 'something waited to be told');
    await world.assertComplete(ofA, b.environment);
  });

  it('the killed one comes back under its name and disturbs nobody', async () => {
    const [a, b, c] = nodes;
    await world.restart(a);
    const { sessionId = '' } = await world.call(a, 'short');
    await until('a call of the new life ends', () => lastTold(sessionId) === 'ended', 15_000);
    assert.deepEqual([openOf(b), openOf(c)], [6, 6]);
    await world.assertComplete([sessionId], a.environment);
  });

  it('one that is killed and started again at once ends its calls itself, or another does: once', async () => {
    const [a, b, c] = nodes;
    const ofA = await callEndlessly(a, 5);
    await a.process.end('SIGKILL');
    await world.restart(a);
    await untilTakenOver(a, ofA);
    assert.deepEqual([openOf(b), openOf(c)], [6, 6]);
    await world.assertComplete(ofA, b.environment);
  });

  it('one that was frozen lets go of what was taken over, and begins anew', async () => {
    const [a, , c] = nodes;
    c.process.child.kill('SIGSTOP');
    await untilTakenOver(c, ofC);
    const toldBefore = ofC.map((id) => world.told(id).length);
    c.process.child.kill('SIGCONT');
    await until('it has begun anew', () => c.process.starts() === 2, 20_000, c.process.output);
    assert.match(c.process.output(), /taken for dead/);
    const { status, sessionId = '' } = await world.call(c, 'short');
    assert.equal(status, 200);
    await until('its new call ends', () => lastTold(sessionId) === 'ended', 15_000);
    assert.deepEqual(
      ofC.map((id) => world.told(id).length),
      toldBefore,
      'nothing is told twice',
    );
    await world.assertComplete([...ofC, sessionId], a.environment);
  });

  it('in the end every call of every node is complete, and no far end is left', async () => {
    for (const node of nodes) node.process.child.kill('SIGTERM');
    await Promise.all(nodes.map((node) => node.process.end('SIGTERM')));
    assert.deepEqual(world.openFarEnds(), []);
    await world.assertComplete(world.accepted, nodes[0].environment);
  });
});

async function phaseOf(store: DurableStore, id: string): Promise<unknown> {
  const call = await store.call(id);
  assert.ok(call.ok, JSON.stringify(call));
  return call.value?.dialog?.['phase'];
}

describe('limits of an account on three gateways', { timeout: 90_000 }, () => {
  const limits = { callsPerSecond: 4, maxCalls: 10 };
  let world: CallWorld;
  let nodes: readonly Node[];

  before(async () => {
    world = await createCallWorld();
    const settings = {
      DATABASE_URL: await postgresql.newDatabase(),
      OUTDIAL_NODE_LEASE: String(leaseMs / 1000),
      OUTDIAL_CALLS_PER_SECOND: String(limits.callsPerSecond),
      OUTDIAL_TENANT_MAX_CALLS: String(limits.maxCalls),
      OUTDIAL_MINUTES_PER_DAY: '60',
    };
    const first = await world.startNode('a', settings);
    nodes = [first, ...(await Promise.all([world.startNode('b', settings), world.startNode('c', settings)]))];
  });
  after(() => world.close());

  /** Asks all nodes at once, and says how many calls were accepted; the others were refused as they should be. */
  async function askAll(asked: readonly Node[], each: number): Promise<number> {
    const answers = await Promise.all(
      asked.flatMap((node) => Array.from({ length: each }, () => world.call(node, 'endless'))),
    );
    for (const { status, retryAfter } of answers) {
      assert.ok(status === 200 || status === 429, `answered ${status}`);
      if (status === 429) assert.match(String(retryAfter), /^[1-9][0-9]*$/);
    }
    return answers.filter(({ status }) => status === 200).length;
  }

  it('no more calls a second begin on all than on one, and no more than allowed run', async () => {
    const beganAtMs = performance.now();
    let running = await askAll(nodes, 10);
    const mostAllowed = (): number => limits.callsPerSecond * (1 + (performance.now() - beganAtMs) / 1000);
    assert.ok(running >= 1 && running <= mostAllowed(), `${running} calls began at once`);
    await until(
      'every slot is taken',
      async () => {
        running += await askAll(nodes, 2);
        assert.ok(running <= mostAllowed(), `${running} calls have begun`);
        return running >= limits.maxCalls;
      },
      20_000,
    );
    await pause(1500);
    assert.equal(await askAll(nodes, 10), 0, 'not one more');
    assert.equal(running, limits.maxCalls);
  });

  it('the slots of a node that died are free again when its calls were ended by another', async () => {
    const [a, ...others] = nodes;
    assert.ok(a !== undefined);
    await until('all are answered', () => world.openFarEnds().length === limits.maxCalls, 10_000);
    const freed = world.farEndsOf(a).length;
    await a.process.end('SIGKILL');
    let again = 0;
    await until(
      `${freed} calls can begin again`,
      async () => {
        again += await askAll(others, 1);
        return again >= freed;
      },
      takeoverLimitMs + 10_000,
    );
    await pause(1000);
    assert.equal((await askAll(others, 5)) + again, freed);
  });

  it('minutes that were used up on one are used up on all', async () => {
    const [, b, c] = nodes;
    assert.ok(b !== undefined && c !== undefined);
    const store = await openStoreOf(b.environment);
    const owner = await store.joinNode('elsewhere', Date.now() + 60_000);
    assert.ok(owner.ok);
    const names = { sessionId: 'elsewhere', tenantId: 't', to: 'sip:a@b', from: 'sip:c@d' };
    const nowWallMs = Date.now();
    const call = { ...names, owner: owner.value, acceptedAtWallMs: nowWallMs, facts: {} };
    const admission = { account: 'default', callsPerSecond: 0, maxCalls: 0, minutesPerDay: 0, nowWallMs };
    const ended = { sessionId: 'elsewhere', owner: owner.value, atWallMs: nowWallMs, billedMs: 3_600_000 };
    const committed = await store.commit([
      { type: 'call-accepted', call, admission },
      { type: 'call-ended', ...ended, state: 'ended', endCode: 'call.completed' },
    ]);
    await store.close();
    assert.ok(committed.ok, JSON.stringify(committed));
    // A free slot, so that minutes are all that is in the way.
    b.process.child.kill('SIGTERM');
    await b.process.end('SIGTERM');
    assert.equal(await askAll([c], 5), 0);
  });
});
