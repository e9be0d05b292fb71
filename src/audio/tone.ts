import { saturate } from './gain.ts';
import { Goertzel } from './goertzel.ts';

/** An endless sine whose phase goes on from one `generate` to the next. `amplitude` is the peak, 0 to 32767. */
export class ToneGenerator {
  readonly #stepRadians: number;
  readonly #amplitude: number;
  #phaseRadians = 0;

  constructor(frequencyHz: number, sampleRateHz: number, amplitude = 8000) {
    this.#stepRadians = (2 * Math.PI * frequencyHz) / sampleRateHz;
    this.#amplitude = amplitude;
  }

  /** Fills the first `count` samples of `into`. */
  generate(into: Int16Array, count = into.length): void {
    for (let i = 0; i < count; i++) {
      into[i] = saturate(Math.sin(this.#phaseRadians) * this.#amplitude);
      this.#phaseRadians += this.#stepRadians;
      if (this.#phaseRadians >= 2 * Math.PI) this.#phaseRadians -= 2 * Math.PI;
    }
  }
}

/** `durationMs` of a sine from phase zero. */
export function tone(frequencyHz: number, sampleRateHz: number, durationMs: number, amplitude = 8000): Int16Array {
  const pcm = new Int16Array(Math.round((sampleRateHz * durationMs) / 1000));
  new ToneGenerator(frequencyHz, sampleRateHz, amplitude).generate(pcm);
  return pcm;
}

/**
 * The share of the energy of `pcm` that lies at `frequencyHz`, 0 to 1. Silence has no share of anything: 0.
 */
export function toneShare(pcm: Int16Array, sampleRateHz: number, frequencyHz: number): number {
  const goertzel = new Goertzel(frequencyHz, sampleRateHz);
  goertzel.run(Float64Array.from(pcm), pcm.length);
  let energy = 0;
  for (const sample of pcm) energy += sample * sample;
  return energy === 0 ? 0 : Math.min(1, (2 * goertzel.power) / (pcm.length * energy));
}

/** The one of `candidatesHz` that holds more than half of the energy of `pcm`, if any does. */
export function findTone(pcm: Int16Array, sampleRateHz: number, candidatesHz: readonly number[]): number | undefined {
  return candidatesHz.find((frequencyHz) => toneShare(pcm, sampleRateHz, frequencyHz) > 0.5);
}
