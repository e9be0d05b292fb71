/** From a report to what waits for a sink. */
import { type Clock, type Random, randomHex } from '../kit/index.ts';
import { envelopeOf, type Report, type ReportType } from '../reports/index.ts';
import type { QueuedReport } from './contract.ts';

/** A sink that takes reports of a type, under which index. */
export interface ReportRoute {
  readonly sink: string;
  readonly type: ReportType;
  readonly index: string;
  readonly sourceType?: string;
}

/** The reports that these routes want, in their envelopes, by sink. */
export function queueReports(
  reports: readonly Report[],
  routes: readonly ReportRoute[],
  { host, nextId, nowWallMs }: { readonly host: string; readonly nextId: () => string; readonly nowWallMs: number },
): ReadonlyMap<string, readonly QueuedReport[]> {
  const bySink = new Map<string, QueuedReport[]>();
  for (const report of reports) {
    for (const { sink, type, index, sourceType } of routes) {
      if (type !== report.type) continue;
      const document = envelopeOf(report, { host, index, ...(sourceType === undefined ? {} : { sourceType }) });
      const queued = { id: nextId(), sink, sessionId: report.sessionId, document, queuedAtWallMs: nowWallMs };
      bySink.set(sink, [...(bySink.get(sink) ?? []), queued]);
    }
  }
  return bySink;
}

/** Ids whose order as text is the order of their making, also when the wall clock is put back. */
export function createReportIds(clock: Pick<Clock, 'wallMs'>, random: Random): () => string {
  let lastWallMs = 0;
  let count = 0;
  return () => {
    const wallMs = Math.max(lastWallMs, Math.floor(clock.wallMs()));
    count = wallMs === lastWallMs ? count + 1 : 0;
    lastWallMs = wallMs;
    return `${wallMs.toString(16).padStart(12, '0')}-${count.toString(16).padStart(8, '0')}-${randomHex(random, 16)}`;
  };
}
