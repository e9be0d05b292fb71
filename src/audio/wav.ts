/**
 * WAV files (RIFF/WAVE) with 16-bit PCM, one or two channels. Left out: compressed and floating-point formats, the
 * extensible format tag and RF64, because prompts and recordings need none of them.
 */
import { err, ok, type Result } from '../kit/index.ts';

export interface WavFormat {
  /** 8000 to 48000. */
  readonly sampleRateHz: number;
  readonly channelCount: 1 | 2;
}

export interface WavAudio extends WavFormat {
  /** Interleaved when there are two channels: left, right, left, right. */
  readonly samples: Int16Array;
}

export type WavFault = 'too-large' | 'not-wav' | 'unsupported-format' | 'truncated' | 'no-data';

const headerBytes = 44;
const maxFileBytes = 64 * 1024 * 1024;
const maxChunks = 64;
const unknownLength = 0xffff_ffff;

function isTag(view: DataView, at: number, tag: string): boolean {
  for (let i = 0; i < 4; i++) if (view.getUint8(at + i) !== tag.charCodeAt(i)) return false;
  return true;
}

function decodeFormat(view: DataView, at: number, size: number): WavFormat | undefined {
  if (size < 16) return undefined;
  const formatTag = view.getUint16(at, true);
  const channelCount = view.getUint16(at + 2, true);
  const sampleRateHz = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (formatTag !== 1 || bits !== 16 || (channelCount !== 1 && channelCount !== 2)) return undefined;
  if (sampleRateHz < 8000 || sampleRateHz > 48_000) return undefined;
  return { sampleRateHz, channelCount };
}

function decodeSamples(view: DataView, at: number, size: number, channelCount: number): Int16Array {
  const count = Math.floor(size / (2 * channelCount)) * channelCount;
  const samples = new Int16Array(count);
  for (let i = 0; i < count; i++) samples[i] = view.getInt16(at + 2 * i, true);
  return samples;
}

/**
 * Reads a whole file of at most 64 MiB and 64 chunks. A data chunk of unknown length (a recording that was never
 * closed) runs to the end of the file.
 */
export function decodeWav(bytes: Uint8Array): Result<WavAudio, WavFault> {
  if (bytes.length > maxFileBytes) return err('too-large');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || !isTag(view, 0, 'RIFF') || !isTag(view, 8, 'WAVE')) return err('not-wav');
  let format: WavFormat | undefined;
  let at = 12;
  for (let chunk = 0; chunk < maxChunks && at + 8 <= bytes.length; chunk++) {
    const declared = view.getUint32(at + 4, true);
    const room = bytes.length - at - 8;
    const isData = isTag(view, at, 'data');
    const size = isData && declared === unknownLength ? room : declared;
    if (size > room) return err('truncated');
    if (isTag(view, at, 'fmt ')) {
      format = decodeFormat(view, at + 8, size);
      if (format === undefined) return err('unsupported-format');
    } else if (isData) {
      if (format === undefined) return err('unsupported-format');
      return ok({ ...format, samples: decodeSamples(view, at + 8, size, format.channelCount) });
    }
    // Chunks are padded to an even length.
    at += 8 + size + (size % 2);
  }
  return err('no-data');
}

/**
 * The 44 bytes before the samples. Without `dataBytes` the length is marked as unknown: write that first, append
 * samples, and overwrite it with the final header when the length is known.
 */
export function encodeWavHeader(format: WavFormat, dataBytes?: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  const tags: readonly (readonly [number, string])[] = [
    [0, 'RIFF'],
    [8, 'WAVE'],
    [12, 'fmt '],
    [36, 'data'],
  ];
  for (const [at, tag] of tags) for (let i = 0; i < 4; i++) bytes[at + i] = tag.charCodeAt(i);
  const frameBytes = 2 * format.channelCount;
  view.setUint32(4, dataBytes === undefined ? unknownLength : headerBytes - 8 + dataBytes, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, format.channelCount, true);
  view.setUint32(24, format.sampleRateHz, true);
  view.setUint32(28, format.sampleRateHz * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 16, true);
  view.setUint32(40, dataBytes ?? unknownLength, true);
  return bytes;
}

/** A whole file, header and samples. */
export function encodeWav(audio: WavAudio): Uint8Array<ArrayBuffer> {
  const dataBytes = audio.samples.length * 2;
  const bytes = new Uint8Array(headerBytes + dataBytes);
  bytes.set(encodeWavHeader(audio, dataBytes));
  const view = new DataView(bytes.buffer);
  audio.samples.forEach((sample, i) => view.setInt16(headerBytes + 2 * i, sample, true));
  return bytes;
}

/** One side of a stereo file, or all of a mono one, as a new array. */
export function wavChannel(audio: WavAudio, side: 'left' | 'right'): Int16Array {
  if (audio.channelCount === 1) return audio.samples.slice();
  const first = side === 'left' ? 0 : 1;
  return Int16Array.from({ length: audio.samples.length / 2 }, (_, i) => audio.samples[2 * i + first] ?? 0);
}
