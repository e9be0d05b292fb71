/** One text or audio file on its way to the callee: where it comes from, and the audio that is ready but not yet sent. */
import { type Resampler, resamplerFor } from '../audio/index.ts';
import type { SampleRateHz } from '../speech/index.ts';
import { frameSamplesAt } from './frame.ts';
import type { AbortHandle } from './ports.ts';
import { SampleQueue } from './sample-queue.ts';

/** A source that is further ahead is not asked for more until there is room. */
const maxBufferedSeconds = 120;

/** What is played, in chunks of any length. */
export interface AudioSource {
  /** A text, an audio file, or an audio file over and over. */
  readonly kind: 'text' | 'file' | 'loop';
  readonly sampleRateHz: SampleRateHz;
  /** Undefined when there is nothing to be heard. */
  open(signal: AbortSignal): AsyncIterable<Int16Array> | undefined;
}

export class Playback {
  readonly playbackId: string;
  readonly kind: AudioSource['kind'];
  readonly #sampleRateHz: SampleRateHz;
  readonly #maxBuffered: number;
  readonly #audio = new SampleQueue();
  readonly #abort: AbortHandle;
  readonly #nowMs: () => number;
  readonly #onAudio: () => void;
  #state: 'open' | 'complete' | 'failed' | 'closed' = 'open';
  #failure = '';
  #onRoom: (() => void) | undefined = undefined;
  #takenSamples = 0;
  /** Of audio that was made for another rate than the call turned out to have. */
  #resampler: Resampler | undefined = undefined;
  #own = new Int16Array(0);
  /** When the first audio was there. */
  firstSamplesAtMs: number | undefined = undefined;

  /** `onAudio` is told whenever audio was added, and when no more will come. */
  constructor(playbackId: string, source: AudioSource, abort: AbortHandle, nowMs: () => number, onAudio: () => void) {
    this.playbackId = playbackId;
    this.kind = source.kind;
    this.#sampleRateHz = source.sampleRateHz;
    this.#maxBuffered = maxBufferedSeconds * source.sampleRateHz;
    this.#abort = abort;
    this.#nowMs = nowMs;
    this.#onAudio = onAudio;
    const chunks = source.open(abort.signal);
    if (chunks === undefined) this.#state = 'complete';
    else void this.#read(chunks);
  }

  get isEmpty(): boolean {
    return this.#audio.length === 0;
  }

  /** Whether there is a frame, or the last part of one. */
  get hasFrame(): boolean {
    return this.#audio.length >= frameSamplesAt(this.#sampleRateHz) || (this.isAllThere && this.#audio.length > 0);
  }

  /** Length of what was handed out so far. */
  get takenMs(): number {
    return (this.#takenSamples * 1000) / this.#sampleRateHz;
  }

  /** No more audio will be added to what is buffered. */
  get isAllThere(): boolean {
    return this.#state !== 'open';
  }

  /** What the source said when it failed, once it has. */
  get failure(): string | undefined {
    return this.#state === 'failed' ? this.#failure : undefined;
  }

  /** Moves a frame of the call's rate, or what is left, to the beginning of `into`; returns the samples. */
  take(into: Int16Array, sampleRateHz: SampleRateHz): number {
    const isOfCall = sampleRateHz === this.#sampleRateHz;
    const count = isOfCall ? this.#audio.take(into) : this.#takeResampled(into, sampleRateHz);
    this.#takenSamples += (count * this.#sampleRateHz) / sampleRateHz;
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
    return count;
  }

  #takeResampled(into: Int16Array, sampleRateHz: SampleRateHz): number {
    const frameSamples = frameSamplesAt(this.#sampleRateHz);
    if (this.#own.length !== frameSamples) this.#own = new Int16Array(frameSamples);
    this.#resampler ??= resamplerFor(this.#sampleRateHz, sampleRateHz);
    return this.#resampler?.process(this.#own, into, this.#audio.take(this.#own)) ?? 0;
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
      const room = this.#maxBuffered - this.#audio.length;
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
    if (this.#audio.length === this.#maxBuffered && this.#state === 'open') {
      await new Promise<void>((resolve) => (this.#onRoom = resolve));
    }
  }
}
