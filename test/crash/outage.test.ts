/**
 * Promise R19: a PostgreSQL that is away while two gateways have calls. Running ones go on, new ones are refused, nothing is lost or
 * told out of order, and nobody takes a living gateway for dead.
 *
 * 10 s, which is longer than the lease of a gateway; `CRASH_OUTAGE_S=60 npm run test:crash` for longer.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startPostgresql, type TestPostgresql } from '../store/postgresql.ts';
import { type Answer, type CallWorld, createCallWorld, type Node, until } from './call-world.ts';
import { pause } from './processes.ts';

const outageMs = Number(process.env['CRASH_OUTAGE_S'] ?? 10) * 1000;
const leaseMs = 5000;
const endless = 5;

describe(`a PostgreSQL that is away for ${outageMs / 1000} s`, { timeout: 120_000 + outageMs }, () => {
  let postgresql: TestPostgresql;
  let world: CallWorld;
  let settings: Record<string, string>;
  const nodes: Node[] = [];
  const answers: Answer[] = [];
  const callers = { areOver: false };
  let calling: Promise<unknown> = Promise.resolve();

  before(async () => {
    [postgresql, world] = await Promise.all([startPostgresql(), createCallWorld()]);
    settings = { DATABASE_URL: await postgresql.newDatabase(), OUTDIAL_NODE_LEASE: String(leaseMs / 1000) };
    nodes.push(await world.startNode('a', settings), await world.startNode('b', settings));
  });
  after(async () => {
    callers.areOver = true;
    await world.close();
    await calling;
    await postgresql.dispose();
  });

  const openEndless = (): number => world.openFarEnds().filter(({ to }) => to.startsWith('sip:endless')).length;
  const readiness = async ({ process }: Node): Promise<readonly [number, string]> => {
    const response = await fetch(`${process.httpUrl}/readyz`).catch((fault: unknown) => {
      throw new Error(`${process.child.exitCode} ${process.output().slice(-3000)}`, { cause: fault });
    });
    return [response.status, await response.text()];
  };

  async function keepCalling(node: Node): Promise<void> {
    while (!callers.areOver) {
      const answer = await world.call(node, 'short').catch(() => undefined);
      if (answer !== undefined) answers.push(answer);
      await pause(100);
    }
  }

  it('refuses new calls and says so, while running ones go on', async () => {
    for (const node of nodes) {
      for (let n = 0; n < endless; n++) assert.equal((await world.call(node, 'endless')).status, 200);
      for (let n = 0; n < endless; n++) assert.equal((await world.call(node, 'medium')).status, 200);
    }
    await until('they are answered', () => world.openFarEnds().every(({ state }) => state === 'answered'), 15_000);
    calling = Promise.all(nodes.map(keepCalling));
    await pause(1000);
    await postgresql.stop();
    const goneAtMs = performance.now();
    for (const node of nodes) {
      await until(
        `${node.name} is not ready`,
        async () => {
          const [status, text] = await readiness(node);
          return status === 503 && text.includes('store.unavailable');
        },
        leaseMs + 5000,
      );
    }
    const answered = answers.length;
    const told = world.receiver.received.length;
    await pause(Math.max(1000, outageMs - (performance.now() - goneAtMs)));
    const during = answers.slice(answered);
    assert.ok(during.length >= 2, 'callers were answered');
    for (const { status, retryAfter } of during) {
      assert.equal(status, 503);
      assert.match(String(retryAfter), /^[1-9][0-9]*$/);
    }
    assert.equal(openEndless(), 2 * endless, 'running calls go on');
    assert.ok(world.receiver.received.length - told <= 64, 'only what was under way is told');
  });

  it('goes on when it is back, and takes nobody for dead', async () => {
    await postgresql.start();
    // One that begins now sees old leases only.
    nodes.push(await world.startNode('c', settings));
    for (const node of nodes) {
      await until(`${node.name} is ready`, async () => (await readiness(node))[0] === 200, 20_000);
      await until(`${node.name} takes calls`, async () => (await world.call(node, 'short')).status === 200, 20_000);
    }
    // Longer than anybody waits before looking for the dead.
    await pause(3 * leaseMs);
    assert.equal(openEndless(), 2 * endless);
    for (const { name, process } of nodes) {
      assert.equal(process.starts(), 1, process.output().slice(-3000));
      const adopted = [...process.output().matchAll(/"from":"(\w+)","how"/g)].filter(([, from]) => from !== name);
      assert.deepEqual(adopted, [], 'nobody took over from a living gateway');
    }
  });

  it('has every call complete, told in order', async () => {
    callers.areOver = true;
    await calling;
    for (const { process } of nodes) process.child.kill('SIGTERM');
    await Promise.all(nodes.map(({ process }) => process.end('SIGTERM')));
    assert.deepEqual(world.openFarEnds(), []);
    await world.assertComplete(world.accepted, nodes[0]?.environment ?? {});
  });
});
