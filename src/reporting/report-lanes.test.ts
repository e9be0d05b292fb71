import assert from 'node:assert/strict';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { test } from 'node:test';
import { err, ok, seededRandom } from '../kit/index.ts';
import { createMemoryStore } from '../store/index.ts';
import { reportQueueCases, SimClock } from '../testing/index.ts';
import {
  createArtifactDeletion,
  createMemoryReportQueue,
  createReportIds,
  createReportLanes,
  createStoreReportQueue,
  type QueuedReport,
  queueReports,
  type ReportNews,
  type ReportQueue,
  type ReportSink,
  type Verdict,
} from './index.ts';
import { pauseMs } from './retry-plan.ts';

for (const { name, run } of reportQueueCases(async () => ({ queue: createMemoryReportQueue() }))) {
  test(`memory queue: ${name}`, run);
}

const storeQueue = async (maxPerSink = 100): Promise<ReportQueue> => {
  const store = createMemoryStore();
  const owner = await store.joinNode('node-1', 1);
  assert.ok(owner.ok);
  return createStoreReportQueue({ store, owner: owner.value, maxPerSink, sinks: () => ['a', 'b'] });
};
for (const { name, run } of reportQueueCases(async () => ({ queue: await storeQueue() }))) {
  test(`queue in a store: ${name}`, run);
}

test('queue in a store: bounded for each sink, and what an earlier life left is there', async () => {
  const queue = await storeQueue(3);
  assert.ok((await queue.add(numbered(0, 2))).ok);
  const refused = await queue.add(numbered(2, 2));
  assert.equal(!refused.ok && refused.error.kind, 'full');
  assert.ok((await queue.add(numbered(0, 3, 'b'))).ok);
  await queue.done(numbered(0, 2).map(({ id }) => id));
  assert.ok((await queue.add(numbered(2, 3))).ok);

  const store = createMemoryStore();
  const live = async (): Promise<ReportQueue> => {
    const owner = await store.joinNode('node-1', 1);
    assert.ok(owner.ok && (await store.adopt(owner.value, 2)).ok);
    return createStoreReportQueue({ store, owner: owner.value, maxPerSink: 3, sinks: () => ['a'] });
  };
  assert.ok((await (await live()).add(numbered(0, 2))).ok);
  const left = await (await live()).take('a', 10, 1);
  assert.deepEqual(
    left.ok && left.value.map(({ id }) => id),
    numbered(0, 2).map(({ id }) => id),
  );
});

test('queue in a store: a store that is down is said', async () => {
  const failure = err({ code: 'store.unavailable', message: 'The database is down.' } as const);
  const queue = createStoreReportQueue({
    store: { commit: async () => failure, dueReports: async () => failure },
    owner: { nodeId: 'n', epoch: 1 },
    maxPerSink: 2,
    sinks: () => ['a'],
  });
  const down = err({ kind: 'unavailable', detail: 'The database is down.' });
  for (let run = 0; run < 3; run++) assert.deepEqual(await queue.add(numbered(0, 2)), down);
  assert.deepEqual(await queue.take('a', 1, 0), down);
  assert.deepEqual(await queue.done(['x']), down);
  assert.deepEqual(await queue.failed(['x'], 0), down);
  assert.deepEqual(await queue.forget('s'), down);
});

const reportOf = (order: number, sink = 'a'): QueuedReport => ({
  id: `${String(order).padStart(6, '0')}-${sink}`,
  sink,
  sessionId: `s-${order}`,
  document: { order },
  queuedAtWallMs: 0,
});
const numbered = (from: number, count: number, sink = 'a'): QueuedReport[] =>
  Array.from({ length: count }, (_, index) => reportOf(from + index, sink));

test('memory queue: bounded for each sink, and altogether; what does not fit is refused as a whole', async () => {
  const queue = createMemoryReportQueue({ maxPerSink: 3, maxLength: 70 });
  assert.ok((await queue.add(numbered(0, 2))).ok);
  const refused = await queue.add(numbered(2, 2));
  assert.equal(!refused.ok && refused.error.kind, 'full');
  assert.ok((await queue.add(numbered(2, 1))).ok);
  assert.ok((await queue.add(numbered(0, 3, 'b'))).ok);
  assert.ok(!(await queue.add(numbered(0, 3, 'c'))).ok);
  await queue.done(numbered(0, 3).map(({ id }) => id));
  assert.ok((await queue.add(numbered(0, 3, 'c'))).ok);
});

interface Bench {
  readonly clock: SimClock;
  readonly news: ReportNews[];
  /** Orders of the reports in each request, by sink. */
  readonly sent: Record<string, (readonly unknown[])[]>;
  readonly sentAtMs: number[];
  readonly lanes: ReturnType<typeof createReportLanes>;
  readonly queue: ReportQueue;
}

type Answer = (reports: readonly QueuedReport[], request: number) => readonly Verdict[] | Promise<readonly Verdict[]>;
const takes: Answer = (reports) => reports.map(() => ({ type: 'sent' }));

function bench(
  sinks: Readonly<Record<string, Answer>>,
  { batchSize = 1, parallel = 1, queue = createMemoryReportQueue() } = {},
): Bench {
  const clock = new SimClock(async () => {
    await nextMacrotask();
  });
  const news: ReportNews[] = [];
  const sent: Bench['sent'] = {};
  const sentAtMs: number[] = [];
  const openSink = (name: string): ReportSink | undefined => {
    const answer = sinks[name];
    if (answer === undefined) return undefined;
    const send: ReportSink['send'] = async (reports) => {
      const requests = (sent[name] ??= []);
      requests.push(reports.map(({ document }) => document['order']));
      sentAtMs.push(clock.nowMs());
      return answer(reports, requests.length - 1);
    };
    return { batchSize, parallel, send };
  };
  const lanes = createReportLanes(
    {
      queue,
      openSink,
      clock,
      after: (ms, fire) => clock.at(clock.nowMs() + ms, fire),
      random: seededRandom(1),
      onNews: (each) => void news.push(each),
    },
    { gatherMs: 1000 },
  );
  return { clock, news, sent, sentAtMs, lanes, queue };
}

const rest = (b: Bench, ms = 10): Promise<boolean> => b.clock.runUntil(() => false, ms);
const counts = (b: Bench, type: ReportNews['type'], sink = 'a'): number =>
  b.news.reduce((sum, news) => (news.type === type && news.sink === sink ? sum + news.count : sum), 0);

test('a batch leaves when it is full, or when its time is over', async () => {
  const b = bench({ a: takes }, { batchSize: 3 });
  b.lanes.add('a', [reportOf(0)]);
  await rest(b);
  assert.deepEqual(b.sent, {});
  b.lanes.add('a', numbered(1, 2));
  await rest(b);
  assert.deepEqual(b.sent['a'], [[0, 1, 2]]);
  b.lanes.add('a', [reportOf(3)]);
  await rest(b, 989);
  assert.equal(b.sent['a']?.length, 1);
  await rest(b, 11);
  assert.deepEqual(b.sent['a'], [[0, 1, 2], [3]]);
  assert.deepEqual([counts(b, 'queued'), counts(b, 'sent')], [4, 4]);
});

test('one event a request needs no gathering, and several go at the same time', async () => {
  const b = bench({ a: takes }, { parallel: 4 });
  b.lanes.add('a', numbered(0, 6));
  await rest(b);
  assert.deepEqual(b.sent['a'], [[0], [1], [2], [3], [4], [5]]);
});

test('a sink that is down is tried again after growing pauses, in order, with everything that came meanwhile', async () => {
  let isUp = false;
  const answer: Answer = (reports) =>
    reports.map(() => (isUp ? { type: 'sent' } : { type: 'later', reason: 'It is down.' }));
  const b = bench({ a: answer }, { batchSize: 10 });
  b.lanes.add('a', numbered(0, 2));
  await rest(b, 20_000);
  isUp = true;
  b.lanes.add('a', numbered(2, 2));
  await rest(b, 60_000);
  assert.deepEqual(b.sent['a']?.at(-1), [0, 1, 2, 3]);
  const gaps = b.sentAtMs.slice(1).map((atMs, index) => atMs - (b.sentAtMs[index] ?? 0));
  for (const [index, gap] of gaps.slice(0, 4).entries()) {
    const planned = 1000 * 2 ** index;
    assert.ok(gap >= planned * 0.8 && gap <= planned * 1.2, `pause ${index}: ${gap} ms`);
  }
  assert.deepEqual([counts(b, 'sent'), counts(b, 'dropped')], [4, 0]);
});

test('a pause that the sink asks for is kept, however the wall clock goes', async () => {
  const answer: Answer = (reports, request) =>
    reports.map(() => (request === 0 ? { type: 'later', reason: 'Busy.', afterMs: 30_000 } : { type: 'sent' }));
  const b = bench({ a: answer });
  b.clock.wallMs = () => 1_000_000 - b.clock.nowMs();
  b.lanes.add('a', [reportOf(0)]);
  await rest(b, 29_999);
  assert.equal(b.sent['a']?.length, 1);
  await rest(b, 1);
  assert.equal(counts(b, 'sent'), 1);
});

test('what is refused is dropped and counted, and holds up nothing', async () => {
  const answer: Answer = (reports) =>
    reports.map(({ document }) =>
      document['order'] === 1 ? { type: 'refused', reason: 'HTTP status 400' } : { type: 'sent' },
    );
  const b = bench({ a: answer }, { batchSize: 3 });
  b.lanes.add('a', numbered(0, 3));
  await rest(b);
  assert.deepEqual([counts(b, 'sent'), counts(b, 'dropped')], [2, 1]);
  assert.deepEqual(b.news.at(-1), {
    type: 'dropped',
    sink: 'a',
    count: 1,
    cause: 'refused',
    reason: 'HTTP status 400',
  });
});

test('a sink that never answers holds up no other', async () => {
  const b = bench({ a: () => new Promise(() => undefined), b: takes });
  b.lanes.add('a', numbered(0, 5));
  b.lanes.add('b', numbered(0, 5, 'b'));
  await rest(b);
  assert.equal(counts(b, 'sent', 'b'), 5);
  assert.equal(counts(b, 'sent', 'a'), 0);
});

test('a full queue drops what comes last, counts it, and a sink of its own is not touched', async () => {
  const b = bench(
    { a: () => new Promise(() => undefined), b: takes },
    { queue: createMemoryReportQueue({ maxPerSink: 2 }) },
  );
  for (let order = 0; order < 5; order++) b.lanes.add('a', [reportOf(order)]);
  b.lanes.add('b', [reportOf(0, 'b')]);
  await rest(b);
  assert.deepEqual([counts(b, 'queued'), counts(b, 'dropped')], [2, 3]);
  assert.equal(counts(b, 'sent', 'b'), 1);
});

test('a sink or a queue that breaks its contract loses nothing but time', async () => {
  const broken: Answer = (_reports, request) => {
    if (request === 0) throw new Error('a bug');
    return request === 1 ? [] : [{ type: 'sent' }];
  };
  const b = bench({ a: broken });
  b.lanes.add('a', [reportOf(0)]);
  await rest(b, 10_000);
  assert.deepEqual([counts(b, 'sent'), counts(b, 'dropped')], [1, 0]);
  const queue: ReportQueue = { ...createMemoryReportQueue(), add: () => Promise.reject(new Error('a bug')) };
  const c = bench({ a: takes }, { queue });
  c.lanes.add('a', [reportOf(0)]);
  await rest(c);
  assert.equal(counts(c, 'dropped'), 1);
});

test('a queue that cannot be read is tried again', async () => {
  const memory = createMemoryReportQueue();
  let isDown = true;
  const queue: ReportQueue = {
    ...memory,
    take: async (...order) =>
      isDown ? err({ kind: 'unavailable', detail: 'The database is down.' }) : memory.take(...order),
  };
  const b = bench({ a: takes }, { queue });
  b.lanes.add('a', [reportOf(0)]);
  await rest(b, 3000);
  isDown = false;
  await rest(b, 10_000);
  assert.equal(counts(b, 'sent'), 1);
});

test('reports of a sink that is configured no more are dropped', async () => {
  const b = bench({});
  b.lanes.add('a', numbered(0, 2));
  await rest(b, 2000);
  assert.deepEqual(
    b.news.flatMap((news) => (news.type === 'dropped' ? [[news.cause, news.count]] : [])),
    [['no-sink', 2]],
  );
});

test('what waits from before is sent at the start, also what was postponed', async () => {
  const queue = createMemoryReportQueue();
  await queue.add(numbered(0, 2));
  const b = bench({ a: takes, b: takes }, { queue });
  await queue.failed([reportOf(0).id], b.clock.wallMs() + 50_000);
  b.lanes.resume(['a', 'b']);
  await rest(b, 2000);
  assert.deepEqual(b.sent, { a: [[0], [1]] });
});

test('idle: gathered reports leave at once, and it does not wait for a sink that is down', async () => {
  const down: Answer = (reports) => reports.map(() => ({ type: 'later', reason: 'It is down.' }));
  const b = bench({ a: takes, b: down }, { batchSize: 10 });
  b.lanes.add('a', [reportOf(0)]);
  b.lanes.add('b', [reportOf(0, 'b')]);
  await b.lanes.idle();
  assert.deepEqual(b.sent['a'], [[0]]);
  assert.equal(b.clock.nowMs(), 0);
  b.lanes.close();
  await rest(b, 100_000);
  assert.equal(b.sent['b']?.length, 1);
  const left = await b.queue.take('b', 10, b.clock.wallMs() + 100_000);
  assert.equal(left.ok && left.value.length, 1);
});

test('pauses double up to a minute, with jitter, unless the sink asks for more', () => {
  const random = seededRandom(7);
  for (const [failures, planned] of [
    [1, 1000],
    [4, 8000],
    [7, 60_000],
    [1000, 60_000],
  ] as const) {
    for (let run = 0; run < 20; run++) {
      const pause = pauseMs(failures, undefined, random);
      assert.ok(pause >= planned * 0.8 && pause <= planned * 1.2, `${failures}: ${pause}`);
    }
  }
  assert.equal(pauseMs(1, 90_000, random), 90_000);
  assert.equal(pauseMs(1, 1e12, random), 3_600_000);
});

test('ids keep their order when the wall clock is put back', () => {
  let wallMs = 5000;
  const nextId = createReportIds({ wallMs: () => (wallMs -= 1000) }, seededRandom(1));
  const ids = Array.from({ length: 20 }, () => nextId());
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, 20);
});

test('a report goes to every route of its type, in the envelope of that route', () => {
  const report = { type: 'cdr', sessionId: 's-1', tenantId: 't', atWallMs: 1000, event: {} } as const;
  let count = 0;
  const queued = queueReports(
    [report],
    [
      { sink: 'collector:t', type: 'cdr', index: 'cdr', sourceType: 'x' },
      { sink: 'cdr-database:t', type: 'cdr', index: 'couch' },
      { sink: 'collector:t', type: 'transcription', index: 'no' },
    ],
    { host: 'gw', nextId: () => `id-${(count += 1)}`, nowWallMs: 5 },
  );
  assert.deepEqual(
    [...queued].map(([sink, reports]) => [sink, reports.map(({ id, document }) => [id, document['index']])]),
    [
      ['collector:t', [['id-1', 'cdr']]],
      ['cdr-database:t', [['id-2', 'couch']]],
    ],
  );
});

test('deletion: not of a running call; all that can be deleted is, and what cannot is said', async () => {
  const asked: string[] = [];
  let isDiskDead = true;
  const deletion = createArtifactDeletion({
    isRunning: (sessionId) => sessionId === 'live',
    deleters: {
      recordings: async () => (isDiskDead ? err('EIO') : ok(1)),
      reports: async (sessionId) => (asked.push(sessionId), ok(2)),
    },
  });
  assert.deepEqual(await deletion('live'), err({ kind: 'running' }));
  assert.deepEqual(asked, []);
  assert.deepEqual(
    await deletion('s-1'),
    err({ kind: 'incomplete', deleted: { reports: 2 }, reasons: ['recordings: EIO'] }),
  );
  isDiskDead = false;
  assert.deepEqual(await deletion('s-1'), ok({ recordings: 1, reports: 2 }));
});
