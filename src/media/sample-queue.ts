/** A first-in first-out store of samples in blocks of half a second: chunks of any size cost the same memory. */
import { copySamples } from '../audio/index.ts';

const blockSamples = 4000;

export class SampleQueue {
  readonly #blocks: Int16Array[] = [];
  /** Samples already taken from the first block, and written to the last one. */
  #taken = 0;
  #written = blockSamples;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Copies `samples[from..to)` to the end. */
  push(samples: Int16Array, from = 0, to = samples.length): void {
    for (let at = from; at < to;) {
      if (this.#written === blockSamples) {
        this.#blocks.push(new Int16Array(blockSamples));
        this.#written = 0;
      }
      const count = Math.min(blockSamples - this.#written, to - at);
      this.#blocks.at(-1)?.set(samples.subarray(at, at + count), this.#written);
      this.#written += count;
      at += count;
    }
    this.#length += Math.max(0, to - from);
  }

  /** Moves as many samples as there are, at most `into.length`, to the beginning of `into`; returns their number. */
  take(into: Int16Array): number {
    const count = Math.min(into.length, this.#length);
    for (let at = 0; at < count;) {
      if (this.#taken === blockSamples) {
        this.#blocks.shift();
        this.#taken = 0;
      }
      const block = this.#blocks[0];
      if (block === undefined) break;
      const size = Math.min(count - at, blockSamples - this.#taken);
      copySamples(block, this.#taken, into, at, size);
      this.#taken += size;
      at += size;
    }
    this.#length -= count;
    return count;
  }

  clear(): void {
    this.#blocks.length = 0;
    this.#taken = 0;
    this.#written = blockSamples;
    this.#length = 0;
  }
}
