/** A number as the nearest 16-bit sample; what is out of range stays at the rail instead of wrapping round. */
export function saturate(value: number): number {
  return value >= 32_767 ? 32_767 : value <= -32_768 ? -32_768 : Math.round(value);
}

/** The same for a whole number: stays within 16 bits. */
export function saturate16(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

/** Multiplies the first `count` samples by `gain` (1 leaves them as they are), in place, with saturation. */
export function applyGain(pcm: Int16Array, gain: number, count = pcm.length): void {
  for (let i = 0; i < count; i++) pcm[i] = saturate((pcm[i] ?? 0) * gain);
}

/** Adds the first `count` samples of `other` to `target`, in place, with saturation. */
export function mixInto(target: Int16Array, other: Int16Array, count = Math.min(target.length, other.length)): void {
  for (let i = 0; i < count; i++) target[i] = saturate((target[i] ?? 0) + (other[i] ?? 0));
}
