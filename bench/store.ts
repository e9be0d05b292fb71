/**
 * Commits per second with fsync, of one client and of 64, and how long the statistics of 100,000 calls take: `npm run bench:store`.
 * PostgreSQL if one is installed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresqlStore, openSqliteStore } from '../src/databases/index.ts';
import { type Random, seededRandom } from '../src/kit/index.ts';
import type { Change, DurableStore, Owner } from '../src/store/index.ts';
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

const statisticsCalls = 100_000;
const statisticsDays = 30;
const dayMs = 86_400_000;

/** Waits of a call of six turns, spread as in life: most short, few long. */
function waitsOf(random: Random): Readonly<Record<string, readonly number[]>> {
  const share = (): number => random.uint32() / 2 ** 32;
  const some = (times: number, leastMs: number, spreadMs: number): readonly number[] =>
    Array.from({ length: times }, () => leastMs + spreadMs * -Math.log(1 - share()));
  return {
    response: some(6, 400, 500),
    recognition: some(6, 200, 150),
    bot: some(6, 50, 400),
    voice: some(6, 20, 80),
    ring: some(1, 300, 900),
    answer: some(1, 2000, 7000),
    talk: some(1, 5000, 60_000),
  };
}

/** Ends 100,000 calls of the last 30 days, and asks what the console asks. */
async function measureStatistics(store: DurableStore, owner: Owner): Promise<void> {
  const random = seededRandom(1);
  const nowWallMs = Math.ceil(Date.now() / dayMs) * dayMs;
  const stepMs = (statisticsDays * dayMs) / statisticsCalls;
  const startedMs = performance.now();
  let changes: Change[] = [];
  for (let n = 0; n < statisticsCalls; n++) {
    const call = { sessionId: `past-${n}`, tenantId: 'campaign', owner, to: 'sip:a@b', from: 'sip:c@d', facts: {} };
    const acceptedAtWallMs = nowWallMs - statisticsDays * dayMs + Math.floor(n * stepMs);
    const isAnswered = n % 3 > 0;
    const over = { type: 'call-ended', sessionId: call.sessionId, owner, atWallMs: acceptedAtWallMs + 60_000 } as const;
    const end = isAnswered
      ? ({ state: 'ended', endCode: n % 2 === 0 ? 'completed.bot' : 'completed.callee' } as const)
      : ({ state: 'failed', endCode: n % 2 === 0 ? 'sip.busy' : 'sip.no-answer' } as const);
    const figures = { isAnswered, waitsMs: isAnswered ? waitsOf(random) : {} };
    changes.push({ type: 'call-accepted', call: { ...call, acceptedAtWallMs } });
    changes.push({ ...over, ...end, billedMs: 0, figures });
    if (changes.length < 200 && n < statisticsCalls - 1) continue;
    const committed = await store.commit(changes);
    if (!committed.ok) throw new Error(committed.error.message);
    changes = [];
  }
  const perSecond = Math.round(statisticsCalls / ((performance.now() - startedMs) / 1000));
  console.log(`${store.name}: ${statisticsCalls} calls accepted and ended, 100 a commit: ${perSecond} calls/s`);
  for (const [name, days, slotMs] of [
    ['an hour by 5 minutes', 1 / 24, 300_000],
    ['a day by 5 minutes', 1, 300_000],
    ['a week by hours', 7, 3_600_000],
    ['a month by days', statisticsDays, dayMs],
    ['two weeks by hours', 14, 3_600_000],
  ] as const) {
    const fromWallMs = nowWallMs - days * dayMs;
    const tookMs: number[] = [];
    let calls = 0;
    for (let round = 0; round < 9; round++) {
      const askedMs = performance.now();
      const found = await store.statistics({ tenantId: 'campaign', slotMs, fromWallMs, beforeWallMs: nowWallMs });
      tookMs.push(performance.now() - askedMs);
      if (!found.ok) throw new Error(found.error.message);
      calls = found.value.ends.reduce((sum, end) => sum + end.calls, 0);
    }
    tookMs.sort((one, other) => one - other);
    console.log(`${store.name}: statistics of ${name}, ${calls} calls: ${(tookMs[4] ?? 0).toFixed(1)} ms`);
  }
}

async function bench(open: ReturnType<typeof openSqliteStore>): Promise<void> {
  const opened = await open;
  if (!opened.ok) throw new Error(opened.error.message);
  const { store } = opened.value;
  const owner = await store.joinNode('bench', Date.now() + 3_600_000);
  if (!owner.ok) throw new Error(owner.error.message);
  for (const clients of [1, 64])
    console.log(`${store.name}, ${clients} clients: ${await measure(store, owner.value, clients)}`);
  await measureStatistics(store, owner.value);
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
