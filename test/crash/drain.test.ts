/** Promise R8: what SIGTERM does to a gateway with calls, and what a second one does. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type CallKind, type CallWorld, createCallWorld, type Node, openStoreOf, until } from './call-world.ts';

const calls = 100;

describe('a gateway that is told to stop', { timeout: 120_000 }, () => {
  let world: CallWorld;

  beforeEach(async () => {
    world = await createCallWorld();
  });
  afterEach(() => world.close());

  async function startWithCalls(kind: CallKind, count: number, drainS: number): Promise<Node> {
    const node = await world.startNode('a', { OUTDIAL_DRAIN_TIMEOUT: String(drainS) });
    await Promise.all(Array.from({ length: count }, () => world.call(node, kind)));
    assert.equal(world.accepted.length, count);
    await until(
      `${count} calls are answered at the same time`,
      () => world.openFarEnds().filter(({ answeredAtMs }) => answeredAtMs !== undefined).length === count,
      30_000,
    );
    return node;
  }

  function gone(node: Node): Promise<number | null> {
    return new Promise((resolve) => {
      node.process.child.once('exit', resolve);
    });
  }

  async function endCodes(node: Node): Promise<readonly (string | undefined)[]> {
    const store = await openStoreOf(node.environment);
    const codes = new Set<string | undefined>();
    for (const id of world.accepted) {
      const call = await store.call(id);
      assert.ok(call.ok);
      codes.add(call.value?.endCode);
    }
    await store.close();
    return [...codes];
  }

  async function untilUnready(node: Node): Promise<void> {
    const isReady = async (): Promise<boolean> => (await fetch(`${node.process.httpUrl}/readyz`)).ok;
    await until('it is not ready', async () => !(await isReady()), 2000);
  }

  it(`takes no new call, and lets ${calls} running ones end by themselves`, async () => {
    const node = await startWithCalls('medium', calls, 60);
    const isGone = gone(node);
    node.process.child.kill('SIGTERM');
    await untilUnready(node);
    const { status, retryAfter } = await world.call(node, 'short');
    assert.deepEqual([status, retryAfter], [503, '30']);
    assert.equal(await isGone, 0, node.process.output().slice(-2000));
    assert.deepEqual(world.openFarEnds(), []);
    assert.equal(world.farEnd.calls.size, calls, 'no new INVITE');
    assert.deepEqual(await endCodes(node), ['completed.bot']);
    await world.assertComplete(world.accepted, node.environment);
  });

  it('hangs up what has not ended within the drain time', async () => {
    const node = await startWithCalls('endless', 20, 2);
    const isGone = gone(node);
    node.process.child.kill('SIGTERM');
    await untilUnready(node);
    assert.equal(world.openFarEnds().length, 20);
    assert.equal(await isGone, 0);
    assert.deepEqual(world.openFarEnds(), []);
    assert.deepEqual(await endCodes(node), ['call.shutdown']);
    await world.assertComplete(world.accepted, node.environment);
  });

  it('hangs up at once when it is told twice', async () => {
    const node = await startWithCalls('endless', 20, 3600);
    const isGone = gone(node);
    node.process.child.kill('SIGTERM');
    await untilUnready(node);
    assert.equal(world.openFarEnds().length, 20);
    node.process.child.kill('SIGTERM');
    assert.equal(await isGone, 0);
    assert.deepEqual(world.openFarEnds(), []);
    assert.deepEqual(await endCodes(node), ['call.shutdown']);
    await world.assertComplete(world.accepted, node.environment);
  });
});
