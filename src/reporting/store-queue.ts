/** A queue in the durable store: what waits survives a crash, and is the next life's. */
import { err, type GatewayError, ok, type Result } from '../kit/index.ts';
import type { Change, DurableStore, Owner } from '../store/index.ts';
import type { QueueFailure, ReportQueue } from './contract.ts';

export interface StoreQueueOrder {
  readonly store: Pick<DurableStore, 'commit' | 'dueReports'>;
  readonly owner: Owner;
  /** Reports that may wait for one sink. Those of an earlier life are counted as they are sent. */
  readonly maxPerSink: number;
  /** All sinks there are: where reports of a session are looked for when they are to be forgotten. */
  readonly sinks: () => readonly string[];
}

/** Later than any report is due. */
const everWallMs = Number.MAX_SAFE_INTEGER;

export function createStoreReportQueue({ store, owner, maxPerSink, sinks }: StoreQueueOrder): ReportQueue {
  const waiting = new Map<string, number>();
  const sinkOf = new Map<string, string>();
  const commit = async (change: Change): Promise<Result<void, QueueFailure>> => toQueue(await store.commit([change]));

  function count(sink: string, more: number): void {
    waiting.set(sink, Math.max(0, (waiting.get(sink) ?? 0) + more));
  }

  async function done(ids: readonly string[]): Promise<Result<void, QueueFailure>> {
    if (ids.length === 0) return ok(undefined);
    const settled = await commit({ type: 'reports-done', ids });
    if (!settled.ok) return settled;
    for (const id of ids) {
      const sink = sinkOf.get(id);
      if (sinkOf.delete(id) && sink !== undefined) count(sink, -1);
    }
    return settled;
  }

  return {
    done,
    async add(reports) {
      const [first] = reports;
      if (first === undefined) return ok(undefined);
      const { sink } = first;
      if ((waiting.get(sink) ?? 0) + reports.length > maxPerSink) {
        return err({ kind: 'full', detail: `${waiting.get(sink) ?? 0} reports wait for this sink.` });
      }
      // Counted before they are kept: others are handed over meanwhile.
      count(sink, reports.length);
      for (const { id } of reports) sinkOf.set(id, sink);
      const kept = await commit({ type: 'reports-queued', reports, owner });
      if (kept.ok) return kept;
      count(sink, -reports.length);
      for (const { id } of reports) sinkOf.delete(id);
      return kept;
    },
    take: async (sink, limit, nowWallMs) => toQueue(await store.dueReports(sink, owner, nowWallMs, limit)),
    failed: (ids, dueAtWallMs) =>
      ids.length === 0
        ? Promise.resolve(ok(undefined))
        : commit({ type: 'reports-postponed', ids, dueAtWallMs: Math.round(dueAtWallMs) }),
    async forget(sessionId) {
      let forgotten = 0;
      for (const sink of sinks()) {
        const all = toQueue(await store.dueReports(sink, owner, everWallMs, maxPerSink));
        if (!all.ok) return all;
        const ids = all.value.filter((report) => report.sessionId === sessionId).map(({ id }) => id);
        const removed = await done(ids);
        if (!removed.ok) return removed;
        forgotten += ids.length;
      }
      return ok(forgotten);
    },
  };
}

function toQueue<T>(outcome: Result<T, GatewayError>): Result<T, QueueFailure> {
  return outcome.ok ? outcome : err({ kind: 'unavailable', detail: outcome.error.message });
}
