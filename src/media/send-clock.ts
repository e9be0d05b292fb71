/**
 * How evenly packets leave: a histogram of |interval - 20 ms| between consecutive sends, in buckets of 0.05 ms. What is sent
 * ahead of its time on purpose is not counted.
 */
import { frameMs } from './frame.ts';

const bucketMs = 0.05;
const bucketCount = 1000;

export class SendClock {
  /** The last bucket takes everything from 50 ms on. */
  readonly #buckets = new Uint32Array(bucketCount + 1);
  #lastSentAtMs = Number.NaN;
  #count = 0;
  #maxMs = 0;

  /** Largest deviation so far, exact. */
  get maxMs(): number {
    return this.#maxMs;
  }

  onSent(atMs: number): void {
    const deviationMs = Math.abs(atMs - this.#lastSentAtMs - frameMs);
    this.#lastSentAtMs = atMs;
    if (Number.isNaN(deviationMs)) return;
    const bucket = Math.min(bucketCount, Math.floor(deviationMs / bucketMs));
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    if (deviationMs > this.#maxMs) this.#maxMs = deviationMs;
  }

  /** Sending stops on purpose (hold, after what was sent ahead): the time until the next packet is no jitter. */
  pause(): void {
    this.#lastSentAtMs = Number.NaN;
  }

  /** The deviation that `share` (0 to 1) of all intervals stay within: the upper edge of its bucket, or the maximum. */
  quantileMs(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let i = 0; i < bucketCount; i++) {
      seen += this.#buckets[i] ?? 0;
      if (seen >= wanted) return Math.min((i + 1) * bucketMs, this.#maxMs);
    }
    return this.#maxMs;
  }
}
