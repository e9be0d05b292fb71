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

export class Recogniser implements JobTaker {
  readonly #queue: RecognitionQueue<RecognitionJob>;
  readonly #lanes: Lane[] = [];
  #nextId = 1;

  private constructor(queueLimit: number) {
    this.#queue = new RecognitionQueue(queueLimit);
  }

  /** `entry`: the thread's built file; another one only in tests. */
  static async open(
    options: Pick<LocalSpeechOptions, 'model' | 'recogniserThreads' | 'recognitionQueueLimit'>,
    entry: URL = threadEntry('recogniser-thread'),
  ): Promise<Recogniser> {
    const recogniser = new Recogniser(options.recognitionQueueLimit);
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

  add(kind: JobKind, job: RecognitionJob): void {
    const dropped = this.#queue.add(kind, job);
    this.#feedLanes();
    dropped?.onDropped();
  }

  promote(job: RecognitionJob): void {
    this.#queue.promote(job);
  }

  cancel(job: RecognitionJob): void {
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
      lane.job = job;
      lane.jobId = this.#nextId++;
      const { pcm, sampleRateHz, speechMs, expected } = job;
      lane.link.post({ type: 'decode', id: lane.jobId, pcm, sampleRateHz, speechMs, expected }, [pcm.buffer]);
    }
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
      waiting.onFailed(reason);
    }
  }
}
