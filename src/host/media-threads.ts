/**
 * The media threads and the speech thread as the main thread sees them: one `MediaPlane` that outlives the threads behind
 * it. A call stays on the thread it was opened on: the one with the fewest calls at that moment.
 */
import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import { gatewayError } from '../kit/index.ts';
import { type MediaCommand, type MediaEvent, type MediaPlane, noPackets } from '../media/index.ts';
import type { PromptNews, PromptOrder } from '../speech/index.ts';
import type { FromMediaThread, MediaPace, MediaThreadOptions, ToMediaThread } from './media-messages.ts';
import { monotonicClock } from './monotonic-clock.ts';
import { RestartingThread } from './restarting-thread.ts';
import { createPortTable, RtpPorts } from './rtp-ports.ts';
import { createAudioMemory } from './shared-audio.ts';
import type { FromSpeechThread, SpeechLoad, SpeechThreadOptions, ToSpeechThread } from './speech-messages.ts';

export interface MediaThreadsOptions
  extends Omit<MediaThreadOptions, 'portTable' | 'threadNumber'>, SpeechThreadOptions {
  /** Media threads, at least 1. Absent: one. */
  readonly threads?: number;
  /** The built entry file of a media thread; another one only in tests. */
  readonly mediaEntry?: URL;
}

/** What ended: a media thread, with its calls, or the speech thread, with all that the engines inside were working on. */
export type LostThread = 'media' | 'speech';

export interface MediaThreads extends MediaPlane {
  /**
   * Resolves when all threads have started; rejects when one of them ended before. Commands may be sent earlier: they
   * wait.
   */
  whenReady(): Promise<void>;
  /** Whether there is a thread to take calls, and the engines. */
  isReady(): boolean;
  /** Why it is not ready, in a short sentence. */
  whyNotReady(): string | undefined;
  /** What is amiss though calls are taken, in short sentences. */
  remarks(): readonly string[];
  /** Told the reason whenever a thread ended unasked. Another one is being started; calls of a media thread have `failed`. */
  onLost(listener: (reason: string, thread: LostThread) => void): void;
  /** Has texts spoken ahead of calls, in place of all earlier ones; a thread that takes over speaks them again. */
  preparePrompts(orders: readonly PromptOrder[]): void;
  /** Told of each text that was prepared or could not be, by each thread, and of each use. */
  onPrompt(listener: (news: PromptNews) => void): void;
  /** Told every 5 s of each thread (numbered from 1) that has calls. */
  onPace(listener: (pace: MediaPace, threadNumber: number) => void): void;
  /** Told every 2 s how the engines inside keep up. */
  onSpeechLoad(listener: (load: SpeechLoad) => void): void;
  /** Closes every call (each is told `closed`), the engines and the threads. Safe to call twice. */
  close(): Promise<void>;
}

interface MediaLane {
  readonly threadNumber: number;
  readonly thread: RestartingThread<ToMediaThread, FromMediaThread>;
  /** Its calls. */
  readonly sessions: Set<string>;
}

class AllMediaThreads implements MediaThreads {
  readonly #options: MediaThreadsOptions;
  readonly #portTable: SharedArrayBuffer;
  readonly #speech: RestartingThread<ToSpeechThread, FromSpeechThread>;
  readonly #lanes: readonly MediaLane[];
  readonly #laneOf = new Map<string, MediaLane>();
  /** Calls whose thread was lost and whose `close` is still owed. */
  readonly #orphans = new Set<string>();
  readonly #eventListeners: ((sessionId: string, event: MediaEvent) => void)[] = [];
  readonly #lostListeners: ((reason: string, thread: LostThread) => void)[] = [];
  readonly #promptListeners: ((news: PromptNews) => void)[] = [];
  readonly #loadListeners: ((load: SpeechLoad) => void)[] = [];
  readonly #paceListeners: ((pace: MediaPace, threadNumber: number) => void)[] = [];
  #prompts: readonly PromptOrder[] = [];
  #onReady: () => void = () => undefined;
  #onNeverReady: (reason: Error) => void = () => undefined;
  readonly #ready = new Promise<void>((resolve, reject) => {
    this.#onReady = resolve;
    this.#onNeverReady = reject;
  });
  #closing: Promise<void> | undefined = undefined;

  constructor(options: MediaThreadsOptions) {
    this.#options = options;
    this.#portTable = createPortTable(options.rtpPorts);
    // Whoever does not ask must not be ended by the answer.
    this.#ready.catch(() => undefined);
    this.#speech = this.#newSpeechThread();
    this.#lanes = Array.from({ length: options.threads ?? 1 }, (_, i) => this.#newLane(i + 1));
    this.#speech.start();
    for (const { thread } of this.#lanes) thread.start();
  }

  send(sessionId: string, command: MediaCommand): void {
    if (this.#orphans.has(sessionId)) {
      if (command.type === 'close') this.#closeOrphan(sessionId);
      return;
    }
    const lane = this.#laneOf.get(sessionId) ?? (command.type === 'open' ? this.#place(sessionId) : undefined);
    lane?.thread.post({ type: 'command', sessionId, command });
  }

  onEvent(listener: (sessionId: string, event: MediaEvent) => void): void {
    this.#eventListeners.push(listener);
  }

  onLost(listener: (reason: string, thread: LostThread) => void): void {
    this.#lostListeners.push(listener);
  }

  preparePrompts(orders: readonly PromptOrder[]): void {
    this.#prompts = orders;
    for (const { thread } of this.#lanes) thread.post({ type: 'prepare-prompts', orders });
  }

  onPrompt(listener: (news: PromptNews) => void): void {
    this.#promptListeners.push(listener);
  }

  onPace(listener: (pace: MediaPace, threadNumber: number) => void): void {
    this.#paceListeners.push(listener);
  }

  onSpeechLoad(listener: (load: SpeechLoad) => void): void {
    this.#loadListeners.push(listener);
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  isReady(): boolean {
    return this.whyNotReady() === undefined;
  }

  whyNotReady(): string | undefined {
    if (!this.#lanes.some(({ thread }) => thread.isReady)) return 'no media thread is running';
    return this.#speech.isReady ? undefined : 'the speech engines inside are not running';
  }

  remarks(): readonly string[] {
    const missing = this.#lanes.filter(({ thread }) => !thread.isReady).length;
    if (missing === 0 || !this.isReady()) return [];
    return [`${missing} of ${this.#lanes.length} media threads ended and are being started again`];
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #newSpeechThread(): RestartingThread<ToSpeechThread, FromSpeechThread> {
    const { speechModule, speech } = this.#options;
    return new RestartingThread<ToSpeechThread, FromSpeechThread>({
      entry: new URL('./speech-thread.js', import.meta.url),
      name: 'speech',
      data: { speechModule, speech } satisfies SpeechThreadOptions,
      onStarted: () => {
        for (const lane of this.#lanes) this.#join(lane);
      },
      onReady: () => this.#checkReady(),
      onMessage: ({ load }) => {
        for (const listener of this.#loadListeners) listener(load);
      },
      onLost: (reason) => {
        this.#onNeverReady(new Error(`The speech engines could not start: ${reason}`));
        // A port that died on its way is not told so.
        if (!this.#speech.isRunning) for (const { thread } of this.#lanes) thread.post({ type: 'lose-speech' });
        for (const listener of this.#lostListeners) listener(reason, 'speech');
      },
    });
  }

  #newLane(threadNumber: number): MediaLane {
    const { speechModule: _, speech: __, threads: ___, mediaEntry, ...options } = this.#options;
    const lane: MediaLane = {
      threadNumber,
      sessions: new Set(),
      thread: new RestartingThread<ToMediaThread, FromMediaThread>({
        entry: mediaEntry ?? new URL('./media-thread.js', import.meta.url),
        name: 'media',
        data: { ...options, threadNumber, portTable: this.#portTable } satisfies MediaThreadOptions,
        onStarted: () => {
          this.#join(lane);
          if (this.#prompts.length > 0) lane.thread.post({ type: 'prepare-prompts', orders: this.#prompts });
        },
        onReady: () => this.#checkReady(),
        onMessage: (message) => this.#onMessage(message, threadNumber),
        onLost: (reason) => {
          RtpPorts.releaseAllOf(this.#portTable, threadNumber, monotonicClock.nowMs());
          this.#onLaneLost(lane, reason);
        },
      }),
    };
    return lane;
  }

  /** Gives a media thread and the speech thread, either of them new, a way to each other. */
  #join({ threadNumber, thread }: MediaLane): void {
    if (!thread.isRunning || !this.#speech.isRunning) return;
    const { port1, port2 } = new MessageChannel();
    const audio = createAudioMemory();
    thread.post({ type: 'use-speech', route: { port: port1, audio } }, [port1]);
    this.#speech.post({ type: 'serve', threadNumber, route: { port: port2, audio } }, [port2]);
  }

  #checkReady(): void {
    if (this.#speech.isReady && this.#lanes.every(({ thread }) => thread.isReady)) this.#onReady();
  }

  /** The thread of a new call; undefined when there is none, which the call is told as if it had had one. */
  #place(sessionId: string): MediaLane | undefined {
    const ready = this.#lanes.filter(({ thread }) => thread.isReady);
    const candidates = ready.length > 0 ? ready : this.#lanes.filter(({ thread }) => thread.isRunning);
    const [first] = candidates.toSorted((a, b) => a.sessions.size - b.sessions.size);
    if (first === undefined) {
      this.#orphans.add(sessionId);
      queueMicrotask(() => this.#tellLost(sessionId));
      return undefined;
    }
    first.sessions.add(sessionId);
    this.#laneOf.set(sessionId, first);
    return first;
  }

  #onMessage(message: FromMediaThread, threadNumber: number): void {
    switch (message.type) {
      case 'event':
        if (message.event.type === 'closed') this.#forget(message.sessionId);
        this.#tell(message.sessionId, message.event);
        return;
      case 'prompt':
        for (const listener of this.#promptListeners) listener(message.news);
        return;
      case 'pace':
        for (const listener of this.#paceListeners) listener(message.pace, threadNumber);
        return;
      default:
        return message satisfies never;
    }
  }

  #forget(sessionId: string): void {
    this.#laneOf.get(sessionId)?.sessions.delete(sessionId);
    this.#laneOf.delete(sessionId);
  }

  #onLaneLost(lane: MediaLane, reason: string): void {
    this.#onNeverReady(new Error(`The media thread could not start: ${reason}`));
    const lost = [...lane.sessions];
    for (const sessionId of lost) this.#forget(sessionId);
    for (const listener of this.#lostListeners) listener(reason, 'media');
    for (const sessionId of lost) {
      this.#orphans.add(sessionId);
      this.#tellLost(sessionId);
    }
  }

  /** The call has no thread (any more): it failed, and only its `close` is still to be answered. */
  #tellLost(sessionId: string): void {
    const error = gatewayError('media.thread-lost', 'The media thread of this call ended.');
    this.#tell(sessionId, { type: 'failed', error });
  }

  #closeOrphan(sessionId: string): void {
    this.#orphans.delete(sessionId);
    queueMicrotask(() => this.#tell(sessionId, { type: 'closed', rtp: noPackets }));
  }

  async #shutDown(): Promise<void> {
    await Promise.all(this.#lanes.map(({ thread }) => thread.close()));
    await this.#speech.close();
    // Of threads that had to be ended by force, or were lost before.
    for (const sessionId of [...this.#laneOf.keys(), ...this.#orphans]) {
      this.#tell(sessionId, { type: 'closed', rtp: noPackets });
    }
    for (const { sessions } of this.#lanes) sessions.clear();
    this.#laneOf.clear();
    this.#orphans.clear();
  }

  #tell(sessionId: string, event: MediaEvent): void {
    for (const listener of this.#eventListeners) listener(sessionId, event);
  }
}

/** Starts the media threads and the engines, and keeps them running until `close`. */
export function startMediaThreads(options: MediaThreadsOptions): MediaThreads {
  return new AllMediaThreads(options);
}

/** Media threads that leave a processor to the rest of the gateway where there are two or more. */
export function oneProcessorLess(): number {
  return Math.max(1, availableParallelism() - 1);
}
