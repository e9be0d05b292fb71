/** What every queue of reports must do, whatever it is kept in: run each case as a test of its own. */
import assert from 'node:assert/strict';
import type { QueuedReport, ReportQueue } from '../reporting/index.ts';

export interface ReportQueueCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export interface QueueUnderTest {
  readonly queue: ReportQueue;
  close?(): Promise<void>;
}

/** `open` makes an empty queue that takes at least 100 reports for a sink. */
export function reportQueueCases(open: () => Promise<QueueUnderTest>): readonly ReportQueueCase[] {
  return cases.map(({ name, run }) => ({
    name,
    run: async () => {
      const opened = await open();
      try {
        await run(opened.queue);
      } finally {
        await opened.close?.();
      }
    },
  }));
}

const nowWallMs = Date.UTC(2025, 2, 4);

function reportOf(order: number, sink = 'a', sessionId = 's-1'): QueuedReport {
  const id = `${String(order).padStart(6, '0')}-${sink}`;
  return { id, sink, sessionId, document: { event: { order } }, queuedAtWallMs: nowWallMs };
}

async function add(queue: ReportQueue, ...reports: readonly QueuedReport[]): Promise<void> {
  for (const sink of new Set(reports.map((report) => report.sink))) {
    const added = await queue.add(reports.filter((report) => report.sink === sink));
    assert.ok(added.ok);
  }
}

async function take(
  queue: ReportQueue,
  sink = 'a',
  limit = 100,
  atWallMs = nowWallMs,
): Promise<readonly QueuedReport[]> {
  const taken = await queue.take(sink, limit, atWallMs);
  assert.ok(taken.ok);
  return taken.value;
}

const idsOf = (reports: readonly QueuedReport[]): string[] => reports.map(({ id }) => id);

const cases: readonly { readonly name: string; readonly run: (queue: ReportQueue) => Promise<void> }[] = [
  {
    name: 'gives reports back as they were handed over, oldest first, at most so many',
    run: async (queue) => {
      await add(queue, reportOf(1), reportOf(2), reportOf(3));
      assert.deepEqual(await take(queue), [reportOf(1), reportOf(2), reportOf(3)]);
      assert.deepEqual(idsOf(await take(queue, 'a', 2)), idsOf([reportOf(1), reportOf(2)]));
    },
  },
  {
    name: 'keeps a report until it is done, and each sink its own',
    run: async (queue) => {
      await add(queue, reportOf(1), reportOf(2), reportOf(1, 'b'));
      await queue.done([reportOf(1).id]);
      assert.deepEqual(idsOf(await take(queue)), [reportOf(2).id]);
      assert.deepEqual(idsOf(await take(queue, 'b')), [reportOf(1, 'b').id]);
      assert.deepEqual(await take(queue, 'c'), []);
    },
  },
  {
    name: 'holds failed reports back until they are due, and no others',
    run: async (queue) => {
      await add(queue, reportOf(1), reportOf(2));
      assert.ok((await queue.failed([reportOf(1).id], nowWallMs + 1000)).ok);
      assert.deepEqual(idsOf(await take(queue)), [reportOf(2).id]);
      assert.deepEqual(idsOf(await take(queue, 'a', 100, nowWallMs + 999)), [reportOf(2).id]);
      assert.deepEqual(idsOf(await take(queue, 'a', 100, nowWallMs + 1000)), [reportOf(1).id, reportOf(2).id]);
    },
  },
  {
    name: 'takes unknown and repeated ids calmly',
    run: async (queue) => {
      await add(queue, reportOf(1));
      assert.ok((await queue.done(['nobody', reportOf(1).id])).ok);
      assert.ok((await queue.done([reportOf(1).id])).ok);
      assert.ok((await queue.failed([reportOf(1).id], nowWallMs)).ok);
      assert.ok((await queue.add([])).ok);
      assert.deepEqual(await take(queue), []);
    },
  },
  {
    name: 'forgets what waits of a session, in every sink, and nothing else',
    run: async (queue) => {
      await add(queue, reportOf(1), reportOf(2, 'a', 's-2'), reportOf(3, 'b'));
      await queue.failed([reportOf(1).id], nowWallMs + 60_000);
      assert.deepEqual(await queue.forget('s-1'), { ok: true, value: 2 });
      assert.deepEqual(await queue.forget('s-1'), { ok: true, value: 0 });
      assert.deepEqual(idsOf(await take(queue)), [reportOf(2).id]);
      assert.deepEqual(await take(queue, 'b'), []);
    },
  },
];
