/**
 * G.711 mu-law and A-law (ITU-T G.711, RFC 3551 §4.5.14): one byte a sample at 8000 Hz. All four directions are table
 * look-ups built once; nothing is allocated per call. 16-bit linear PCM is the 14-bit (mu) or 13-bit (A) scale of the
 * recommendation shifted to the left.
 */

/** Added to a mu-law magnitude so that every segment starts at a power of two. */
const ulawBias = 132;
const ulawClip = 32_635;

function ulawSample(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 15) << 3) + ulawBias) << ((bits >> 4) & 7)) - ulawBias;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

function ulawCode(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), ulawClip) + ulawBias;
  const segment = 24 - Math.clz32(magnitude);
  const sign = sample < 0 ? 0x80 : 0;
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 15)) & 0xff;
}

/** Every even bit is inverted on the line (G.711 table 1a, note 2). */
const alawInversion = 0x55;

function alawSample(code: number): number {
  const bits = code ^ alawInversion;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 256) << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

function alawCode(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = magnitude < 32 ? magnitude >> 4 : 28 - Math.clz32(magnitude);
  const mantissa = (segment < 2 ? magnitude : magnitude >> (segment - 1)) & 15;
  const sign = sample < 0 ? 0 : 0x80;
  return (sign | (segment << 4) | mantissa) ^ alawInversion;
}

const ulawSamples = Int16Array.from({ length: 256 }, (_, code) => ulawSample(code));
const alawSamples = Int16Array.from({ length: 256 }, (_, code) => alawSample(code));
/** Indexed by the 16 bits of a sample read as unsigned. */
const ulawCodes = Uint8Array.from({ length: 65_536 }, (_, bits) => ulawCode((bits << 16) >> 16));
const alawCodes = Uint8Array.from({ length: 65_536 }, (_, bits) => alawCode((bits << 16) >> 16));

function decodeBy(table: Int16Array, bytes: Uint8Array, into: Int16Array, start: number, end: number): number {
  const count = Math.min(end - start, into.length);
  for (let i = 0; i < count; i++) into[i] = table[bytes[start + i] ?? 0] ?? 0;
  return count;
}

function encodeBy(table: Uint8Array, pcm: Int16Array, into: Uint8Array, at: number, count: number): number {
  const fits = Math.min(count, into.length - at);
  for (let i = 0; i < fits; i++) into[at + i] = table[(pcm[i] ?? 0) & 0xffff] ?? 0;
  return fits;
}

/** Decodes `bytes[start..end)` to the beginning of `into`; returns the number of samples, at most `into.length`. */
export function decodeUlaw(bytes: Uint8Array, into: Int16Array, start = 0, end = bytes.length): number {
  return decodeBy(ulawSamples, bytes, into, start, end);
}

/** As `decodeUlaw`, for A-law. */
export function decodeAlaw(bytes: Uint8Array, into: Int16Array, start = 0, end = bytes.length): number {
  return decodeBy(alawSamples, bytes, into, start, end);
}

/** Encodes the first `count` samples to `into` from index `at` on; returns the number of bytes that fitted. */
export function encodeUlaw(pcm: Int16Array, into: Uint8Array, at = 0, count = pcm.length): number {
  return encodeBy(ulawCodes, pcm, into, at, count);
}

/** As `encodeUlaw`, for A-law. */
export function encodeAlaw(pcm: Int16Array, into: Uint8Array, at = 0, count = pcm.length): number {
  return encodeBy(alawCodes, pcm, into, at, count);
}
