/** A queue that lives as long as the process. */
import { err, ok } from '../kit/index.ts';
import type { QueuedReport, ReportQueue } from './contract.ts';

export interface MemoryQueueLimits {
  /** Reports that wait for one sink. Default 10,000. */
  readonly maxPerSink?: number;
  /** Characters of all reports that wait, as JSON. Default 64 Mi. */
  readonly maxLength?: number;
}

interface Waiting {
  readonly report: QueuedReport;
  readonly length: number;
  dueAtWallMs: number;
}

export function createMemoryReportQueue(limits: MemoryQueueLimits = {}): ReportQueue {
  const { maxPerSink = 10_000, maxLength = 64 * 1024 * 1024 } = limits;
  const sinks = new Map<string, Map<string, Waiting>>();
  const sinkOf = new Map<string, string>();
  let totalLength = 0;

  function remove(id: string): boolean {
    const sink = sinkOf.get(id) ?? '';
    const waiting = sinks.get(sink)?.get(id);
    if (waiting === undefined) return false;
    sinkOf.delete(id);
    sinks.get(sink)?.delete(id);
    if (sinks.get(sink)?.size === 0) sinks.delete(sink);
    totalLength -= waiting.length;
    return true;
  }

  return {
    async add(reports) {
      const [first] = reports;
      if (first === undefined) return ok(undefined);
      const lane = sinks.get(first.sink) ?? new Map<string, Waiting>();
      const measured = reports.map((report) => ({
        report,
        length: JSON.stringify(report.document).length,
        dueAtWallMs: 0,
      }));
      const length = measured.reduce((sum, each) => sum + each.length, 0);
      if (lane.size + reports.length > maxPerSink) {
        return err({ kind: 'full', detail: `${lane.size} reports wait for this sink.` });
      }
      if (totalLength + length > maxLength) {
        return err({ kind: 'full', detail: `The reports that wait are ${totalLength} characters long.` });
      }
      sinks.set(first.sink, lane);
      for (const each of measured) {
        lane.set(each.report.id, each);
        sinkOf.set(each.report.id, first.sink);
      }
      totalLength += length;
      return ok(undefined);
    },
    async take(sink, limit, nowWallMs) {
      const taken: QueuedReport[] = [];
      // They came in the order of their ids, and a map keeps the order.
      for (const { report, dueAtWallMs } of sinks.get(sink)?.values() ?? []) {
        if (taken.length >= limit) break;
        if (dueAtWallMs <= nowWallMs) taken.push(report);
      }
      return ok(taken);
    },
    async done(ids) {
      for (const id of ids) remove(id);
      return ok(undefined);
    },
    async failed(ids, nextAtWallMs) {
      for (const id of ids) {
        const waiting = sinks.get(sinkOf.get(id) ?? '')?.get(id);
        if (waiting !== undefined) waiting.dueAtWallMs = nextAtWallMs;
      }
      return ok(undefined);
    },
    async forget(sessionId) {
      const ids = [...sinks.values()].flatMap((lane) =>
        [...lane.values()].filter(({ report }) => report.sessionId === sessionId).map(({ report }) => report.id),
      );
      return ok(ids.filter((id) => remove(id)).length);
    },
  };
}
