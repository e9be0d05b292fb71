/**
 * Sentences spoken by a pool of voice threads, oldest request first. A sentence asked for twice at the same time is
 * spoken once, and a spoken one is kept, so a campaign that says the same to a thousand callees synthesises it once.
 */
import type { SampleRateHz } from '../../speech/index.ts';
import { AudioCache } from './audio-cache.ts';
import type { LocalSpeechOptions } from './options.ts';
import { threadEntry } from './thread-entry.ts';
import type { VoiceData, VoiceReply, VoiceRequest } from './voice-thread.ts';
import { WorkerLink } from './worker-link.ts';

/** Sentences that may wait, all calls together; one more fails. A call has at most two waiting. */
const longestQueue = 10_000;

/** A sentence takes about a fiftieth of its length to speak; a thread that works longer than this hangs. */
const longestWorkMs = 10_000;
/** How often a sentence is given to a thread: one that kills two is left. */
const mostAttempts = 2;

/** A wish for one sentence. */
export interface SentenceTicket {
  /** Shared: not to be written to. Rejects with the engine's reason; stays pending once released. */
  readonly pcm: Promise<Int16Array>;
  /** The audio is not wanted any more. */
  release(): void;
}

interface Work {
  readonly key: string;
  readonly request: VoiceRequest;
  readonly pcm: Promise<Int16Array>;
  resolve(pcm: Int16Array): void;
  reject(error: Error): void;
  wanted: number;
  attempts: number;
}

interface Lane {
  link: WorkerLink<VoiceRequest, VoiceReply> | undefined;
  work: Work | undefined;
  /** Since it last lost its thread, the next one has come up. */
  hasThread: boolean;
  timer: NodeJS.Timeout | undefined;
}

export class VoicePool {
  readonly #cache: AudioCache;
  readonly #lanes: Lane[] = [];
  /** Waiting and under way, by key. */
  readonly #works = new Map<string, Work>();
  #queue = new Set<Work>();
  readonly #longestWorkMs: number;

  private constructor(cacheBytes: number, longestMs: number) {
    this.#cache = new AudioCache(cacheBytes);
    this.#longestWorkMs = longestMs;
  }

  /** `entry`: the thread's built file; another one, and another `longestMs`, only in tests. */
  static async open(
    options: Pick<LocalSpeechOptions, 'voice' | 'voiceThreads' | 'voiceCacheBytes'>,
    entry: URL = threadEntry('voice-thread'),
    longestMs: number = longestWorkMs,
  ): Promise<VoicePool> {
    const pool = new VoicePool(options.voiceCacheBytes, longestMs);
    const data: VoiceData = { voice: options.voice };
    const starts = Array.from({ length: options.voiceThreads }, () => pool.#openLane(data, entry));
    const failure = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
    if (failure !== undefined) {
      await pool.close();
      throw failure.reason;
    }
    return pool;
  }

  /** Sentences that wait for a thread. */
  get queueLength(): number {
    return this.#queue.size;
  }

  ask(sentence: string, sampleRateHz: SampleRateHz): SentenceTicket {
    const key = `${sampleRateHz} ${sentence}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return { pcm: Promise.resolve(known), release: () => undefined };
    const work = this.#works.get(key) ?? this.#newWork(key, { sentence, sampleRateHz });
    work.wanted += 1;
    this.#feedLanes();
    let isHeld = true;
    return {
      pcm: work.pcm,
      release: () => {
        if (isHeld) this.#release(work);
        isHeld = false;
      },
    };
  }

  async close(): Promise<void> {
    for (const lane of this.#lanes) clearTimeout(lane.timer);
    await Promise.all(this.#lanes.map(async (lane) => lane.link?.close()));
    for (const work of this.#works.values()) work.reject(new Error('the local voice was closed'));
    this.#works.clear();
    this.#queue.clear();
  }

  #newWork(key: string, request: VoiceRequest): Work {
    const { promise, resolve, reject } = deferred<Int16Array>();
    // Whoever waits sees the failure; that nobody may be waiting any more is no fault.
    promise.catch(() => undefined);
    const work: Work = { key, request, pcm: promise, resolve, reject, wanted: 0, attempts: 0 };
    if (this.#queue.size >= longestQueue) {
      reject(new Error(`more than ${longestQueue} sentences are waiting for the voice`));
      return work;
    }
    this.#works.set(key, work);
    this.#queue.add(work);
    return work;
  }

  #release(work: Work): void {
    work.wanted -= 1;
    if (work.wanted === 0 && this.#queue.delete(work)) this.#works.delete(work.key);
  }

  async #openLane(data: VoiceData, entry: URL): Promise<void> {
    const lane: Lane = { link: undefined, work: undefined, hasThread: true, timer: undefined };
    lane.link = await WorkerLink.open<VoiceRequest, VoiceReply>({
      entry,
      name: 'voice',
      data,
      onReady: () => {
        lane.hasThread = true;
        this.#feedLanes();
      },
      onReply: (reply) => this.#onReply(lane, reply),
      onLost: (reason) => this.#onLost(lane, new Error(`the voice thread died: ${reason}`)),
    });
    this.#lanes.push(lane);
  }

  #feedLanes(): void {
    for (const lane of this.#lanes) {
      if (lane.work !== undefined || lane.link?.isReady !== true) continue;
      const [work] = this.#queue;
      if (work === undefined) return;
      this.#queue.delete(work);
      lane.work = work;
      work.attempts += 1;
      lane.timer = setTimeout(() => lane.link?.replace(), this.#longestWorkMs);
      lane.link.post(work.request, []);
    }
  }

  #onReply(lane: Lane, reply: VoiceReply): void {
    this.#settle(lane, (work) => {
      if (reply.type === 'speak-failed') return work.reject(new Error(reply.reason));
      this.#cache.set(work.key, reply.pcm);
      work.resolve(reply.pcm);
    });
    this.#feedLanes();
  }

  #onLost(lane: Lane, error: Error): void {
    const { work } = lane;
    if (work !== undefined && work.attempts < mostAttempts) {
      this.#takeWork(lane);
      this.#queue = new Set([work, ...this.#queue]);
    } else this.#settle(lane, (lost) => lost.reject(error));
    const isComingUp = lane.hasThread;
    lane.hasThread = false;
    this.#feedLanes();
    if (isComingUp || this.#lanes.some(({ link, hasThread }) => hasThread || link?.isReady === true)) return;
    // The next thread did not come up, and how long the one after it takes is not known.
    for (const waiting of this.#queue) {
      this.#works.delete(waiting.key);
      waiting.reject(error);
    }
    this.#queue.clear();
  }

  #takeWork(lane: Lane): Work | undefined {
    clearTimeout(lane.timer);
    const { work } = lane;
    lane.work = undefined;
    return work;
  }

  #settle(lane: Lane, how: (work: Work) => void): void {
    const work = this.#takeWork(lane);
    if (work === undefined) return;
    this.#works.delete(work.key);
    how(work);
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
