/**
 * One inference thread as its owner sees it: it is started, told things, and started again when it dies. What is said
 * while it is starting is refused, so the owner keeps the queue.
 */
import { type Transferable, Worker } from 'node:worker_threads';

/** The first thing a thread says, once it can work. */
export interface ThreadReady {
  readonly type: 'ready';
}

export interface WorkerLinkOptions<Reply> {
  /** The built entry file of the thread. */
  readonly entry: URL;
  /** Shown in process listings and errors. */
  readonly name: string;
  /** Structured-cloneable; the thread reads it as `workerData`. */
  readonly data: unknown;
  /** The thread can work: called after the start and after each new start. */
  readonly onReady: () => void;
  readonly onReply: (reply: Reply) => void;
  /** The thread died by itself: whatever it was doing is lost. A new one is being started. */
  readonly onLost: (reason: string) => void;
}

const firstRestartDelayMs = 100;
const longestRestartDelayMs = 10_000;

export class WorkerLink<Request, Reply> {
  readonly #options: WorkerLinkOptions<Reply>;
  #worker: Worker | undefined;
  #isReady = false;
  #isClosed = false;
  #restartDelayMs = firstRestartDelayMs;
  #restartTimer: NodeJS.Timeout | undefined;

  private constructor(options: WorkerLinkOptions<Reply>) {
    this.#options = options;
  }

  /** Starts a thread and waits until it can work; throws its own error when it cannot start. */
  static async open<Request, Reply>(options: WorkerLinkOptions<Reply>): Promise<WorkerLink<Request, Reply>> {
    const link = new WorkerLink<Request, Reply>(options);
    await new Promise<void>((resolve, reject) => {
      link.#start(resolve, (error) => {
        link.#isClosed = true;
        reject(error);
      });
    });
    return link;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Hands a request over. False, and nothing happens, while the thread is starting or when it is closed. */
  post(request: Request, transfer: readonly Transferable[]): boolean {
    if (!this.#isReady) return false;
    this.#worker?.postMessage(request, transfer);
    return true;
  }

  /** Ends a thread that does not come back from its work, as if it had died; another one is started. */
  replace(): void {
    this.#isReady = false;
    void this.#worker?.terminate();
  }

  /** Ends the thread, in the middle of its work if need be. Nothing is called back afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isReady = false;
    clearTimeout(this.#restartTimer);
    await this.#worker?.terminate();
  }

  #start(onStarted: () => void, onFailed: (error: Error) => void): void {
    const worker = new Worker(this.#options.entry, {
      name: this.#options.name,
      workerData: this.#options.data,
      // Flags of the parent are not for this thread; the source maps of stack traces are.
      execArgv: ['--enable-source-maps'],
    });
    this.#worker = worker;
    let failure: Error | undefined;
    let hasStarted = false;
    worker.on('message', (message: Reply | ThreadReady) => {
      if (this.#isClosed) return;
      if (!isThreadReady(message)) {
        this.#restartDelayMs = firstRestartDelayMs;
        this.#options.onReply(message);
        return;
      }
      this.#isReady = true;
      hasStarted = true;
      onStarted();
      this.#options.onReady();
    });
    worker.on('error', (error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', (exitCode) => {
      if (this.#isClosed) return;
      this.#isReady = false;
      const reason = failure ?? new Error(`the ${this.#options.name} thread ended with code ${exitCode}`);
      if (hasStarted) this.#options.onLost(reason.message);
      else onFailed(reason);
      if (!this.#canRestart()) return;
      this.#restartTimer = setTimeout(() => this.#restart(), this.#restartDelayMs);
      this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, longestRestartDelayMs);
    });
  }

  /** Asked again after the callbacks, which may have closed the link. */
  #canRestart(): boolean {
    return !this.#isClosed;
  }

  #restart(): void {
    this.#start(
      () => undefined,
      (error) => this.#options.onLost(error.message),
    );
  }
}

function isThreadReady(message: unknown): message is ThreadReady {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
