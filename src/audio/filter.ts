/** What the filters of the sample rate changes have in common. */

/** The output of a filter whose newest input lies `taps.length - 1` behind `from`. */
export function convolve(taps: Float64Array, window: Float64Array, from: number): number {
  let sum = 0;
  for (let k = 0; k < taps.length; k++) sum += (taps[k] ?? 0) * (window[from + k] ?? 0);
  return sum;
}

/** The same taps with a gain of one at 0 Hz. */
export function withUnitGain(taps: Float64Array): Float64Array {
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}
