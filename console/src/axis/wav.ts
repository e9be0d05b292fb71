/** Where the samples of a WAV file (RIFF, PCM of 16 bit) stand. Of a file that was cut off, what is there. */

export interface PcmAudio {
  readonly rateHz: number;
  readonly channels: 1 | 2;
  /** Left and right in turn; a view of the file, not a copy. */
  readonly samples: Int16Array;
  readonly lengthMs: number;
}

const bytesPerSample = 2;

/** Undefined when it is something else. */
export function readWav(file: ArrayBuffer): PcmAudio | undefined {
  const view = new DataView(file);
  if (file.byteLength < 12 || tagAt(view, 0) !== 'RIFF' || tagAt(view, 8) !== 'WAVE') return undefined;
  let format: { channels: number; rateHz: number } | undefined;
  for (let at = 12; at + 8 <= file.byteLength;) {
    const tag = tagAt(view, at);
    const sizeBytes = view.getUint32(at + 4, true);
    const start = at + 8;
    if (tag === 'fmt ' && start + 16 <= file.byteLength) {
      const isPcm = view.getUint16(start, true) === 1 && view.getUint16(start + 14, true) === 16;
      if (!isPcm) return undefined;
      format = { channels: view.getUint16(start + 2, true), rateHz: view.getUint32(start + 4, true) };
    }
    if (tag === 'data') return format === undefined ? undefined : audioAt(file, start, sizeBytes, format);
    at = start + sizeBytes + (sizeBytes % 2);
  }
  return undefined;
}

function audioAt(
  file: ArrayBuffer,
  start: number,
  sizeBytes: number,
  { channels, rateHz }: { readonly channels: number; readonly rateHz: number },
): PcmAudio | undefined {
  if ((channels !== 1 && channels !== 2) || rateHz <= 0) return undefined;
  const frames = Math.floor(Math.min(sizeBytes, file.byteLength - start) / (bytesPerSample * channels));
  // Samples may be read in place only where they are aligned, as in every file with an ordinary head.
  const samples =
    start % bytesPerSample === 0
      ? new Int16Array(file, start, frames * channels)
      : new Int16Array(file.slice(start, start + frames * channels * bytesPerSample));
  return { rateHz, channels, samples, lengthMs: (frames / rateHz) * 1000 };
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
