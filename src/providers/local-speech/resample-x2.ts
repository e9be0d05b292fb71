/**
 * Doubling and halving the sample rate between 8 and 16 kHz with a half-band low-pass of 63 taps: windowed sinc, Kaiser
 * beta 5.65 (about 60 dB), flat to 3.5 kHz, half amplitude at 4 kHz. Every second tap of a half-band filter is zero
 * except the middle one, so doubling copies the input and computes only the samples in between.
 */
const arms = 16;

/** Taps at odd distances 1, 3, 5 ... from the middle; the middle tap is 1/2. They sum, on both sides, to 1/2. */
const armTaps = designArm(arms, 5.65);

function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 30; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function designArm(count: number, beta: number): Float64Array {
  const taps = new Float64Array(count);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const distance = 2 * k + 1;
    const window = besselI0(beta * Math.sqrt(1 - (distance / (2 * count)) ** 2)) / besselI0(beta);
    const tap = (k % 2 === 0 ? 1 : -1) / (Math.PI * distance);
    taps[k] = tap * window;
    sum += tap * window;
  }
  // Exactly unity gain at 0 Hz: middle 1/2 plus both arms 1/2.
  return taps.map((tap) => tap / (4 * sum));
}

/** 8 kHz 16-bit audio as 16 kHz floats in -1 to 1: twice as many samples, no delay, silence assumed on both sides. */
export function doubleRateToFloat(pcm: Int16Array): Float32Array {
  const doubled = new Float32Array(pcm.length * 2);
  const padded = new Float64Array(pcm.length + 2 * arms);
  for (let i = 0; i < pcm.length; i++) padded[i + arms] = (pcm[i] ?? 0) / 32768;
  for (let i = 0; i < pcm.length; i++) {
    const at = i + arms;
    let between = 0;
    for (let k = 0; k < arms; k++) {
      between += (armTaps[k] ?? 0) * ((padded[at - k] ?? 0) + (padded[at + 1 + k] ?? 0));
    }
    doubled[2 * i] = padded[at] ?? 0;
    doubled[2 * i + 1] = 2 * between;
  }
  return doubled;
}

/** The same for 16-bit output, saturating. */
export function doubleRate(pcm: Int16Array): Int16Array {
  return Int16Array.from(doubleRateToFloat(pcm), (sample) => saturate(sample * 32768));
}

/** 16 kHz audio as 8 kHz audio: half as many samples (an odd last one is dropped), no delay, silence on both sides. */
export function halveRate(pcm: Int16Array): Int16Array {
  const halver = new RateHalver();
  const tail = new Int16Array(2 * arms);
  const delayed = halver.push(pcm.subarray(0, pcm.length & ~1));
  const last = halver.push(tail);
  const whole = new Int16Array(delayed.length + last.length);
  whole.set(delayed);
  whole.set(last, delayed.length);
  return whole.slice(arms, arms + (pcm.length >> 1));
}

/** Halves the rate of a stream handed over in pieces. The output lags by 16 of its own samples (2 ms at 8 kHz). */
export class RateHalver {
  #history = new Int16Array(4 * arms);

  /** `pcm` at 16 kHz, an even number of samples; the answer at 8 kHz has half as many. */
  push(pcm: Int16Array): Int16Array {
    const joined = new Int16Array(this.#history.length + pcm.length);
    joined.set(this.#history);
    joined.set(pcm, this.#history.length);
    const halved = new Int16Array(pcm.length >> 1);
    for (let i = 0; i < halved.length; i++) {
      const at = 2 * arms + 2 * i;
      let sum = 0.5 * (joined[at] ?? 0);
      for (let k = 0; k < arms; k++) {
        const distance = 2 * k + 1;
        sum += (armTaps[k] ?? 0) * ((joined[at - distance] ?? 0) + (joined[at + distance] ?? 0));
      }
      halved[i] = saturate(sum);
    }
    this.#history = joined.slice(joined.length - 4 * arms);
    return halved;
  }
}

function saturate(sample: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(sample)));
}
