/**
 * RTP timestamps as counts of samples, where the two differ: G.722 counts half of its samples (RFC 3551 §4.5.2), Opus 48,000
 * a second whatever it is decoded at (RFC 7587 §4.1). Counts wrap like timestamps, but where the timestamps do not: those of a
 * source follow on from each other across the wrap.
 */
export class SampleClock {
  readonly #samplesPerTick: number;
  #ssrc = -1;
  #lastTimestamp = 0;
  /** The last timestamp without its wraps. */
  #ticks = 0;

  constructor(clockRateHz: number, sampleRateHz: number) {
    this.#samplesPerTick = sampleRateHz / clockRateHz;
  }

  /** The timestamp of a packet as a number of samples, 0 to 2^32 - 1. */
  samplesAt(ssrc: number, timestamp: number): number {
    if (this.#samplesPerTick === 1) return timestamp;
    if (ssrc === this.#ssrc) {
      this.#ticks += (timestamp - this.#lastTimestamp) | 0;
    } else {
      this.#ssrc = ssrc;
      this.#ticks = timestamp;
    }
    this.#lastTimestamp = timestamp;
    return Math.round(this.#ticks * this.#samplesPerTick) >>> 0;
  }
}
