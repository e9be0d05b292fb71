/**
 * SRTCP (RFC 3711 §3.4; with AES-GCM: RFC 7714 §9): what is sent carries its own index and is always encrypted; what comes may be
 * authenticated alone (E flag). No MKI. HMAC-SHA1 tags have 80 bits in both suites (RFC 4568 §6.2).
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { SrtpSuite } from '../media/index.ts';
import { SrtpIndex } from '../rtp/index.ts';
import { deriveSessionKeys, mixWith, type SessionKeys, suiteFacts } from './srtp.ts';

/** The first header and its SSRC stay readable. */
const clearBytes = 8;
const indexBytes = 4;
const hmacTagBytes = 10;
const gcmTagBytes = 16;
const encryptedFlag = 0x8000_0000;
const indexes = 2 ** 31;
/** Senders of reports that are told apart under one key. */
const maxSenders = 64;

/** One compound of RTCP, given its index: the transform alone, without any memory. */
export class SrtcpTransform {
  readonly #keys: SessionKeys;
  readonly #isGcm: boolean;
  readonly #cipher: 'aes-128-gcm' | 'aes-256-gcm';

  constructor(suite: SrtpSuite, keys: SessionKeys) {
    this.#keys = keys;
    const { keyBytes, saltBytes } = suiteFacts[suite];
    this.#isGcm = saltBytes === 12;
    this.#cipher = keyBytes === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
  }

  /** Undefined when it is too short for RTCP. */
  protect(packet: Uint8Array, index: number): Buffer | undefined {
    if (packet.length < clearBytes) return undefined;
    const header = packet.subarray(0, clearBytes);
    const payload = packet.subarray(clearBytes);
    const trailer = Buffer.alloc(indexBytes);
    trailer.writeUInt32BE(encryptedFlag + index);
    if (this.#isGcm) {
      const cipher = createCipheriv(this.#cipher, this.#keys.key, this.#gcmIv(packet, index));
      cipher.setAAD(Buffer.concat([header, trailer]));
      return Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag(), trailer]);
    }
    const whole = Buffer.concat([header, this.#counterMode(packet, index, payload), trailer]);
    return Buffer.concat([whole, this.#tag(whole)]);
  }

  /** The index that a packet says it has; undefined when it is too short for one. */
  indexOf(packet: Uint8Array): number | undefined {
    const at = packet.length - indexBytes - (this.#isGcm ? 0 : hmacTagBytes);
    if (at < clearBytes + (this.#isGcm ? gcmTagBytes : 0)) return undefined;
    return wordAt(packet, at) % indexes;
  }

  /** Undefined when the packet is not what the owner of the key has sent. Nothing is decrypted before that is known. */
  unprotect(packet: Uint8Array): Buffer | undefined {
    const index = this.indexOf(packet);
    if (index === undefined) return undefined;
    return this.#isGcm ? this.#openGcm(packet, index) : this.#openCounterMode(packet, index);
  }

  #openCounterMode(packet: Uint8Array, index: number): Buffer | undefined {
    const end = packet.length - hmacTagBytes;
    if (!timingSafeEqual(this.#tag(packet.subarray(0, end)), packet.subarray(end))) return undefined;
    const payload = packet.subarray(clearBytes, end - indexBytes);
    const isEncrypted = wordAt(packet, end - indexBytes) >= encryptedFlag;
    const plain = isEncrypted ? this.#counterMode(packet, index, payload) : payload;
    return Buffer.concat([packet.subarray(0, clearBytes), plain]);
  }

  #openGcm(packet: Uint8Array, index: number): Buffer | undefined {
    const trailerAt = packet.length - indexBytes;
    const tagAt = trailerAt - gcmTagBytes;
    const trailer = packet.subarray(trailerAt);
    const isEncrypted = wordAt(packet, trailerAt) >= encryptedFlag;
    const clear = packet.subarray(0, isEncrypted ? clearBytes : tagAt);
    const iv = this.#gcmIv(packet, index);
    const decipher = createDecipheriv(this.#cipher, this.#keys.key, iv, { authTagLength: gcmTagBytes });
    decipher.setAAD(Buffer.concat([clear, trailer])).setAuthTag(packet.subarray(tagAt, trailerAt));
    try {
      return Buffer.concat([clear, decipher.update(packet.subarray(clear.length, tagAt)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  /** Encrypts and decrypts. RFC 3711 §4.1.1. */
  #counterMode(packet: Uint8Array, index: number, payload: Uint8Array): Buffer {
    const iv = Buffer.alloc(16);
    iv.set(packet.subarray(4, 8), 4);
    iv.writeUIntBE(index, 8, 6);
    return createCipheriv('aes-128-ctr', this.#keys.key, mixWith(this.#keys.salt, iv)).update(payload);
  }

  /** RFC 7714 §9.1. */
  #gcmIv(packet: Uint8Array, index: number): Buffer {
    const iv = Buffer.alloc(12);
    iv.set(packet.subarray(4, 8), 2);
    iv.writeUInt32BE(index, 8);
    return mixWith(this.#keys.salt, iv);
  }

  #tag(bytes: Uint8Array): Buffer {
    return createHmac('sha1', this.#keys.authentication).update(bytes).digest().subarray(0, hmacTagBytes);
  }
}

function wordAt(packet: Uint8Array, at: number): number {
  return new DataView(packet.buffer, packet.byteOffset).getUint32(at);
}

/** What one side sends under one key. */
export class SrtcpSender {
  readonly #transform: SrtcpTransform;
  #nextIndex = 0;

  constructor(suite: SrtpSuite, key: string) {
    this.#transform = transformOf(suite, key);
  }

  /** Undefined when this is no RTCP, or the key is worn out: no index is used twice. */
  protect(packet: Uint8Array): Buffer | undefined {
    if (this.#nextIndex >= indexes) return undefined;
    const sealed = this.#transform.protect(packet, this.#nextIndex);
    if (sealed !== undefined) this.#nextIndex += 1;
    return sealed;
  }
}

/** What one side receives under one key. */
export class SrtcpReceiver {
  readonly #transform: SrtcpTransform;
  /** What came of each sender, by SSRC. */
  readonly #senders = new Map<number, SrtpIndex>();

  constructor(suite: SrtpSuite, key: string) {
    this.#transform = transformOf(suite, key);
  }

  /** Undefined when it is forged, changed, sent again or too old. */
  unprotect(packet: Uint8Array): Buffer | undefined {
    const index = this.#transform.indexOf(packet);
    if (index === undefined) return undefined;
    const ssrc = wordAt(packet, 4);
    const known = this.#senders.get(ssrc);
    if (known === undefined && this.#senders.size >= maxSenders) return undefined;
    const sender = known ?? new SrtpIndex();
    if (!sender.isFresh(index)) return undefined;
    const plain = this.#transform.unprotect(packet);
    if (plain === undefined) return undefined;
    sender.take(index);
    if (known === undefined) this.#senders.set(ssrc, sender);
    return plain;
  }
}

function transformOf(suite: SrtpSuite, key: string): SrtcpTransform {
  return new SrtcpTransform(suite, deriveSessionKeys(suite, Buffer.from(key, 'base64'), 'rtcp'));
}
