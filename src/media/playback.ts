/** One text on its way to the callee: its synthesis, and the audio that is ready but not yet sent. */
import type { TextToSpeech } from '../speech/index.ts';
import { sampleRateHz } from './frame.ts';
import type { AbortHandle } from './ports.ts';
import { SampleQueue } from './sample-queue.ts';

/** 120 s of audio. A synthesis that is further ahead is not asked for more until there is room. */
const maxBufferedSamples = 120 * sampleRateHz;

export class Playback {
  readonly playbackId: string;
  readonly #audio = new SampleQueue();
  readonly #abort: AbortHandle;
  #state: 'synthesizing' | 'complete' | 'failed' | 'closed' = 'synthesizing';
  #failure = '';
  #onRoom: (() => void) | undefined = undefined;
  /** Samples handed out so far. */
  takenSamples = 0;

  constructor(playbackId: string, text: string, textToSpeech: TextToSpeech, abort: AbortHandle) {
    this.playbackId = playbackId;
    this.#abort = abort;
    if (text.trim() === '') this.#state = 'complete';
    else void this.#synthesize(text, textToSpeech);
  }

  get bufferedSamples(): number {
    return this.#audio.length;
  }

  /** No more audio will be added to what is buffered. */
  get isSynthesized(): boolean {
    return this.#state !== 'synthesizing';
  }

  /** What the engine said when it failed, once it has. */
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

  /** Stops the synthesis and frees the audio. */
  close(): void {
    if (this.#state === 'synthesizing') this.#abort.abort();
    this.#state = 'closed';
    this.#audio.clear();
    this.#onRoom?.();
    this.#onRoom = undefined;
  }

  async #synthesize(text: string, textToSpeech: TextToSpeech): Promise<void> {
    try {
      for await (const chunk of textToSpeech.synthesize({ text, sampleRateHz }, this.#abort.signal)) {
        await this.#store(chunk);
        if (this.#state === 'closed') return;
      }
      if (this.#state === 'synthesizing') this.#state = 'complete';
    } catch (error) {
      if (this.#state !== 'synthesizing') return;
      this.#state = 'failed';
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }

  async #store(chunk: Int16Array): Promise<void> {
    for (let at = 0; at < chunk.length && this.#state === 'synthesizing';) {
      const room = maxBufferedSamples - this.#audio.length;
      if (room === 0) {
        await new Promise<void>((resolve) => (this.#onRoom = resolve));
        continue;
      }
      const until = Math.min(chunk.length, at + room);
      this.#audio.push(chunk, at, until);
      at = until;
    }
    // Not before there is room again is the engine asked for more.
    if (this.#audio.length === maxBufferedSamples && this.#state === 'synthesizing') {
      await new Promise<void>((resolve) => (this.#onRoom = resolve));
    }
  }
}
