/** How often delays of which length came, in buckets of 0.05 ms up to 50 ms; fixed memory, nothing is allocated. */
const bucketMs = 0.05;
const bucketCount = 1000;

export class DelayHistogram {
  /** The last bucket takes everything from 50 ms on. */
  readonly #buckets = new Uint32Array(bucketCount + 1);
  #count = 0;
  #maxMs = 0;

  /** Longest delay so far, exact. */
  get maxMs(): number {
    return this.#maxMs;
  }

  get count(): number {
    return this.#count;
  }

  /** `delayMs`: 0 or more. */
  add(delayMs: number): void {
    const bucket = Math.min(bucketCount, Math.floor(delayMs / bucketMs));
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    if (delayMs > this.#maxMs) this.#maxMs = delayMs;
  }

  /** What `share` (0 to 1) of all delays stay within: the upper edge of its bucket, or the maximum. */
  quantileMs(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let i = 0; i < bucketCount; i++) {
      seen += this.#buckets[i] ?? 0;
      if (seen >= wanted) return Math.min((i + 1) * bucketMs, this.#maxMs);
    }
    return this.#maxMs;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#count = 0;
    this.#maxMs = 0;
  }
}
