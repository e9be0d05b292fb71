/** The last audio of a call with the instants at which it came, to be heard again by another engine. */

/** Instants are kept for so much audio at a time. */
const slotMs = 20;

/** Everything is allocated at once: `push` allocates nothing. */
export class AudioRing {
  readonly #samples: Int16Array;
  readonly #slotSamples: number;
  /** When the last sample of each slot came. */
  readonly #atMs: Float64Array;
  #written = 0;

  /** Holds the last `capacityMs` of audio, a multiple of 20. */
  constructor(sampleRateHz: number, capacityMs: number) {
    this.#slotSamples = (sampleRateHz * slotMs) / 1000;
    const slots = Math.ceil(capacityMs / slotMs);
    this.#samples = new Int16Array(slots * this.#slotSamples);
    this.#atMs = new Float64Array(slots);
  }

  push(pcm: Int16Array, atMs: number): void {
    const { length: capacity } = this.#samples;
    for (let from = Math.max(0, pcm.length - capacity); from < pcm.length;) {
      const place = this.#written % capacity;
      const count = Math.min(pcm.length - from, this.#slotSamples - (place % this.#slotSamples));
      for (let i = 0; i < count; i++) this.#samples[place + i] = pcm[from + i] ?? 0;
      this.#atMs[Math.floor(place / this.#slotSamples)] = atMs;
      this.#written += count;
      from += count;
    }
  }

  /**
   * Hands on what came after the instant `afterMs`, in pieces of at most 20 ms, oldest first; returns its length in
   * samples. `pcm` is a part of the ring: it must not be kept.
   */
  replay(afterMs: number, write: (pcm: Int16Array, atMs: number) => void): number {
    const { length: capacity } = this.#samples;
    const slotSamples = this.#slotSamples;
    const oldest = Math.max(0, this.#written - capacity);
    let replayed = 0;
    // A slot that is being overwritten holds two times in one: left out.
    for (let at = Math.ceil(oldest / slotSamples) * slotSamples; at < this.#written; at += slotSamples) {
      const place = at % capacity;
      const atMs = this.#atMs[place / slotSamples] ?? 0;
      if (atMs <= afterMs) continue;
      const count = Math.min(slotSamples, this.#written - at);
      write(this.#samples.subarray(place, place + count), atMs);
      replayed += count;
    }
    return replayed;
  }
}
