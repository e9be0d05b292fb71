/** Recordings of calls as WAV files, written beside the pacing of RTP: never waited for, and bounded. */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeWavHeader, type WavFormat } from '../audio/index.ts';
import type { RecordingOrder, RecordingSink } from '../media/index.ts';

const headerBytes = 44;
/** What is gathered before it is written: half a second. */
const blockMs = 500;
/** What may wait for the disk; beyond it the disk is too slow and the recording stops. */
const maxBacklogMs = 5000;

export class WavRecording implements RecordingSink {
  /** Settles when the file is complete, or given up. Never rejects. */
  readonly finished: Promise<void>;
  readonly #format: WavFormat;
  readonly #bytesPerMs: number;
  readonly #onFailed: (message: string) => void;
  #file: FileHandle | undefined = undefined;
  #block: Buffer;
  #filled = 0;
  #waiting: Buffer[] = [];
  #backlogBytes = 0;
  #writtenBytes = 0;
  #state: 'open' | 'closing' | 'over' = 'open';
  #hasFailed = false;
  #wake: () => void = () => undefined;

  /** Creates the folder and the file. `onFailed` is told once if the disk fails; what was written stays, playable. */
  constructor(order: RecordingOrder & Pick<WavFormat, 'sampleRateHz'>, onFailed: (message: string) => void) {
    const { sampleRateHz } = order;
    this.#format = { sampleRateHz, channelCount: order.layout === 'stereo' ? 2 : 1 };
    this.#bytesPerMs = (sampleRateHz / 1000) * 2 * this.#format.channelCount;
    this.#block = Buffer.allocUnsafe(blockMs * this.#bytesPerMs);
    this.#onFailed = onFailed;
    this.finished = this.#run(order.filePath);
  }

  write(pcm: Uint8Array): void {
    if (this.#state !== 'open') return;
    for (let at = 0; at < pcm.length;) {
      const count = Math.min(pcm.length - at, this.#block.length - this.#filled);
      this.#block.set(pcm.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#block.length) this.#hand();
    }
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#hand();
    this.#state = 'closing';
    this.#wake();
  }

  /** Puts the present block in line for the disk. */
  #hand(): void {
    if (this.#filled === 0) return;
    if (this.#backlogBytes + this.#filled > maxBacklogMs * this.#bytesPerMs) {
      this.#waiting = [];
      this.#state = 'closing';
      this.#fail(`The disk is more than ${maxBacklogMs} ms behind.`);
      this.#wake();
      return;
    }
    this.#waiting.push(this.#block.subarray(0, this.#filled));
    this.#backlogBytes += this.#filled;
    this.#block = Buffer.allocUnsafe(blockMs * this.#bytesPerMs);
    this.#filled = 0;
    this.#wake();
  }

  async #run(filePath: string): Promise<void> {
    try {
      await mkdir(dirname(filePath), { recursive: true });
      // Recordings are personal data: for the owner of the process only.
      this.#file = await open(filePath, 'w', 0o600);
      await this.#file.write(encodeWavHeader(this.#format), 0, headerBytes, 0);
      await this.#drain(this.#file);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
    this.#state = 'over';
    this.#waiting = [];
    if (this.#file !== undefined) await this.#complete(this.#file);
  }

  /** Says how long the audio is, also after a failure: what was written stays playable. */
  async #complete(file: FileHandle): Promise<void> {
    try {
      await file.write(encodeWavHeader(this.#format, this.#writtenBytes), 0, headerBytes, 0);
      await file.close();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      await file.close().catch(() => undefined);
    }
  }

  #fail(message: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onFailed(message);
  }

  async #drain(file: FileHandle): Promise<void> {
    for (;;) {
      const block = this.#waiting.shift();
      if (block !== undefined) {
        for (let at = 0; at < block.length;) {
          const { bytesWritten } = await file.write(block, at, block.length - at, headerBytes + this.#writtenBytes);
          this.#writtenBytes += bytesWritten;
          at += bytesWritten;
        }
        this.#backlogBytes -= block.length;
      } else if (this.#state === 'open') {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else {
        return;
      }
    }
  }
}
