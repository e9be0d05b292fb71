/**
 * Reports on their way out. They wait in a queue, one lane a sink; a sink is a place they end up in. The queue is what a
 * durable store implements; sinks are made from what is configured now, so no credentials wait with a report.
 */
import type { JsonObject, Result } from '../kit/index.ts';

/** One report for one sink. */
export interface QueuedReport {
  /** Unique; the order of ids, as text, is the order of delivery. A sink that knows ids keeps a report once. */
  readonly id: string;
  /** Names the sink, e.g. `collector:clinic`. */
  readonly sink: string;
  readonly sessionId: string;
  readonly document: JsonObject;
  readonly queuedAtWallMs: number;
}

export interface QueueFailure {
  /** `full`: so many reports wait for this sink, or so much altogether, that no more are taken. */
  readonly kind: 'full' | 'unavailable';
  /** One sentence. */
  readonly detail: string;
}

/**
 * Reports that wait. Bounded. A report stays until `done`; one lane asks for each sink, and asks again only when what it
 * took before is done or failed. Nothing rejects.
 */
export interface ReportQueue {
  /** Keeps all of them, of one sink, or none. A durable queue resolves when they survive a crash. */
  add(reports: readonly QueuedReport[]): Promise<Result<void, QueueFailure>>;
  /** The oldest that are due for this sink, at most `limit`, and they stay. */
  take(sink: string, limit: number, nowWallMs: number): Promise<Result<readonly QueuedReport[], QueueFailure>>;
  /** They arrived, or are given up. Unknown ids are of no matter. */
  done(ids: readonly string[]): Promise<Result<void, QueueFailure>>;
  /** They are not due before `nextAtWallMs`. */
  failed(ids: readonly string[], nextAtWallMs: number): Promise<Result<void, QueueFailure>>;
  /** Forgets the reports of a session that wait. Returns how many there were. */
  forget(sessionId: string): Promise<Result<number, QueueFailure>>;
}

/** What became of one report at a sink. */
export type Verdict =
  | { readonly type: 'sent' }
  /** It will never be taken: it is given up. */
  | { readonly type: 'refused'; readonly reason: string }
  /** The sink is not to be had: everything waits. `afterMs` is what it asked for itself. */
  | { readonly type: 'later'; readonly reason: string; readonly afterMs?: number };

export interface ReportSink {
  /** Reports that go in one request or write; 1 to 500. */
  readonly batchSize: number;
  /** Requests at the same time. */
  readonly parallel: number;
  /** One verdict a report, in their order. Never rejects, also when `signal` aborts. */
  send(reports: readonly QueuedReport[], signal: AbortSignal): Promise<readonly Verdict[]>;
}

/** What happened to reports of a sink, for metrics and log. */
export type ReportNews = { readonly sink: string } & (
  | { readonly type: 'queued'; readonly count: number }
  | { readonly type: 'sent'; readonly count: number }
  /** `refused` by the sink, no room in the queue (`full`), the queue failed (`unavailable`), the sink is configured no more (`no-sink`). */
  | {
      readonly type: 'dropped';
      readonly count: number;
      readonly cause: 'refused' | 'full' | 'unavailable' | 'no-sink';
      readonly reason: string;
    }
  /** The sink does not take any; tried again after `retryMs`. */
  | { readonly type: 'postponed'; readonly count: number; readonly reason: string; readonly retryMs: number }
);
