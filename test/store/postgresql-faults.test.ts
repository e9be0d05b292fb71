/** A PostgreSQL that goes away and comes back, and two nodes on one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPostgresqlStore } from '../../src/databases/index.ts';
import type { Change, DurableStore, SharedAdmission } from '../../src/store/index.ts';
import { accepted, ended, event, t0, value } from './conformance/store-world.ts';
import { startPostgresql, type TestPostgresql } from './postgresql.ts';

let postgresql: TestPostgresql;
const stores: DurableStore[] = [];
before(async () => {
  postgresql = await startPostgresql();
});
after(async () => {
  for (const store of stores) await store.close();
  await postgresql.dispose();
});

async function open(url: string): Promise<DurableStore> {
  const opened = await openPostgresqlStore({ url });
  assert.ok(opened.ok, opened.ok ? '' : opened.error.message);
  stores.push(opened.value.store);
  return opened.value.store;
}

/** Hands the changes over until the database takes them, as a caller does that holds them back during an outage. */
async function commitAtLast(store: DurableStore, changes: readonly Change[]): Promise<void> {
  const until = performance.now() + 20_000;
  for (;;) {
    const committed = await store.commit(changes);
    if (committed.ok) return;
    assert.equal(committed.error.code, 'store.unavailable', committed.error.message);
    assert.ok(performance.now() < until, 'the store does not come back');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('while the server is down all is refused within 5 s, and then everything is written once and in order', async () => {
  const store = await open(await postgresql.newDatabase());
  const owner = await value(store.joinNode('node', t0));
  await value(store.commit([accepted(owner, 'a')]));
  const outages = { areOver: false };
  const writing = (async () => {
    for (let sequence = 1; !outages.areOver || sequence < 20; sequence++)
      await commitAtLast(store, [event(owner, 'a', sequence)]);
  })();
  for (const end of ['stop', 'kill'] as const) {
    await postgresql[end]();
    const began = performance.now();
    const refused = await Promise.all([store.commit([accepted(owner, 'x')]), store.call('a')]);
    for (const each of refused) assert.ok(!each.ok && each.error.code === 'store.unavailable');
    assert.ok(performance.now() - began < 5000);
    await postgresql.start();
    await commitAtLast(store, [accepted(owner, `after-${end}-${began}`)]);
  }
  outages.areOver = true;
  await writing;
  const call = await value(store.call('a'));
  const events = await value(store.events('a', 0, 1_000_000));
  assert.equal(events.length, call?.lastSequence);
});

test('two nodes on one database keep the limits of an account, and miss no event', async () => {
  const url = await postgresql.newDatabase();
  const nodes = await Promise.all([open(url), open(url)]);
  const owners = [await value(nodes[0].joinNode('n0', t0)), await value(nodes[1].joinNode('n1', t0))];
  const limits = (account: string): SharedAdmission => ({
    account,
    callsPerSecond: 0,
    maxCalls: 10,
    minutesPerDay: 0,
    nowWallMs: t0,
  });
  const start = await value(nodes[0].tenantEvents('tenant', undefined, 1));
  const seen: string[] = [];
  let cursor = start.nextCursor;
  const readOn = async (): Promise<number> => {
    const page = await value(nodes[0].tenantEvents('tenant', cursor, 50));
    cursor = page.nextCursor;
    seen.push(...page.items.map(({ sessionId }) => sessionId));
    return page.items.length;
  };
  const attempts = nodes.flatMap((store, node) =>
    Array.from({ length: 60 }, async (_, n) => {
      const owner = owners[node];
      assert.ok(owner !== undefined);
      const session = `${node}-${n}`;
      // Accounts in opposite orders: locks taken as they come would wait for each other for ever.
      const accounts = (n + node) % 2 === 0 ? ['one', 'two'] : ['two', 'one'];
      const changes = accounts.map((name) => accepted(owner, `${session}-${name}`, {}, limits(name)));
      const begun = await store.commit([...changes, event(owner, `${session}-one`, 1)]);
      if (!begun.ok) assert.equal(begun.error.code, 'guard.concurrency', begun.error.message);
      else if (n % 2 === 0) await value(store.commit(accounts.map((name) => ended(owner, `${session}-${name}`))));
      return begun.ok ? `${session}-one` : undefined;
    }),
  );
  while (seen.length === 0) await readOn();
  const accepted_ = (await Promise.all(attempts)).filter((each) => each !== undefined);
  while ((await readOn()) > 0);
  assert.deepEqual([...seen].sort(), accepted_.sort());
  const running = await value(nodes[1].calls({ limit: 200, states: ['accepted'] }));
  assert.ok(running.items.length <= 20, `${running.items.length} calls run, and 20 may`);
  assert.equal(new Set(seen).size, seen.length);
});
