/** Commits per second with fsync, of one client and of 64: `npm run bench:store`. PostgreSQL if one is installed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresqlStore, openSqliteStore } from '../src/databases/index.ts';
import type { DurableStore, Owner } from '../src/store/index.ts';
import { startPostgresql } from '../test/store/postgresql.ts';

const measuredMs = 4000;

/** Each client accepts calls, one after the other, each with its first event and its delivery: what a 202 waits for. */
async function measure(store: DurableStore, owner: Owner, clients: number): Promise<string> {
  const latenciesMs: number[] = [];
  const until = performance.now() + measuredMs;
  async function client(number: number): Promise<void> {
    for (let call = 0; performance.now() < until; call++) {
      const sessionId = `${clients}-${number}-${call}`;
      const at = Date.now();
      const started = performance.now();
      const committed = await store.commit([
        {
          type: 'call-accepted',
          call: {
            sessionId,
            tenantId: 'tenant',
            owner,
            to: 'sip:a@b',
            from: 'sip:c@d',
            acceptedAtWallMs: at,
            facts: {},
          },
        },
        {
          type: 'event',
          owner,
          event: { sessionId, tenantId: 'tenant', sequence: 1, type: 'call.accepted', atWallMs: at, data: { a: 1 } },
          endpoint: { key: 'hook', target: { url: 'https://hook.example.net/' } },
        },
      ]);
      if (!committed.ok) throw new Error(committed.error.message);
      latenciesMs.push(performance.now() - started);
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  latenciesMs.sort((one, other) => one - other);
  const at = (share: number): string => (latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0).toFixed(2);
  const perSecond = Math.round(latenciesMs.length / (measuredMs / 1000));
  return `${perSecond} commits/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

async function bench(open: ReturnType<typeof openSqliteStore>): Promise<void> {
  const opened = await open;
  if (!opened.ok) throw new Error(opened.error.message);
  const { store } = opened.value;
  const owner = await store.joinNode('bench', Date.now() + 3_600_000);
  if (!owner.ok) throw new Error(owner.error.message);
  for (const clients of [1, 64])
    console.log(`${store.name}, ${clients} clients: ${await measure(store, owner.value, clients)}`);
  await store.close();
}

const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'));
await bench(openSqliteStore({ filePath: join(folder, 'outdial.db') }));
rmSync(folder, { recursive: true });
try {
  const postgresql = await startPostgresql();
  await bench(openPostgresqlStore({ url: await postgresql.newDatabase() }));
  await postgresql.dispose();
} catch (error) {
  console.log(`postgresql: ${error instanceof Error ? error.message : String(error)}`);
}
