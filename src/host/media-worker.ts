/** A media thread as the main thread sees it: a `MediaPlane` that outlives the thread behind it. */
import { Worker } from 'node:worker_threads';
import { gatewayError } from '../kit/index.ts';
import { type MediaCommand, type MediaEvent, type MediaPlane, noPackets } from '../media/index.ts';
import type { PromptNews, PromptOrder } from '../speech/index.ts';
import type { FromMediaThread, MediaThreadOptions, ToMediaThread } from './media-messages.ts';

/** How long a thread may take to close its calls and engines before it is ended by force. */
const closePatienceMs = 5000;
const firstRestartMs = 250;
const longestRestartMs = 10_000;

export interface MediaWorker extends MediaPlane {
  /**
   * Resolves when the first thread has its speech engines; rejects when that thread ended before. Commands may be sent
   * earlier: they wait.
   */
  whenReady(): Promise<void>;
  /** Whether a thread with its speech engines is there to take calls. */
  isReady(): boolean;
  /** Told the reason whenever a thread ended unasked. Its calls have `failed`; another thread is being started. */
  onLost(listener: (reason: string) => void): void;
  /** Has texts spoken ahead of calls, in place of all earlier ones; a thread that takes over speaks them again. */
  preparePrompts(orders: readonly PromptOrder[]): void;
  /** Told of each text that was prepared or could not be, and of each use. */
  onPrompt(listener: (news: PromptNews) => void): void;
  /** Closes every call (each is told `closed`), the engines and the thread. Safe to call twice. */
  close(): Promise<void>;
}

class RestartingMediaWorker implements MediaWorker {
  readonly #options: MediaThreadOptions;
  #worker: Worker | undefined = undefined;
  /** Calls of the present thread, and calls whose thread was lost and whose `close` is still owed. */
  readonly #sessions = new Set<string>();
  readonly #orphans = new Set<string>();
  readonly #eventListeners: ((sessionId: string, event: MediaEvent) => void)[] = [];
  readonly #lostListeners: ((reason: string) => void)[] = [];
  readonly #promptListeners: ((news: PromptNews) => void)[] = [];
  #prompts: readonly PromptOrder[] = [];
  #onReady: () => void = () => undefined;
  #onNeverReady: (reason: Error) => void = () => undefined;
  readonly #ready = new Promise<void>((resolve, reject) => {
    this.#onReady = resolve;
    this.#onNeverReady = reject;
  });
  #isUp = false;
  #failedStarts = 0;
  #restart: NodeJS.Timeout | undefined = undefined;
  #closing: Promise<void> | undefined = undefined;
  #onExit: () => void = () => undefined;

  constructor(options: MediaThreadOptions) {
    this.#options = options;
    // Whoever does not ask must not be ended by the answer.
    this.#ready.catch(() => undefined);
    this.#start();
  }

  send(sessionId: string, command: MediaCommand): void {
    if (this.#orphans.has(sessionId)) {
      if (command.type === 'close') this.#closeOrphan(sessionId);
      return;
    }
    if (command.type === 'open' && !this.#sessions.has(sessionId)) {
      if (this.#worker === undefined) {
        this.#orphans.add(sessionId);
        queueMicrotask(() => this.#tellLost(sessionId));
        return;
      }
      this.#sessions.add(sessionId);
    }
    this.#post({ type: 'command', sessionId, command });
  }

  onEvent(listener: (sessionId: string, event: MediaEvent) => void): void {
    this.#eventListeners.push(listener);
  }

  onLost(listener: (reason: string) => void): void {
    this.#lostListeners.push(listener);
  }

  preparePrompts(orders: readonly PromptOrder[]): void {
    this.#prompts = orders;
    this.#post({ type: 'prepare-prompts', orders });
  }

  onPrompt(listener: (news: PromptNews) => void): void {
    this.#promptListeners.push(listener);
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  isReady(): boolean {
    return this.#isUp && this.#closing === undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #start(): void {
    const worker = new Worker(new URL('./media-thread.js', import.meta.url), { workerData: this.#options });
    let reason = 'the thread ended';
    let wasReady = false;
    this.#worker = worker;
    if (this.#prompts.length > 0) this.#post({ type: 'prepare-prompts', orders: this.#prompts });
    worker.on('message', (message: FromMediaThread) => {
      if (message.type === 'ready') wasReady = true;
      this.#onMessage(worker, message);
    });
    worker.on('error', (error) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#isUp = false;
      this.#onExit();
      if (this.#closing === undefined) this.#onThreadLost(reason, wasReady);
    });
  }

  #onMessage(worker: Worker, message: FromMediaThread): void {
    switch (message.type) {
      case 'ready':
        this.#isUp = true;
        this.#failedStarts = 0;
        this.#onReady();
        return;
      case 'event':
        if (message.event.type === 'closed') this.#sessions.delete(message.sessionId);
        this.#tell(message.sessionId, message.event);
        return;
      case 'prompt':
        for (const listener of this.#promptListeners) listener(message.news);
        return;
      case 'done':
        void worker.terminate();
        return;
      default:
        return message satisfies never;
    }
  }

  #onThreadLost(reason: string, wasReady: boolean): void {
    this.#onNeverReady(new Error(`The media thread could not start: ${reason}`));
    if (!wasReady) this.#failedStarts++;
    const lost = [...this.#sessions];
    this.#sessions.clear();
    if (this.#failedStarts === 0) this.#start();
    else {
      const delayMs = Math.min(longestRestartMs, firstRestartMs * 2 ** (this.#failedStarts - 1));
      this.#restart = setTimeout(() => this.#start(), delayMs);
    }
    for (const listener of this.#lostListeners) listener(reason);
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
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker !== undefined) {
      const exited = new Promise<void>((resolve) => (this.#onExit = resolve));
      this.#post({ type: 'shutdown' });
      const timer = setTimeout(() => void worker.terminate(), closePatienceMs);
      await exited;
      clearTimeout(timer);
    }
    // Of a thread that had to be ended by force, or was lost before.
    for (const sessionId of [...this.#sessions, ...this.#orphans]) {
      this.#tell(sessionId, { type: 'closed', rtp: noPackets });
    }
    this.#sessions.clear();
    this.#orphans.clear();
  }

  #post(message: ToMediaThread): void {
    this.#worker?.postMessage(message);
  }

  #tell(sessionId: string, event: MediaEvent): void {
    for (const listener of this.#eventListeners) listener(sessionId, event);
  }
}

/** Starts a media thread and keeps one running until `close`. */
export function startMediaWorker(options: MediaThreadOptions): MediaWorker {
  return new RestartingMediaWorker(options);
}
