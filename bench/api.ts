/**
 * `npm run bench:api`: calls that POST /v1/.../calls accepts a second, each with an Idempotency-Key and on the disk (fsync)
 * before its answer, by 64 clients; and notifications delivered a second over HTTP on loopback. On SQLite, and on PostgreSQL
 * when DATABASE_URL names a database: an empty one, for it is written to.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutdialClient } from '../src/client/index.ts';
import { openPostgresqlStore, openSqliteStore } from '../src/databases/index.ts';
import { at, createHttpClient, createNodeRandom, monotonicClock as clock } from '../src/host/index.ts';
import type { Change, DurableStore, Owner } from '../src/store/index.ts';
import { createOutbox, printTarget } from '../src/webhooks/index.ts';
import { createV1World, tenantIdOf } from '../test/api/v1-world.ts';

const measuredMs = 5000;
const clients = 64;
const notifications = 5000;
const perCall = 5;

async function measureAccepting(store: DurableStore): Promise<string> {
  const { app } = await createV1World({ v1: { store } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const client = createOutdialClient({
    baseUrl,
    tenantId: tenantIdOf('one'),
    username: 'user-one',
    password: 'password-one',
  });
  const latenciesMs: number[] = [];
  const until = performance.now() + measuredMs;
  const work = async (number: number): Promise<void> => {
    for (let count = 0; performance.now() < until; count += 1) {
      const started = performance.now();
      await client.createCall({ body: { to: 'tel:+15551234' }, idempotencyKey: `${number}-${count}` });
      latenciesMs.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => work(number)));
  await app.close();
  latenciesMs.sort((one, other) => one - other);
  const quantile = (share: number): string => (latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0).toFixed(1);
  const perSecond = Math.round(latenciesMs.length / (measuredMs / 1000));
  return `${perSecond} calls accepted/s by ${clients} clients, p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms`;
}

async function measureDelivering(store: DurableStore, owner: Owner): Promise<string> {
  const receiver = createServer((request, response) => request.resume().on('end', () => response.end()));
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const limits = { connectTimeoutMs: 3000, readTimeoutMs: 5000, maxRetries: 10, windowMs: 86_400_000 };
  const endpoint = { key: url, target: printTarget({ url, trust: 'operator', ...limits }) };
  for (let call = 0; call < notifications / perCall; call += 1) {
    const names = { sessionId: `told-${call}`, tenantId: 't' };
    const accepted = { ...names, owner, to: '', from: '', acceptedAtWallMs: Date.now(), endpoint, facts: {} };
    const events = Array.from({ length: perCall }, (_, index): Change => {
      const data = { callState: 'active', failureReason: null };
      const event = { ...names, sequence: index + 1, type: 'call.active', atWallMs: Date.now(), data };
      return { type: 'event', owner, endpoint, event };
    });
    const kept = await store.commit([{ type: 'call-accepted', call: accepted }, ...events]);
    if (!kept.ok) throw new Error(kept.error.message);
  }
  const http = createHttpClient();
  const outbox = createOutbox(
    {
      store,
      owner,
      random: createNodeRandom(),
      post: http.post,
      after: (ms, fire) => at(clock, clock.nowMs() + ms, fire),
      wallMs: () => Date.now(),
      unseal: (sealed) => sealed,
      signingKeys: () => [],
      onResult: () => undefined,
    },
    { perEndpoint: 64 },
  );
  const started = performance.now();
  await outbox.idle();
  const seconds = (performance.now() - started) / 1000;
  await outbox.close();
  await http.close();
  receiver.close();
  return `${Math.round(notifications / seconds)} notifications delivered/s`;
}

async function bench(opening: ReturnType<typeof openSqliteStore>): Promise<void> {
  const opened = await opening;
  if (!opened.ok) throw new Error(opened.error.message);
  const { store } = opened.value;
  console.log(`${store.name}: ${await measureAccepting(store)}`);
  const owner = await store.joinNode('bench', Date.now() + 3_600_000);
  if (!owner.ok) throw new Error(owner.error.message);
  console.log(`${store.name}: ${await measureDelivering(store, owner.value)}`);
  await store.close();
}

const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'));
await bench(openSqliteStore({ filePath: join(folder, 'outdial.db') }));
rmSync(folder, { recursive: true });
const { DATABASE_URL: databaseUrl } = process.env;
if (databaseUrl !== undefined) await bench(openPostgresqlStore({ url: databaseUrl }));
