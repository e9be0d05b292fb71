/**
 * Streaming sample rate change by two between 8 and 16 kHz: a 48-tap low-pass (Kaiser window, 60 dB) with its edge at
 * 4 kHz, flat to 3.4 kHz, split into phases. Both classes keep their history between calls, so any chunking of a stream
 * gives the same samples. The delay is 23.5 samples at 16 kHz (1.5 ms).
 */
import { convolve, withUnitGain } from './filter.ts';
import { saturate } from './gain.ts';

const tapCount = 48;
const tapsPerPhase = tapCount / 2;
const blockSamples = 320;
/** Kaiser's shape for 60 dB of attenuation: 0.1102 (A - 8.7). */
const kaiserBeta = 5.65;

/** Modified Bessel function of order zero, by its power series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 32; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** The low-pass at the higher rate. */
const lowPass = ((): Float64Array => {
  const middle = (tapCount - 1) / 2;
  const taps = Float64Array.from({ length: tapCount }, (_, n) => {
    const x = (n - middle) / 2;
    const window = bessel0(kaiserBeta * Math.sqrt(1 - ((n - middle) / middle) ** 2)) / bessel0(kaiserBeta);
    return (Math.sin(Math.PI * x) / (Math.PI * x)) * window;
  });
  return withUnitGain(taps);
})();

/** Even and odd taps, each with gain one at 0 Hz, newest input last. */
const phases = [0, 1].map((phase) => {
  const taps = Float64Array.from({ length: tapsPerPhase }, (_, k) => lowPass[2 * (tapsPerPhase - 1 - k) + phase] ?? 0);
  return withUnitGain(taps);
});
const evenTaps = phases[0] ?? new Float64Array(tapsPerPhase);
const oddTaps = phases[1] ?? new Float64Array(tapsPerPhase);
const reversedLowPass = lowPass.toReversed();

/** Doubles the sample rate of one stream. */
export class Upsampler {
  readonly #window = new Float64Array(tapsPerPhase - 1 + blockSamples);

  /**
   * Writes two samples for each of the first `count` of `input` to the beginning of `into`, which must have room for
   * them; returns their number.
   */
  process(input: Int16Array, into: Int16Array, count = input.length): number {
    const window = this.#window;
    const kept = tapsPerPhase - 1;
    let written = 0;
    for (let start = 0; start < count; start += blockSamples) {
      const size = Math.min(blockSamples, count - start);
      for (let i = 0; i < size; i++) window[kept + i] = input[start + i] ?? 0;
      for (let i = 0; i < size; i++) {
        into[written++] = saturate(convolve(evenTaps, window, i));
        into[written++] = saturate(convolve(oddTaps, window, i));
      }
      window.copyWithin(0, size, size + kept);
    }
    return written;
  }
}

/** Halves the sample rate of one stream. */
export class Downsampler {
  readonly #window = new Float64Array(tapCount - 1 + blockSamples);
  /** 1 when the next input sample yields no output. */
  #skip: 0 | 1 = 0;

  /**
   * Writes one sample for every second of the first `count` of `input` (an odd one is remembered) to the beginning of
   * `into`, which must have room for `ceil(count / 2)`; returns their number.
   */
  process(input: Int16Array, into: Int16Array, count = input.length): number {
    const window = this.#window;
    const kept = tapCount - 1;
    let written = 0;
    for (let start = 0; start < count; start += blockSamples) {
      const size = Math.min(blockSamples, count - start);
      for (let i = 0; i < size; i++) window[kept + i] = input[start + i] ?? 0;
      for (let i: number = this.#skip; i < size; i += 2)
        into[written++] = saturate(convolve(reversedLowPass, window, i));
      this.#skip = (size - this.#skip) % 2 === 0 ? 0 : 1;
      window.copyWithin(0, size, size + kept);
    }
    return written;
  }
}

export type Resampler = Upsampler | Downsampler;

/** From one of the two rates to the other; undefined when there is nothing to change. */
export function resamplerFor(fromHz: number, toHz: number): Resampler | undefined {
  if (fromHz === toHz) return undefined;
  return fromHz < toHz ? new Upsampler() : new Downsampler();
}

/** A whole 8 kHz recording at 16 kHz: twice as many samples. */
export function doubleRate(pcm: Int16Array): Int16Array {
  const doubled = new Int16Array(pcm.length * 2);
  new Upsampler().process(pcm, doubled);
  return doubled;
}

/** A whole 16 kHz recording at 8 kHz: half as many samples. */
export function halveRate(pcm: Int16Array): Int16Array {
  const halved = new Int16Array(Math.ceil(pcm.length / 2));
  new Downsampler().process(pcm, halved);
  return halved;
}
