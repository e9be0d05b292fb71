/**
 * Brings reports from the queue to their sinks: one lane a sink, which sends batch after batch while there are any and
 * rests when there are none. A sink that takes nothing holds up only its own lane.
 */
import type { Clock, Random } from '../kit/index.ts';
import type { QueuedReport, ReportNews, ReportQueue, ReportSink, Verdict } from './contract.ts';
import { longestAskedMs, pauseMs } from './retry-plan.ts';

export interface LanePorts {
  readonly queue: ReportQueue;
  /** The sink of a name as it is configured now; undefined when it is no more. */
  readonly openSink: (name: string) => ReportSink | undefined;
  readonly clock: Clock;
  /** Calls `fire` once after `ms`, unless the function it returns was called before. */
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly random: Random;
  /** Must not throw. */
  readonly onNews: (news: ReportNews) => void;
}

export interface LaneOptions {
  /** How long reports wait for others to share a request with. */
  readonly gatherMs: number;
}

export interface ReportLanes {
  /** Hands over reports of one sink. Returns at once and never throws. */
  add(sink: string, reports: readonly QueuedReport[]): void;
  /** Looks for reports that wait from before, at the start. */
  resume(sinks: readonly string[]): void;
  /** Sends what is gathered now. Resolves when all lanes rest, or wait for sinks that take nothing. */
  idle(): Promise<void>;
  /** Cuts what is under way; what is not done stays in the queue. */
  close(): void;
}

interface Lane {
  readonly sink: string;
  /** Reports handed over since it last found the queue empty. */
  gathered: number;
  state: 'resting' | 'gathering' | 'sending' | 'pausing';
  failures: number;
  /** What is due by then is taken: the pause was kept, however the wall clock went. */
  dueWallMs: number;
  /** Cuts a gathering or a pause short. */
  wake: (() => void) | undefined;
}

export function createReportLanes(ports: LanePorts, options: LaneOptions): ReportLanes {
  return new Lanes(ports, options);
}

class Lanes implements ReportLanes {
  readonly #ports: LanePorts;
  readonly #options: LaneOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #closing = new AbortController();
  readonly #adding = new Set<Promise<void>>();
  #idleWaiters: (() => void)[] = [];
  #isFlushing = false;

  constructor(ports: LanePorts, options: LaneOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  add(sink: string, reports: readonly QueuedReport[]): void {
    if (reports.length === 0) return;
    const adding = this.#add(sink, reports)
      .catch((fault: unknown) => {
        // Against the contract of the queue; the calls go on.
        this.#drop(sink, reports.length, 'unavailable', `The queue failed: ${String(fault)}`);
      })
      .finally(() => {
        this.#adding.delete(adding);
        this.#tellIdle();
      });
    this.#adding.add(adding);
  }

  resume(sinks: readonly string[]): void {
    for (const sink of sinks) this.#start(this.#laneOf(sink));
  }

  idle(): Promise<void> {
    this.#isFlushing = true;
    for (const lane of this.#lanes.values()) if (lane.state === 'gathering') lane.wake?.();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#tellIdle();
    });
  }

  close(): void {
    this.#closing.abort();
    for (const lane of this.#lanes.values()) lane.wake?.();
  }

  async #add(sink: string, reports: readonly QueuedReport[]): Promise<void> {
    const added = await this.#ports.queue.add(reports);
    if (!added.ok) return this.#drop(sink, reports.length, added.error.kind, added.error.detail);
    this.#ports.onNews({ type: 'queued', sink, count: reports.length });
    const lane = this.#laneOf(sink);
    lane.gathered += reports.length;
    if (lane.state === 'resting') this.#start(lane);
    else if (lane.state === 'gathering' && this.#isEnough(lane)) lane.wake?.();
  }

  #laneOf(sink: string): Lane {
    const known = this.#lanes.get(sink);
    if (known !== undefined) return known;
    // What an earlier life of the process had postponed is tried at once.
    const dueWallMs = this.#ports.clock.wallMs() + longestAskedMs;
    const lane: Lane = { sink, gathered: 0, state: 'resting', failures: 0, dueWallMs, wake: undefined };
    this.#lanes.set(sink, lane);
    return lane;
  }

  #isEnough({ sink, gathered }: Lane): boolean {
    return this.#isFlushing || gathered >= (this.#ports.openSink(sink)?.batchSize ?? 1);
  }

  #start(lane: Lane): void {
    if (lane.state !== 'resting' || this.#closing.signal.aborted) return;
    lane.state = 'gathering';
    void this.#run(lane)
      .catch((fault: unknown) => {
        this.#ports.onNews({ type: 'postponed', sink: lane.sink, count: 0, reason: String(fault), retryMs: 0 });
      })
      .finally(() => {
        lane.state = 'resting';
        // What was handed over while the queue was found empty.
        if (lane.gathered > 0) this.#start(lane);
        this.#tellIdle();
      });
  }

  async #run(lane: Lane): Promise<void> {
    const { queue, openSink, clock } = this.#ports;
    const { signal } = this.#closing;
    if (!this.#isEnough(lane)) await this.#wait(lane, this.#options.gatherMs, 'gathering');
    while (!signal.aborted) {
      lane.state = 'sending';
      lane.gathered = 0;
      const sink = openSink(lane.sink);
      const limit = sink === undefined ? 500 : sink.batchSize * sink.parallel;
      const taken = await queue.take(lane.sink, limit, Math.max(clock.wallMs(), lane.dueWallMs));
      if (!taken.ok) await this.#pause(lane, 0, { type: 'later', reason: taken.error.detail });
      else if (taken.value.length === 0) return;
      else if (sink === undefined) await this.#giveUp(lane, taken.value);
      else await this.#send(lane, sink, taken.value);
    }
  }

  async #giveUp(lane: Lane, reports: readonly QueuedReport[]): Promise<void> {
    await this.#ports.queue.done(reports.map(({ id }) => id));
    this.#drop(lane.sink, reports.length, 'no-sink', 'It is configured no more.');
  }

  async #send(lane: Lane, sink: ReportSink, reports: readonly QueuedReport[]): Promise<void> {
    const { signal } = this.#closing;
    const batches = chunk(reports, sink.batchSize);
    const verdicts = (await Promise.all(batches.map((batch) => verdictsOf(sink, batch, signal)))).flat();
    const sent: string[] = [];
    const refused: string[] = [];
    const later: string[] = [];
    let reason = '';
    let worst: Extract<Verdict, { type: 'later' }> | undefined;
    for (const [index, { id }] of reports.entries()) {
      const verdict = verdicts[index] ?? { type: 'later', reason: 'The sink said nothing of it.' };
      if (verdict.type === 'sent') sent.push(id);
      else if (verdict.type === 'refused') {
        refused.push(id);
        reason = verdict.reason;
      } else {
        later.push(id);
        if (worst === undefined || (verdict.afterMs ?? 0) > (worst.afterMs ?? 0)) worst = verdict;
      }
    }
    const done = await this.#ports.queue.done([...sent, ...refused]);
    if (sent.length > 0) this.#ports.onNews({ type: 'sent', sink: lane.sink, count: sent.length });
    if (refused.length > 0) this.#drop(lane.sink, refused.length, 'refused', reason);
    if (sent.length > 0) lane.failures = 0;
    if (worst !== undefined && !signal.aborted) await this.#postpone(lane, later, worst);
    // Otherwise they would be taken, and sent, again at once.
    else if (!done.ok) await this.#pause(lane, 0, { type: 'later', reason: done.error.detail });
  }

  async #postpone(lane: Lane, ids: readonly string[], verdict: Extract<Verdict, { type: 'later' }>): Promise<void> {
    const retryMs = this.#nextPauseMs(lane, verdict);
    lane.dueWallMs = this.#ports.clock.wallMs() + retryMs;
    await this.#ports.queue.failed(ids, lane.dueWallMs);
    await this.#rest(lane, ids.length, verdict.reason, retryMs);
  }

  async #pause(lane: Lane, count: number, verdict: Extract<Verdict, { type: 'later' }>): Promise<void> {
    await this.#rest(lane, count, verdict.reason, this.#nextPauseMs(lane, verdict));
  }

  #nextPauseMs(lane: Lane, { afterMs }: Extract<Verdict, { type: 'later' }>): number {
    lane.failures += 1;
    return pauseMs(lane.failures, afterMs, this.#ports.random);
  }

  async #rest(lane: Lane, count: number, reason: string, retryMs: number): Promise<void> {
    this.#ports.onNews({ type: 'postponed', sink: lane.sink, count, reason, retryMs });
    await this.#wait(lane, retryMs, 'pausing');
  }

  #wait(lane: Lane, ms: number, state: 'gathering' | 'pausing'): Promise<void> {
    lane.state = state;
    if (this.#closing.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#ports.after(ms, () => {
        lane.wake = undefined;
        resolve();
      });
      lane.wake = () => {
        lane.wake = undefined;
        cancel();
        resolve();
      };
      this.#tellIdle();
    });
  }

  #drop(sink: string, count: number, cause: Extract<ReportNews, { type: 'dropped' }>['cause'], reason: string): void {
    this.#ports.onNews({ type: 'dropped', sink, count, cause, reason });
  }

  #tellIdle(): void {
    if (this.#idleWaiters.length === 0 || this.#adding.size > 0) return;
    for (const { state } of this.#lanes.values()) if (state === 'sending' || state === 'gathering') return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}

/** A sink that breaks its contract postpones its reports and nothing else. */
async function verdictsOf(
  sink: ReportSink,
  batch: readonly QueuedReport[],
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  let verdicts: readonly Verdict[] = [];
  let reason = 'The sink said nothing of it.';
  try {
    verdicts = await sink.send(batch, signal);
  } catch (fault) {
    reason = `The sink failed: ${String(fault)}`;
  }
  return batch.map((_, index) => verdicts[index] ?? { type: 'later', reason });
}

function chunk<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
