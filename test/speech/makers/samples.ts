/** Audio as services send and take it. */
import { decodeUlaw, encodeUlaw } from '../../../src/audio/index.ts';

export function samplesOf(data: Buffer, isUlaw: boolean): Int16Array {
  if (!isUlaw) return Int16Array.from({ length: data.length >> 1 }, (_, i) => data.readInt16LE(2 * i));
  const pcm = new Int16Array(data.length);
  decodeUlaw(data, pcm);
  return pcm;
}

export function ulawOf(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(pcm.length);
  encodeUlaw(pcm, bytes);
  return bytes;
}

/** Linear samples, each `times` times in a row: a higher rate for a fake whose frames are flat. */
export function linearOf(pcm: Int16Array, times: number): Uint8Array {
  const bytes = Buffer.alloc(2 * times * pcm.length);
  pcm.forEach((sample, i) => {
    for (let k = 0; k < times; k++) bytes.writeInt16LE(sample, 2 * (i * times + k));
  });
  return bytes;
}

export type Encode = (pcm: Int16Array) => Uint8Array;

export const wideLinearOf: Encode = (pcm) => linearOf(pcm, 2);
