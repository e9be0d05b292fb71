/**
 * Recordings of calls as WAV files: gathered here, half a second at a time, and handed to a thread that waits for the disk
 * (`recording-thread`). Nothing here waits, and what waits there is bounded.
 */
import type { WavFormat } from '../audio/index.ts';
import type { RecordingOrder, RecordingSink } from '../media/index.ts';
import type { FromRecordingThread, RecordingThreadOptions, ToRecordingThread } from './recording-messages.ts';
import { RestartingThread } from './restarting-thread.ts';

/** What is gathered before it is handed over. */
const blockMs = 500;
/** What may wait for the disk; beyond it the disk is too slow and the recording stops. */
const maxBacklogMs = 5000;

type Post = (message: ToRecordingThread, transfer?: readonly ArrayBuffer[]) => void;

/** One recording. */
export class WavRecording implements RecordingSink {
  /** Settles when the file is complete, or given up. Never rejects. */
  readonly finished: Promise<void>;
  readonly #id: number;
  readonly #post: Post;
  readonly #blockBytes: number;
  readonly #maxBacklogBytes: number;
  readonly #onFailed: (message: string) => void;
  #block: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #backlogBytes = 0;
  #isOpen = true;
  #hasFailed = false;
  #onFinished: () => void = () => undefined;

  constructor(id: number, { sampleRateHz, channelCount }: WavFormat, post: Post, onFailed: (message: string) => void) {
    this.#id = id;
    this.#post = post;
    this.#onFailed = onFailed;
    const bytesPerMs = (sampleRateHz / 1000) * 2 * channelCount;
    this.#blockBytes = blockMs * bytesPerMs;
    this.#maxBacklogBytes = maxBacklogMs * bytesPerMs;
    this.#block = new Uint8Array(this.#blockBytes);
    this.finished = new Promise((resolve) => (this.#onFinished = resolve));
  }

  write(pcm: Uint8Array): void {
    for (let at = 0; at < pcm.length && this.#isOpen;) {
      const count = Math.min(pcm.length - at, this.#blockBytes - this.#filled);
      this.#block.set(pcm.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#blockBytes) this.#hand();
    }
  }

  skip(byteCount: number): void {
    this.#hand();
    if (this.#isOpen) this.#post({ type: 'skip', id: this.#id, byteCount });
  }

  close(): void {
    this.#hand();
    if (this.#isOpen) this.#post({ type: 'close', id: this.#id });
    this.#isOpen = false;
  }

  /** What the thread tells of it. */
  onMessage(message: FromRecordingThread): void {
    switch (message.type) {
      case 'written':
        this.#backlogBytes -= message.byteCount;
        return;
      case 'failed':
        this.fail(message.message);
        return;
      case 'finished':
        this.#isOpen = false;
        this.#onFinished();
        return;
      default:
        return message satisfies never;
    }
  }

  /** Told once; nothing more is taken. */
  fail(message: string): void {
    this.#isOpen = false;
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onFailed(message);
  }

  /** Gives the present block away. */
  #hand(): void {
    if (this.#filled === 0 || !this.#isOpen) return;
    if (this.#backlogBytes + this.#filled > this.#maxBacklogBytes) {
      this.#post({ type: 'close', id: this.#id });
      this.fail(`The disk is more than ${maxBacklogMs} ms behind.`);
      return;
    }
    this.#backlogBytes += this.#filled;
    const block = this.#block;
    this.#post({ type: 'append', id: this.#id, bytes: block.subarray(0, this.#filled) }, [block.buffer]);
    this.#block = new Uint8Array(this.#blockBytes);
    this.#filled = 0;
  }
}

/** The recordings of a media thread, and the thread that writes them. */
export class Recordings {
  readonly #open = new Map<number, WavRecording>();
  #lastId = 0;
  #isStarted = false;
  readonly #thread: RestartingThread<ToRecordingThread, FromRecordingThread>;

  /** `reserveBytes`: free space on the disk below which recordings stop. */
  constructor(reserveBytes = 0) {
    this.#thread = new RestartingThread<ToRecordingThread, FromRecordingThread>({
      entry: new URL('./recording-thread.js', import.meta.url),
      name: 'outdial recordings',
      data: { reserveBytes } satisfies RecordingThreadOptions,
      onStarted: () => undefined,
      onReady: () => undefined,
      onMessage: (message) => this.#onMessage(message),
      onLost: (reason) => this.#onLost(reason),
    });
  }

  /** Starts the thread, unless it is there: before the first call that is recorded has audio. */
  start(): void {
    if (!this.#isStarted) this.#thread.start();
    this.#isStarted = true;
  }

  /** Creates the folder and the file. `onFailed` is told once, later, if the disk fails; what was written stays, playable. */
  open(order: RecordingOrder & Pick<WavFormat, 'sampleRateHz'>, onFailed: (message: string) => void): WavRecording {
    this.start();
    const id = ++this.#lastId;
    const { filePath, layout, sampleRateHz } = order;
    const format: WavFormat = { sampleRateHz, channelCount: layout === 'stereo' ? 2 : 1 };
    const recording = new WavRecording(id, format, (...message) => this.#thread.post(...message), onFailed);
    this.#open.set(id, recording);
    if (this.#thread.isRunning) this.#thread.post({ type: 'open', id, filePath, format });
    else queueMicrotask(() => this.#giveUp(id, recording, 'it could not be started again yet'));
    return recording;
  }

  /** Completes every file and ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  #onMessage(message: FromRecordingThread): void {
    this.#open.get(message.id)?.onMessage(message);
    if (message.type === 'finished') this.#open.delete(message.id);
  }

  #onLost(reason: string): void {
    for (const [id, recording] of this.#open) this.#giveUp(id, recording, reason);
  }

  #giveUp(id: number, recording: WavRecording, reason: string): void {
    recording.fail(`The thread that writes recordings is gone: ${reason}.`);
    recording.onMessage({ type: 'finished', id });
    this.#open.delete(id);
  }
}
