/**
 * How evenly packets leave: |interval - 20 ms| between consecutive sends. What is sent ahead of its time on purpose is not
 * counted.
 */
import { DelayHistogram } from './delay-histogram.ts';
import { frameMs } from './frame.ts';

export class SendClock {
  readonly #deviations = new DelayHistogram();
  #lastSentAtMs = Number.NaN;

  /** Largest deviation so far, exact. */
  get maxMs(): number {
    return this.#deviations.maxMs;
  }

  onSent(atMs: number): void {
    const deviationMs = Math.abs(atMs - this.#lastSentAtMs - frameMs);
    this.#lastSentAtMs = atMs;
    if (!Number.isNaN(deviationMs)) this.#deviations.add(deviationMs);
  }

  /** Sending stops on purpose (hold, after what was sent ahead): the time until the next packet is no jitter. */
  pause(): void {
    this.#lastSentAtMs = Number.NaN;
  }

  /** The deviation that `share` (0 to 1) of all intervals stay within: the upper edge of its bucket, or the maximum. */
  quantileMs(share: number): number {
    return this.#deviations.quantileMs(share);
  }
}
