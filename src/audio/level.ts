/** Root mean square of the first `count` samples, 0 to 32768; 0 for none. */
export function rmsLevel(pcm: Int16Array, count = pcm.length): number {
  if (count === 0) return 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const sample = pcm[i] ?? 0;
    sum += sample * sample;
  }
  return Math.sqrt(sum / count);
}

/** RMS relative to full scale in dB, 0 at most; silence is -Infinity. A full-scale sine is -3 dB. */
export function levelDbfs(pcm: Int16Array, count = pcm.length): number {
  return 20 * Math.log10(rmsLevel(pcm, count) / 32_768);
}
