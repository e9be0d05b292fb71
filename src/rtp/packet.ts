/**
 * RTP packets (RFC 3550 §5.1, header extension §5.3.1). Left out: the meaning of extensions and contributing sources;
 * both are skipped by their length and their place is told.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---+-+-+-------+-+-------------+-------------------------------+
 *    | 2 |P|X|  CC   |M|     PT      |        sequence number        |
 *    +---+-+-+-------+-+-------------+-------------------------------+
 *    |                           timestamp                           |
 *    +---------------------------------------------------------------+
 *    |                             SSRC                              |
 *    +---------------------------------------------------------------+
 *    |                    CC times a CSRC (32 bits)                  |
 *    +-------------------------------+-------------------------------+
 *    |  if X: profile (16 bits)      |  length in 32-bit words       |
 *    +-------------------------------+-------------------------------+
 *    |            extension · payload · if P: padding, its last byte |
 *    |            counts the bytes of padding, itself included       |
 *    +---------------------------------------------------------------+
 */

import { readUint16, readUint32, writeUint16, writeUint32 } from './network-order.ts';

export interface RtpHeader {
  readonly marker: boolean;
  /** 0 to 127. */
  readonly payloadType: number;
  /** 0 to 65535. */
  readonly sequenceNumber: number;
  /** 0 to 2^32 - 1. */
  readonly timestamp: number;
  /** 0 to 2^32 - 1. */
  readonly ssrc: number;
}

/** A packet to be written. Padding is 0 to 255 bytes, 0 meaning none. */
export interface RtpPacketFields extends RtpHeader {
  /** At most 15. */
  readonly csrcs?: readonly number[];
  /** `data` must be a multiple of four bytes, at most 65535 words. */
  readonly extension?: { readonly profile: number; readonly data: Uint8Array };
  readonly payload: Uint8Array;
  readonly paddingBytes?: number;
}

/** Where things lie in a received packet. One instance is filled again for each packet, so that none is allocated. */
export class RtpPacket implements RtpHeader {
  marker = false;
  payloadType = 0;
  sequenceNumber = 0;
  timestamp = 0;
  ssrc = 0;
  csrcCount = 0;
  /** Undefined without a header extension. */
  extensionProfile: number | undefined = undefined;
  extensionStart = 0;
  extensionEnd = 0;
  /** The payload is `bytes[payloadStart..payloadEnd)`, without padding; it may be empty. */
  payloadStart = 0;
  payloadEnd = 0;
}

export type RtpFault = 'too-short' | 'wrong-version' | 'csrc-overrun' | 'extension-overrun' | 'bad-padding';

export const rtpHeaderBytes = 12;

/** Fills `into` from a datagram. Returns what is wrong with it, or undefined; after a fault `into` holds leftovers. */
export function decodeRtpPacket(bytes: Uint8Array, into: RtpPacket): RtpFault | undefined {
  if (bytes.length < rtpHeaderBytes) return 'too-short';
  const first = bytes[0] ?? 0;
  const second = bytes[1] ?? 0;
  if (first >> 6 !== 2) return 'wrong-version';
  into.marker = (second & 0x80) !== 0;
  into.payloadType = second & 0x7f;
  into.sequenceNumber = readUint16(bytes, 2);
  into.timestamp = readUint32(bytes, 4);
  into.ssrc = readUint32(bytes, 8);
  into.csrcCount = first & 0x0f;
  let start = rtpHeaderBytes + 4 * into.csrcCount;
  if (start > bytes.length) return 'csrc-overrun';
  into.extensionProfile = undefined;
  into.extensionStart = start;
  into.extensionEnd = start;
  if ((first & 0x10) !== 0) {
    if (start + 4 > bytes.length) return 'extension-overrun';
    into.extensionProfile = readUint16(bytes, start);
    into.extensionStart = start + 4;
    into.extensionEnd = start + 4 + 4 * readUint16(bytes, start + 2);
    start = into.extensionEnd;
    if (start > bytes.length) return 'extension-overrun';
  }
  const padding = (first & 0x20) === 0 ? 0 : (bytes[bytes.length - 1] ?? 0);
  if ((first & 0x20) !== 0 && (padding === 0 || start + padding > bytes.length)) return 'bad-padding';
  into.payloadStart = start;
  into.payloadEnd = bytes.length - padding;
  return undefined;
}

/**
 * Writes a plain header (no CSRC, extension or padding) to the first 12 bytes of `into`, which must have them; the
 * payload is then written behind it in place.
 */
export function encodeRtpHeader(header: RtpHeader, into: Uint8Array): void {
  into[0] = 0x80;
  into[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  writeUint16(into, 2, header.sequenceNumber);
  writeUint32(into, 4, header.timestamp);
  writeUint32(into, 8, header.ssrc);
}

/** Writes a whole packet to the beginning of `into`. Returns its length in bytes, or undefined if it does not fit. */
export function encodeRtpPacket(fields: RtpPacketFields, into: Uint8Array): number | undefined {
  const csrcs = fields.csrcs ?? [];
  const extensionBytes = fields.extension === undefined ? 0 : 4 + fields.extension.data.length;
  const padding = fields.paddingBytes ?? 0;
  const payloadStart = rtpHeaderBytes + 4 * csrcs.length + extensionBytes;
  const length = payloadStart + fields.payload.length + padding;
  if (length > into.length || csrcs.length > 15) return undefined;
  encodeRtpHeader(fields, into);
  into[0] = 0x80 | (padding > 0 ? 0x20 : 0) | (fields.extension === undefined ? 0 : 0x10) | csrcs.length;
  let at = rtpHeaderBytes;
  for (const csrc of csrcs) {
    writeUint32(into, at, csrc);
    at += 4;
  }
  if (fields.extension !== undefined) {
    writeUint16(into, at, fields.extension.profile);
    writeUint16(into, at + 2, fields.extension.data.length / 4);
    into.set(fields.extension.data, at + 4);
  }
  into.set(fields.payload, payloadStart);
  if (padding > 0) {
    into.fill(0, length - padding, length);
    into[length - 1] = padding;
  }
  return length;
}
