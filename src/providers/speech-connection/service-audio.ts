/** Samples as bytes of a service, and back. */
import { decodeUlaw, encodeUlaw, RateChanger } from '../../audio/index.ts';
import type { SampleRateHz } from '../../speech/index.ts';

/** `linear16` is little endian, as every service has it. */
export type AudioEncoding = 'ulaw' | 'linear16';

/** µ-law is the telephone's own; wideband goes as linear samples. */
export function encodingFor(sampleRateHz: SampleRateHz): AudioEncoding {
  return sampleRateHz === 8000 ? 'ulaw' : 'linear16';
}

export function bytesPerMs(encoding: AudioEncoding, sampleRateHz: number): number {
  return (sampleRateHz / 1000) * (encoding === 'ulaw' ? 1 : 2);
}

/** Encodes piece after piece into bytes that it uses again. */
export class AudioEncoder {
  readonly #encoding: AudioEncoding;
  #bytes = new Uint8Array(0);

  constructor(encoding: AudioEncoding) {
    this.#encoding = encoding;
  }

  /** Good until the next call. */
  encode(pcm: Int16Array): Uint8Array {
    const isUlaw = this.#encoding === 'ulaw';
    const size = isUlaw ? pcm.length : 2 * pcm.length;
    if (this.#bytes.length !== size) this.#bytes = new Uint8Array(size);
    const bytes = this.#bytes;
    if (isUlaw) encodeUlaw(pcm, bytes);
    else writeLinear(pcm, bytes);
    return bytes;
  }
}

function writeLinear(pcm: Int16Array, bytes: Uint8Array): void {
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    bytes[2 * i] = sample & 0xff;
    bytes[2 * i + 1] = (sample >> 8) & 0xff;
  }
}

/** Decodes a stream of bytes that is cut anywhere, at any rate. */
export class AudioDecoder {
  readonly #encoding: AudioEncoding;
  readonly #rateChanger: RateChanger | undefined;
  /** The first half of a sample of which the second is still to come. */
  #oddByte: number | undefined;

  constructor(encoding: AudioEncoding, fromHz: number, toHz: SampleRateHz) {
    this.#encoding = encoding;
    this.#rateChanger = fromHz === toHz ? undefined : new RateChanger(fromHz, toHz);
  }

  decode(bytes: Uint8Array): Int16Array {
    const pcm = this.#samplesOf(bytes);
    return this.#rateChanger === undefined ? pcm : this.#rateChanger.process(pcm);
  }

  #samplesOf(bytes: Uint8Array): Int16Array {
    if (this.#encoding === 'linear16') return this.#fromLinear(bytes);
    const pcm = new Int16Array(bytes.length);
    decodeUlaw(bytes, pcm);
    return pcm;
  }

  #fromLinear(bytes: Uint8Array): Int16Array {
    const joined = this.#oddByte === undefined ? bytes : Uint8Array.of(this.#oddByte, ...bytes);
    const count = joined.length >> 1;
    this.#oddByte = joined.length % 2 === 0 ? undefined : joined[joined.length - 1];
    const view = new DataView(joined.buffer, joined.byteOffset, joined.byteLength);
    return Int16Array.from({ length: count }, (_, i) => view.getInt16(2 * i, true));
  }
}
