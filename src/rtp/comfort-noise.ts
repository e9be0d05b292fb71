/** White noise of a level, in place of the noise behind a voice that pauses (RFC 3389). Left out: its colour. */

export class ComfortNoise {
  #seed = 1;
  #peak = 0;

  /** `levelDbov`: below full scale, 0 to 127, without its sign (RFC 3389 §3.1). */
  setLevel(levelDbov: number): void {
    // Evenly spread samples have a third of the power of their peak.
    this.#peak = Math.min(32_767, 32_768 * 10 ** (-levelDbov / 20) * Math.sqrt(3));
  }

  /** Fills `into[from..to)`. */
  generate(into: Int16Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0;
      into[i] = (this.#seed / 0x8000_0000) * this.#peak;
    }
  }
}
