/** How late packets come, from their own timestamps: the fastest of the last 5 to 10 s is the zero. */

const windowMs = 5000;
/** Of the way down to the present lateness, per packet: a spike is forgotten in about 10 s of 20 ms packets. */
const forgetting = 0.002;
const marginMs = 10;
const firstPeakMs = 30;

export interface DelayBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

export class DelayEstimate {
  readonly #bounds: DelayBounds;
  #fastestNowMs = Number.POSITIVE_INFINITY;
  #fastestBeforeMs = Number.POSITIVE_INFINITY;
  #windowStartMs = 0;
  #peakMs = firstPeakMs;

  constructor(bounds: DelayBounds) {
    this.#bounds = bounds;
  }

  /** Transit (arrival minus media time) of the fastest recent packet; infinite before the first one. */
  get fastestMs(): number {
    return Math.min(this.#fastestNowMs, this.#fastestBeforeMs);
  }

  /** The delay that would have saved nearly every recent packet, within the bounds. Starts at 40. */
  get targetMs(): number {
    return Math.min(this.#bounds.maxMs, Math.max(this.#bounds.minMs, this.#peakMs + marginMs));
  }

  /** Takes the transit of a packet that arrived at `nowMs`. */
  observe(transitMs: number, nowMs: number): void {
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#fastestBeforeMs = this.#fastestNowMs;
      this.#fastestNowMs = transitMs;
      this.#windowStartMs = nowMs;
    }
    this.#fastestNowMs = Math.min(this.#fastestNowMs, transitMs);
    const latenessMs = Math.min(transitMs - this.fastestMs, this.#bounds.maxMs);
    if (latenessMs > this.#peakMs) this.#peakMs = latenessMs;
    else this.#peakMs += (latenessMs - this.#peakMs) * forgetting;
  }

  /** A stream with another clock begins: forgets the zero, keeps what was learnt of the network. */
  restart(nowMs: number): void {
    this.#fastestNowMs = Number.POSITIVE_INFINITY;
    this.#fastestBeforeMs = Number.POSITIVE_INFINITY;
    this.#windowStartMs = nowMs;
  }
}
