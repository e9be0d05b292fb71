/** Keys in the audio of one callee, for the time in which what is heard is not an echo of keys that were sent. */
import { DtmfDetector } from '../audio/index.ts';
import type { SampleRateHz } from '../speech/index.ts';

export class KeyTones {
  readonly #detector: DtmfDetector;
  #ignoredUntilMs = Number.NEGATIVE_INFINITY;

  /** `onKey` is told of a key when it is let go. */
  constructor(sampleRateHz: SampleRateHz, onKey: (digit: string, durationMs: number, atMs: number) => void) {
    this.#detector = new DtmfDetector(sampleRateHz, onKey);
  }

  /** Whether a key sounds: what is heard then is no voice. */
  get isPressed(): boolean {
    return this.#detector.isPressed;
  }

  ignoreUntil(atMs: number): void {
    this.#ignoredUntilMs = atMs;
    this.#detector.reset();
  }

  /** Takes audio as it arrives, or silence (`HearSamples`). */
  push(samples: Int16Array | undefined, from: number, count: number, atMs: number): void {
    if (atMs >= this.#ignoredUntilMs) this.#detector.push(samples, from, count, atMs);
  }
}
