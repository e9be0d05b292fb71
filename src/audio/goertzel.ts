/**
 * The strength of one frequency in a block of samples (Goertzel's recurrence), with its phase. One instance is used again for
 * every block. Its bandwidth, from null to null, is twice the sample rate over the number of samples.
 */
export class Goertzel {
  readonly #coefficient: number;
  readonly #cosine: number;
  readonly #sine: number;
  #last = 0;
  #beforeLast = 0;

  constructor(frequencyHz: number, sampleRateHz: number) {
    const radians = (2 * Math.PI * frequencyHz) / sampleRateHz;
    this.#cosine = Math.cos(radians);
    this.#sine = Math.sin(radians);
    this.#coefficient = 2 * this.#cosine;
  }

  /** Takes the block `samples[0..count)`. */
  run(samples: Float64Array, count: number): void {
    const coefficient = this.#coefficient;
    let last = 0;
    let beforeLast = 0;
    for (let i = 0; i < count; i++) {
      const next = (samples[i] ?? 0) + coefficient * last - beforeLast;
      beforeLast = last;
      last = next;
    }
    this.#last = last;
    this.#beforeLast = beforeLast;
  }

  /** Of the last block: (amplitude * count / 2) squared for a sine of this frequency. */
  get power(): number {
    const last = this.#last;
    const beforeLast = this.#beforeLast;
    return last * last + beforeLast * beforeLast - this.#coefficient * last * beforeLast;
  }

  /** Of the last block, in radians. From a block to the next one it moves by the frequency times the length of a block. */
  get phase(): number {
    return Math.atan2(this.#sine * this.#beforeLast, this.#last - this.#cosine * this.#beforeLast);
  }
}
