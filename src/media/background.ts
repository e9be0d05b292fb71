/** A sound over and over under whatever else is sent: music or an office behind the bot. */
import { applyGain, mixInto } from '../audio/index.ts';
import type { SampleRateHz } from '../speech/index.ts';
import { type AudioSource, Playback } from './playback.ts';
import type { AbortHandle } from './ports.ts';

export class Background {
  readonly #playback: Playback;
  readonly #gain: number;
  #frame = new Int16Array(0);

  /** `onFailed` is told once when there is nothing to be heard after all. */
  constructor(source: AudioSource, attenuationDb: number, abort: AbortHandle, onFailed: (reason: string) => void) {
    this.#gain = 10 ** (-attenuationDb / 20);
    const onAudio = (): void => {
      if (this.#playback.failure !== undefined) onFailed(this.#playback.failure);
    };
    this.#playback = new Playback('background', source, abort, () => 0, onAudio);
  }

  /** Adds its next frame to `frame`; nothing as long as none is there. */
  mixInto(frame: Int16Array, sampleRateHz: SampleRateHz): void {
    if (!this.#playback.hasFrame) return;
    if (this.#frame.length !== frame.length) this.#frame = new Int16Array(frame.length);
    const count = this.#playback.take(this.#frame, sampleRateHz);
    applyGain(this.#frame, this.#gain, count);
    mixInto(frame, this.#frame, count);
  }

  close(): void {
    this.#playback.close();
  }
}
