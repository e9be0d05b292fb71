/**
 * SRTP (RFC 3711) with AES in counter mode and HMAC-SHA1, or with AES-GCM (RFC 7714), keyed by SDES (RFC 4568). Key derivation rate
 * 0, no MKI. What is RTCP's is in `srtcp.ts`.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { SrtpSuite } from '../media/index.ts';
import { findRtpHeaderEnd, SrtpIndex } from '../rtp/index.ts';

export interface SuiteFacts {
  readonly keyBytes: 16 | 32;
  readonly saltBytes: 12 | 14;
  readonly tagBytes: 4 | 10 | 16;
}

export const suiteFacts: Readonly<Record<SrtpSuite, SuiteFacts>> = {
  AES_CM_128_HMAC_SHA1_80: { keyBytes: 16, saltBytes: 14, tagBytes: 10 },
  AES_CM_128_HMAC_SHA1_32: { keyBytes: 16, saltBytes: 14, tagBytes: 4 },
  AEAD_AES_128_GCM: { keyBytes: 16, saltBytes: 12, tagBytes: 16 },
  AEAD_AES_256_GCM: { keyBytes: 32, saltBytes: 12, tagBytes: 16 },
};

export interface SessionKeys {
  readonly key: Buffer;
  readonly salt: Buffer;
  /** Of HMAC-SHA1; the others authenticate by themselves. */
  readonly authentication: Buffer;
}

/** Streams of one key that are told apart, about 1 kB each: some peers take a new SSRC after every hold. */
const maxStreams = 64;

/** RFC 3711 §4.3 with a derivation rate of 0. `master` is key and salt, as SDES brings them. */
export function deriveSessionKeys(suite: SrtpSuite, master: Buffer, protocol: 'rtp' | 'rtcp' = 'rtp'): SessionKeys {
  const firstLabel = protocol === 'rtp' ? 0 : 3;
  const { keyBytes, saltBytes } = suiteFacts[suite];
  const masterKey = master.subarray(0, keyBytes);
  const derive = (label: number, bytes: number): Buffer => {
    // A salt of 12 bytes stands in the same places as one of 14 (RFC 7714 §11).
    const iv = Buffer.alloc(16);
    master.copy(iv, 0, keyBytes, keyBytes + saltBytes);
    iv.writeUInt8(iv.readUInt8(7) ^ label, 7);
    return createCipheriv(`aes-${keyBytes * 8}-ctr`, masterKey, iv).update(Buffer.alloc(bytes));
  };
  return {
    key: derive(firstLabel, keyBytes),
    authentication: derive(firstLabel + 1, 20),
    salt: derive(firstLabel + 2, saltBytes),
  };
}

/** One packet, given its index: the transform alone, without any memory. */
export class SrtpTransform {
  readonly #facts: SuiteFacts;
  readonly #keys: SessionKeys;

  constructor(suite: SrtpSuite, keys: SessionKeys) {
    this.#facts = suiteFacts[suite];
    this.#keys = keys;
  }

  protect(packet: Uint8Array, index: number): Buffer | undefined {
    const start = findRtpHeaderEnd(packet);
    if (start === undefined) return undefined;
    const header = packet.subarray(0, start);
    const payload = packet.subarray(start);
    const { key } = this.#keys;
    const { keyBytes, saltBytes } = this.#facts;
    if (saltBytes === 12) {
      const cipher = createCipheriv(`aes-${keyBytes === 16 ? 128 : 256}-gcm`, key, this.#gcmIv(packet, index));
      cipher.setAAD(header);
      return Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
    }
    const sealed = createCipheriv('aes-128-ctr', key, this.#counterIv(packet, index)).update(payload);
    const whole = Buffer.concat([header, sealed]);
    return Buffer.concat([whole, this.#tag(whole, index)]);
  }

  /** Undefined when the packet is not what the owner of the key has sent. Nothing is decrypted before that is known. */
  unprotect(packet: Uint8Array, index: number): Buffer | undefined {
    const start = findRtpHeaderEnd(packet);
    const { keyBytes, saltBytes, tagBytes } = this.#facts;
    const end = packet.length - tagBytes;
    if (start === undefined || end < start) return undefined;
    const header = packet.subarray(0, start);
    const tag = packet.subarray(end);
    const { key } = this.#keys;
    if (saltBytes === 12) {
      const iv = this.#gcmIv(packet, index);
      const decipher = createDecipheriv(`aes-${keyBytes === 16 ? 128 : 256}-gcm`, key, iv, { authTagLength: tagBytes });
      decipher.setAAD(header).setAuthTag(tag);
      try {
        return Buffer.concat([header, decipher.update(packet.subarray(start, end)), decipher.final()]);
      } catch {
        return undefined;
      }
    }
    if (!timingSafeEqual(this.#tag(packet.subarray(0, end), index), tag)) return undefined;
    const iv = this.#counterIv(packet, index);
    return Buffer.concat([header, createCipheriv('aes-128-ctr', key, iv).update(packet.subarray(start, end))]);
  }

  /** RFC 3711 §4.2: over packet and rollover counter. */
  #tag(packet: Uint8Array, index: number): Buffer {
    const rollovers = Buffer.alloc(4);
    rollovers.writeUInt32BE(rolloversOf(index));
    const mac = createHmac('sha1', this.#keys.authentication).update(packet).update(rollovers);
    return mac.digest().subarray(0, this.#facts.tagBytes);
  }

  /** RFC 3711 §4.1.1: salt, SSRC and index, 16 bits above the block counter. */
  #counterIv(packet: Uint8Array, index: number): Buffer {
    const iv = Buffer.alloc(16);
    iv.set(packet.subarray(8, 12), 4);
    iv.writeUIntBE(index, 8, 6);
    return mixWith(this.#keys.salt, iv);
  }

  /** RFC 7714 §8.1. */
  #gcmIv(packet: Uint8Array, index: number): Buffer {
    const iv = Buffer.alloc(12);
    iv.set(packet.subarray(8, 12), 2);
    iv.writeUIntBE(index, 6, 6);
    return mixWith(this.#keys.salt, iv);
  }
}

/** Puts the salt over an initialisation vector. */
export function mixWith(salt: Buffer, iv: Buffer): Buffer {
  for (const [at, byte] of salt.entries()) iv.writeUInt8(iv.readUInt8(at) ^ byte, at);
  return iv;
}

function rolloversOf(index: number): number {
  return Math.floor(index / 65_536);
}

function sequenceNumberOf(packet: Uint8Array): number {
  return ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);
}

function ssrcOf(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getUint32(8);
}

/** What one side sends under one key. */
export class SrtpSender {
  readonly #transform: SrtpTransform;
  readonly #index = new SrtpIndex();

  constructor(suite: SrtpSuite, key: string) {
    this.#transform = transformOf(suite, key);
  }

  /** Undefined when this is no RTP packet; no index is used twice. */
  protect(packet: Uint8Array): Buffer | undefined {
    const index = this.#index.estimate(sequenceNumberOf(packet));
    if (!this.#index.isFresh(index)) return undefined;
    this.#index.take(index);
    return this.#transform.protect(packet, index);
  }
}

/** What one side receives under one key; every SSRC is a stream of its own. */
export class SrtpReceiver {
  readonly #transform: SrtpTransform;
  /** By SSRC. */
  readonly #streams = new Map<number, SrtpIndex>();
  /** Where each stream stood when the key changed, by SSRC. */
  readonly #before: ReadonlyMap<number, number>;

  /** `before`: what received these streams under the key before this one. */
  constructor(suite: SrtpSuite, key: string, before?: SrtpReceiver) {
    this.#transform = transformOf(suite, key);
    this.#before = before?.newest() ?? new Map<number, number>();
  }

  /** The newest index of every stream, those that have not come again since the key changed among them. */
  newest(): ReadonlyMap<number, number> {
    const newest = new Map(this.#before);
    for (const [ssrc, stream] of this.#streams) if (stream.newest !== undefined) newest.set(ssrc, stream.newest);
    return newest;
  }

  /** Undefined when it is forged, changed, sent again or too old. */
  unprotect(packet: Uint8Array): Buffer | undefined {
    if (packet.length < 12) return undefined;
    const ssrc = ssrcOf(packet);
    const known = this.#streams.get(ssrc);
    if (known === undefined && this.#streams.size >= maxStreams) return undefined;
    const stream = known ?? new SrtpIndex(this.#before.get(ssrc));
    const sequenceNumber = sequenceNumberOf(packet);
    let plain = this.#tryIndex(stream, stream.estimate(sequenceNumber), packet);
    for (const index of plain === undefined ? stream.furtherEstimates(sequenceNumber) : []) {
      plain ??= this.#tryIndex(stream, index, packet);
    }
    if (plain !== undefined && known === undefined) this.#streams.set(ssrc, stream);
    return plain;
  }

  /** The packet, if this is its index; only then the stream remembers it. */
  #tryIndex(stream: SrtpIndex, index: number, packet: Uint8Array): Buffer | undefined {
    if (!stream.isFresh(index)) return undefined;
    const plain = this.#transform.unprotect(packet, index);
    if (plain !== undefined) stream.take(index);
    return plain;
  }
}

function transformOf(suite: SrtpSuite, key: string): SrtpTransform {
  return new SrtpTransform(suite, deriveSessionKeys(suite, Buffer.from(key, 'base64')));
}
