/** One text or audio file on its way to the callee: where it comes from, and the audio that is ready but not yet sent. */
import { sampleRateHz } from './frame.ts';
import type { AbortHandle } from './ports.ts';
import { SampleQueue } from './sample-queue.ts';

/** 120 s of audio. A source that is further ahead is not asked for more until there is room. */
const maxBufferedSamples = 120 * sampleRateHz;

/** What is played, in chunks of any length at 8000 Hz. */
export interface AudioSource {
  /** A text, an audio file, or an audio file over and over. */
  readonly kind: 'text' | 'file' | 'loop';
  /** Undefined when there is nothing to be heard. */
  open(signal: AbortSignal): AsyncIterable<Int16Array> | undefined;
}

export class Playback {
  readonly playbackId: string;
  readonly kind: AudioSource['kind'];
  readonly #audio = new SampleQueue();
  readonly #abort: AbortHandle;
  readonly #nowMs: () => number;
  readonly #onAudio: () => void;
  #state: 'open' | 'complete' | 'failed' | 'closed' = 'open';
  #failure = '';
  #onRoom: (() => void) | undefined = undefined;
  /** Samples handed out so far. */
  takenSamples = 0;
  /** When the first audio was there. */
  firstSamplesAtMs: number | undefined = undefined;

  /** `onAudio` is told whenever audio was added, and when no more will come. */
  constructor(playbackId: string, source: AudioSource, abort: AbortHandle, nowMs: () => number, onAudio: () => void) {
    this.playbackId = playbackId;
    this.kind = source.kind;
    this.#abort = abort;
    this.#nowMs = nowMs;
    this.#onAudio = onAudio;
    const chunks = source.open(abort.signal);
    if (chunks === undefined) this.#state = 'complete';
    else void this.#read(chunks);
  }

  get bufferedSamples(): number {
    return this.#audio.length;
  }

  /** No more audio will be added to what is buffered. */
  get isAllThere(): boolean {
    return this.#state !== 'open';
  }

  /** What the source said when it failed, once it has. */
  get failure(): string | undefined {
    return this.#state === 'failed' ? this.#failure : undefined;
  }

  take(into: Int16Array): number {
    const count = this.#audio.take(into);
    this.takenSamples += count;
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
    return count;
  }

  /** Stops the source and frees the audio. */
  close(): void {
    if (this.#state === 'open') this.#abort.abort();
    this.#state = 'closed';
    this.#audio.clear();
    this.#onRoom?.();
    this.#onRoom = undefined;
  }

  async #read(chunks: AsyncIterable<Int16Array>): Promise<void> {
    try {
      for await (const chunk of chunks) {
        await this.#store(chunk);
        if (this.#state === 'closed') return;
      }
      if (this.#state !== 'open') return;
      this.#state = 'complete';
      this.#onAudio();
    } catch (error) {
      if (this.#state !== 'open') return;
      this.#state = 'failed';
      this.#failure = error instanceof Error ? error.message : String(error);
      this.#onAudio();
    }
  }

  async #store(chunk: Int16Array): Promise<void> {
    if (chunk.length > 0) this.firstSamplesAtMs ??= this.#nowMs();
    for (let at = 0; at < chunk.length && this.#state === 'open';) {
      const room = maxBufferedSamples - this.#audio.length;
      if (room === 0) {
        await new Promise<void>((resolve) => (this.#onRoom = resolve));
        continue;
      }
      const until = Math.min(chunk.length, at + room);
      this.#audio.push(chunk, at, until);
      at = until;
      this.#onAudio();
    }
    // Not before there is room again is the source asked for more.
    if (this.#audio.length === maxBufferedSamples && this.#state === 'open') {
      await new Promise<void>((resolve) => (this.#onRoom = resolve));
    }
  }
}
