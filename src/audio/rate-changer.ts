/**
 * Streaming sample rate change between any two rates, for audio of services that know only their own. A windowed sinc
 * (Hann, 16 zero crossings on each side at the lower rate), one set of taps for each phase that an output sample can fall
 * on. Keeps its history between calls, so any chunking of a stream gives the same samples. `Upsampler` and `Downsampler`
 * are faster, and know 8 and 16 kHz only.
 */
import { convolve, withUnitGain } from './filter.ts';
import { saturate } from './gain.ts';

const zeroCrossings = 16;
/** Of the lower of the two Nyquist frequencies; what lies between it and them fades. */
const passedShare = 0.92;

export class RateChanger {
  readonly #up: number;
  readonly #down: number;
  readonly #halfTaps: number;
  readonly #phases: readonly Float64Array[];
  /** Input samples that are still needed, the oldest first. */
  #window: Float64Array;
  #held: number;
  /** Place of the next output sample, in 1/up input samples after the first of the window. */
  #at: number;

  /** Rates in Hz, whole numbers above 0. */
  constructor(fromHz: number, toHz: number) {
    const divisor = greatestCommonDivisor(fromHz, toHz);
    this.#up = toHz / divisor;
    this.#down = fromHz / divisor;
    const stretch = Math.max(1, fromHz / toHz);
    this.#halfTaps = Math.ceil(zeroCrossings * stretch);
    const cutoff = passedShare / stretch;
    this.#phases = Array.from({ length: this.#up }, (_, phase) => taps(phase / this.#up, this.#halfTaps, cutoff));
    // Silence before the first sample.
    this.#held = this.#halfTaps - 1;
    this.#window = new Float64Array(this.#held);
    this.#at = this.#held * this.#up;
  }

  /** The output that these samples complete; it lags half a filter (under 4 ms from 24 kHz). */
  process(input: Int16Array): Int16Array {
    const window = new Float64Array(this.#held + input.length);
    window.set(this.#window.subarray(0, this.#held));
    window.set(input, this.#held);
    const output = new Int16Array(Math.ceil((window.length * this.#up) / this.#down) + 1);
    let written = 0;
    for (; Math.floor(this.#at / this.#up) + this.#halfTaps < window.length; this.#at += this.#down) {
      const first = Math.floor(this.#at / this.#up) - this.#halfTaps + 1;
      output[written++] = saturate(convolve(this.#phases[this.#at % this.#up] ?? new Float64Array(0), window, first));
    }
    const passed = Math.max(0, Math.floor(this.#at / this.#up) - this.#halfTaps + 1);
    this.#window = window.slice(Math.min(passed, window.length));
    this.#held = this.#window.length;
    this.#at -= passed * this.#up;
    return output.subarray(0, written);
  }
}

/** For an output that lies `offset` of a sample after the input sample in the middle; they sum to one. */
function taps(offset: number, halfTaps: number, cutoff: number): Float64Array {
  const values = Float64Array.from({ length: 2 * halfTaps }, (_, k) => {
    const x = k - (halfTaps - 1) - offset;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
    return sinc * Math.cos((Math.PI * x) / (2 * halfTaps)) ** 2;
  });
  return withUnitGain(values);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
