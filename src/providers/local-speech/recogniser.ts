/** Turns utterances into words on a pool of threads, through one bounded queue. */
import type { ExpectedSpeech, SampleRateHz } from '../../speech/index.ts';
import type { Transcript } from './moonshine-decoder.ts';
import type { LocalSpeechOptions } from './options.ts';
import type { RecogniserData, RecogniserReply, RecogniserRequest } from './recogniser-thread.ts';
import { type JobKind, RecognitionQueue } from './recognition-queue.ts';
import { threadEntry } from './thread-entry.ts';
import { WorkerLink } from './worker-link.ts';

export interface RecognitionJob {
  readonly pcm: Int16Array<ArrayBuffer>;
  readonly sampleRateHz: SampleRateHz;
  /** How long the speech within `pcm` lasted. */
  readonly speechMs: number;
  /** What is likely to be said; without it, anything. */
  readonly expected?: ExpectedSpeech | undefined;
  /** Exactly one of these is called, unless the job is cancelled. */
  onTranscript(transcript: Transcript): void;
  /** The queue was full and this job gave way. */
  onDropped(): void;
  onFailed(reason: string): void;
}

/** What a session needs of the recogniser. */
export interface JobTaker {
  add(kind: JobKind, job: RecognitionJob): void;
  /** A job added as speculative is now waited for. */
  promote(job: RecognitionJob): void;
  /** Nothing is called back afterwards. */
  cancel(job: RecognitionJob): void;
}

interface Lane {
  link: WorkerLink<RecogniserRequest, RecogniserReply> | undefined;
  jobId: number;
  job: RecognitionJob | undefined;
}

/** Waits that are remembered until they are asked for. */
const mostWaits = 1000;

export class Recogniser implements JobTaker {
  readonly #queue: RecognitionQueue<RecognitionJob>;
  readonly #lanes: Lane[] = [];
  #nextId = 1;
  readonly #nowMs: () => number;
  /** Since when a job in the queue is a final that a call waits for. */
  readonly #waitingSinceMs = new Map<RecognitionJob, number>();
  #waitsMs: number[] = [];

  private constructor(queueLimit: number, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#queue = new RecognitionQueue(queueLimit);
  }

  /** `entry`: the thread's built file; another one only in tests. */
  static async open(
    options: Pick<LocalSpeechOptions, 'model' | 'recogniserThreads' | 'recognitionQueueLimit'>,
    nowMs: () => number,
    entry: URL = threadEntry('recogniser-thread'),
  ): Promise<Recogniser> {
    const recogniser = new Recogniser(options.recognitionQueueLimit, nowMs);
    const data: RecogniserData = { model: options.model };
    const starts = Array.from({ length: options.recogniserThreads }, () => recogniser.#openLane(data, entry));
    const failure = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
    if (failure !== undefined) {
      await recogniser.close();
      throw failure.reason;
    }
    return recogniser;
  }

  /** Utterances that wait for a thread. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /**
   * How long finals have waited for a thread since this was asked last, in ms, and the one that waits longest so far. Decodes begun ahead
   * are none; one that is still waiting when the speech is over has waited from then on.
   */
  takeWaitsMs(): readonly number[] {
    const [oldestMs] = this.#waitingSinceMs.values();
    const waitsMs = [...this.#waitsMs, ...(oldestMs === undefined ? [] : [this.#nowMs() - oldestMs])];
    this.#waitsMs = [];
    return waitsMs;
  }

  add(kind: JobKind, job: RecognitionJob): void {
    if (kind === 'final') this.#waitingSinceMs.set(job, this.#nowMs());
    const dropped = this.#queue.add(kind, job);
    this.#feedLanes();
    if (dropped === undefined) return;
    this.#endWait(dropped);
    dropped.onDropped();
  }

  promote(job: RecognitionJob): void {
    if (this.#queue.promote(job)) this.#waitingSinceMs.set(job, this.#nowMs());
  }

  cancel(job: RecognitionJob): void {
    this.#waitingSinceMs.delete(job);
    if (this.#queue.remove(job)) return;
    for (const lane of this.#lanes) {
      if (lane.job !== job) continue;
      lane.job = undefined;
      lane.link?.post({ type: 'cancel', id: lane.jobId }, []);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(async (lane) => lane.link?.close()));
  }

  async #openLane(data: RecogniserData, entry: URL): Promise<void> {
    const lane: Lane = { link: undefined, jobId: 0, job: undefined };
    lane.link = await WorkerLink.open<RecogniserRequest, RecogniserReply>({
      entry,
      name: 'recogniser',
      data,
      onReady: () => this.#feedLanes(),
      onReply: (reply) => this.#onReply(lane, reply),
      onLost: (reason) => this.#onLost(lane, reason),
    });
    this.#lanes.push(lane);
  }

  /** A lane with a job id is busy, even when nobody waits for the answer any more. */
  #feedLanes(): void {
    for (const lane of this.#lanes) {
      if (lane.jobId !== 0 || lane.link?.isReady !== true) continue;
      const job = this.#queue.take();
      if (job === undefined) return;
      this.#endWait(job);
      lane.job = job;
      lane.jobId = this.#nextId++;
      const { pcm, sampleRateHz, speechMs, expected } = job;
      lane.link.post({ type: 'decode', id: lane.jobId, pcm, sampleRateHz, speechMs, expected }, [pcm.buffer]);
    }
  }

  #endWait(job: RecognitionJob): void {
    const sinceMs = this.#waitingSinceMs.get(job);
    if (sinceMs === undefined) return;
    this.#waitingSinceMs.delete(job);
    if (this.#waitsMs.length < mostWaits) this.#waitsMs.push(this.#nowMs() - sinceMs);
  }

  #onReply(lane: Lane, reply: RecogniserReply): void {
    const { job } = lane;
    lane.job = undefined;
    lane.jobId = 0;
    this.#feedLanes();
    if (reply.type === 'decoded') job?.onTranscript({ text: reply.text, confidence: reply.confidence });
    else job?.onFailed(reply.reason);
  }

  #onLost(lane: Lane, reason: string): void {
    const { job } = lane;
    lane.job = undefined;
    lane.jobId = 0;
    job?.onFailed(reason);
    if (this.#lanes.some(({ link }) => link?.isReady === true)) return;
    // Nobody is left to do what waits, and how long the next start takes is not known.
    for (let waiting = this.#queue.take(); waiting !== undefined; waiting = this.#queue.take()) {
      this.#waitingSinceMs.delete(waiting);
      waiting.onFailed(reason);
    }
  }
}
