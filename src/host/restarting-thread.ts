/** A thread that is started again whenever it ends unasked: at once, or later when it could not start. */
import { type Transferable, Worker } from 'node:worker_threads';

/** How long a thread may take to end by itself before it is ended by force. */
const closePatienceMs = 5000;
const firstRestartMs = 250;
const longestRestartMs = 10_000;

/** What every such thread says of itself. */
export type ThreadNews =
  /** It can work; what was said to it earlier has waited. */
  | { readonly type: 'ready' }
  /** After `shutdown`: it can be ended. */
  | { readonly type: 'done' };

export interface RestartingThreadOptions<FromThread> {
  /** The built entry file. */
  readonly entry: URL;
  /** Shown in process listings. */
  readonly name: string;
  /** Read by the thread as `workerData`. */
  readonly data: unknown;
  /** A thread was started: what is posted now is the first that it is told. */
  onStarted(): void;
  onReady(): void;
  onMessage(message: FromThread): void;
  /** It ended unasked. */
  onLost(reason: string): void;
}

export class RestartingThread<ToThread, FromThread extends { readonly type: string }> {
  readonly #options: RestartingThreadOptions<FromThread>;
  #worker: Worker | undefined = undefined;
  #isReady = false;
  #failedStarts = 0;
  #restart: NodeJS.Timeout | undefined = undefined;
  #closing: Promise<void> | undefined = undefined;
  #onExit: () => void = () => undefined;

  constructor(options: RestartingThreadOptions<FromThread>) {
    this.#options = options;
  }

  /** There is a thread, though it may still be starting. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  start(): void {
    const { entry, name, data } = this.#options;
    const worker = new Worker(entry, { name, workerData: data });
    let reason = 'the thread ended';
    let wasReady = false;
    this.#worker = worker;
    worker.on('message', (message: FromThread | ThreadNews) => {
      if (isNews(message, 'ready')) wasReady = true;
      this.#onMessage(worker, message);
    });
    worker.on('error', (error) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#isReady = false;
      this.#onExit();
      if (this.#closing === undefined) this.#onLost(reason, wasReady);
    });
    this.#options.onStarted();
  }

  /** What is said to a thread that is not there is lost. */
  post(message: ToThread | { readonly type: 'shutdown' }, transfer: readonly Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  /** Lets the thread end what it does. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #onMessage(worker: Worker, message: FromThread | ThreadNews): void {
    if (isNews(message, 'ready')) {
      this.#isReady = true;
      this.#failedStarts = 0;
      this.#options.onReady();
    } else if (isNews(message, 'done')) {
      void worker.terminate();
    } else {
      this.#options.onMessage(message as FromThread);
    }
  }

  #onLost(reason: string, wasReady: boolean): void {
    if (!wasReady) this.#failedStarts++;
    if (this.#failedStarts === 0) {
      this.start();
    } else {
      const delayMs = Math.min(longestRestartMs, firstRestartMs * 2 ** (this.#failedStarts - 1));
      this.#restart = setTimeout(() => this.start(), delayMs);
    }
    this.#options.onLost(reason);
  }

  async #shutDown(): Promise<void> {
    clearTimeout(this.#restart);
    const worker = this.#worker;
    this.#isReady = false;
    if (worker === undefined) return;
    const exited = new Promise<void>((resolve) => (this.#onExit = resolve));
    this.post({ type: 'shutdown' });
    const timer = setTimeout(() => void worker.terminate(), closePatienceMs);
    await exited;
    clearTimeout(timer);
  }
}

function isNews(message: { readonly type: string }, type: ThreadNews['type']): boolean {
  return message.type === type;
}
