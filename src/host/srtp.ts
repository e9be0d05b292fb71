/**
 * SRTP (RFC 3711) with AES in counter mode and HMAC-SHA1, or with AES-GCM (RFC 7714), keyed by SDES (RFC 4568). RTP alone: no RTCP
 * is sent. Key derivation rate 0, no MKI.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { SrtpSuite } from '../media/index.ts';
import { findRtpHeaderEnd, SrtpIndex } from '../rtp/index.ts';

interface SuiteFacts {
  readonly keyBytes: 16 | 32;
  readonly saltBytes: 12 | 14;
  readonly tagBytes: 4 | 10 | 16;
}

const suites: Readonly<Record<SrtpSuite, SuiteFacts>> = {
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

/** Streams of one key that are told apart; a peer changes its SSRC seldom. */
const maxStreams = 16;

/** RFC 3711 §4.3 with a derivation rate of 0. `master` is key and salt, as SDES brings them. */
export function deriveSessionKeys(suite: SrtpSuite, master: Buffer): SessionKeys {
  const { keyBytes, saltBytes } = suites[suite];
  const masterKey = master.subarray(0, keyBytes);
  const derive = (label: number, bytes: number): Buffer => {
    // A salt of 12 bytes stands in the same places as one of 14 (RFC 7714 §11).
    const iv = Buffer.alloc(16);
    master.copy(iv, 0, keyBytes, keyBytes + saltBytes);
    iv.writeUInt8(iv.readUInt8(7) ^ label, 7);
    return createCipheriv(`aes-${keyBytes * 8}-ctr`, masterKey, iv).update(Buffer.alloc(bytes));
  };
  return { key: derive(0, keyBytes), authentication: derive(1, 20), salt: derive(2, saltBytes) };
}

/** One packet, given its index: the transform alone, without any memory. */
export class SrtpTransform {
  readonly #facts: SuiteFacts;
  readonly #keys: SessionKeys;

  constructor(suite: SrtpSuite, keys: SessionKeys) {
    this.#facts = suites[suite];
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
    return mix(iv, this.#keys.salt);
  }

  /** RFC 7714 §8.1. */
  #gcmIv(packet: Uint8Array, index: number): Buffer {
    const iv = Buffer.alloc(12);
    iv.set(packet.subarray(8, 12), 2);
    iv.writeUIntBE(index, 6, 6);
    return mix(iv, this.#keys.salt);
  }
}

function mix(iv: Buffer, salt: Buffer): Buffer {
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

  constructor(suite: SrtpSuite, key: string) {
    this.#transform = transformOf(suite, key);
  }

  /** Undefined when it is forged, changed, sent again or too old. */
  unprotect(packet: Uint8Array): Buffer | undefined {
    if (packet.length < 12) return undefined;
    const ssrc = ssrcOf(packet);
    const known = this.#streams.get(ssrc);
    if (known === undefined && this.#streams.size >= maxStreams) return undefined;
    const stream = known ?? new SrtpIndex();
    const index = stream.estimate(sequenceNumberOf(packet));
    if (!stream.isFresh(index)) return undefined;
    const plain = this.#transform.unprotect(packet, index);
    if (plain === undefined) return undefined;
    stream.take(index);
    this.#streams.set(ssrc, stream);
    return plain;
  }
}

function transformOf(suite: SrtpSuite, key: string): SrtpTransform {
  return new SrtpTransform(suite, deriveSessionKeys(suite, Buffer.from(key, 'base64')));
}
