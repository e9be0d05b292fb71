/**
 * RTCP packets (RFC 3550 §6), in the compound in which they travel; the blocks of an extended report: `extended-report.ts`. Left out:
 * APP and feedback packets, and SDES items but CNAME and TOOL; all of them are passed over by their length.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---+-+---------+---------------+-------------------------------+
 *    | 2 |P|  count  |      type     |  length in 32-bit words - 1   |
 *    +---+-+---------+---------------+-------------------------------+
 */
import { blockLength, decodeBlock, encodeBlock, type ExtendedReport, type ReportEcho } from './extended-report.ts';
import { type NtpTime, readNtpTime, writeNtpTime } from './ntp-time.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './network-order.ts';

/** What one side says of a stream that it receives (RFC 3550 §6.4.1). */
export interface ReceptionReport extends ReportEcho {
  /** The stream. */
  readonly ssrc: number;
  /** Of the packets expected since the last report, in 1/256: 0 to 255. */
  readonly fractionLost: number;
  /** Since the stream began: -2^23 to 2^23 - 1. */
  readonly packetsLost: number;
  /** The highest sequence number, its wraps above it (32 bits). */
  readonly highestSequence: number;
  /** In units of the stream's timestamps. */
  readonly jitterUnits: number;
}

export type RtcpPacket =
  | {
      readonly type: 'sender-report';
      readonly ssrc: number;
      readonly ntp: NtpTime;
      /** The same instant as media time. */
      readonly rtpTimestamp: number;
      readonly packetCount: number;
      /** Of payload, without headers and padding. */
      readonly octetCount: number;
      readonly reports: readonly ReceptionReport[];
    }
  | { readonly type: 'receiver-report'; readonly ssrc: number; readonly reports: readonly ReceptionReport[] }
  | {
      readonly type: 'source-description';
      readonly chunks: readonly { readonly ssrc: number; readonly cname?: string; readonly tool?: string }[];
    }
  | { readonly type: 'goodbye'; readonly ssrcs: readonly number[] }
  | { readonly type: 'extended-report'; readonly ssrc: number; readonly reports: readonly ExtendedReport[] };

const packetTypes = { senderReport: 200, receiverReport: 201, sourceDescription: 202, goodbye: 203, extended: 207 };
const itemTypes = { end: 0, cname: 1, tool: 6 } as const;
const reportBytes = 24;
const headerBytes = 4;

/** Whether a datagram at a port that RTP and RTCP share is RTCP, by its second byte (RFC 5761 §4). */
export function isRtcp(bytes: Uint8Array): boolean {
  const type = bytes[1] ?? 0;
  return type >= 192 && type <= 223;
}

/**
 * The packets of a compound, in order; undefined when it is none by the rules of RFC 3550 A.2: it begins with a report, every
 * length fits, and only the last packet may be padded. Packets of other types are left out.
 */
export function decodeRtcp(bytes: Uint8Array): readonly RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + headerBytes + 4 * readUint16(bytes, at + 2);
    const first = bytes[at] ?? 0;
    if (first >> 6 !== 2 || end > bytes.length) return undefined;
    const type = bytes[at + 1] ?? 0;
    if (at === 0 && type !== packetTypes.senderReport && type !== packetTypes.receiverReport) return undefined;
    const padding = (first & 0x20) === 0 ? 0 : (bytes[end - 1] ?? 0);
    const isPadded = (first & 0x20) !== 0;
    if (isPadded && (end !== bytes.length || at === 0 || padding === 0 || padding % 4 !== 0)) return undefined;
    if (end - padding < at + headerBytes) return undefined;
    const packet = decodePacket(bytes, at, end - padding);
    if (packet === 'malformed') return undefined;
    if (packet !== undefined) packets.push(packet);
    at = end;
  }
  return packets.length === 0 ? undefined : packets;
}

function decodePacket(bytes: Uint8Array, start: number, end: number): RtcpPacket | 'malformed' | undefined {
  const count = (bytes[start] ?? 0) & 0x1f;
  const at = start + headerBytes;
  switch (bytes[start + 1]) {
    case packetTypes.senderReport: {
      if (at + 24 + count * reportBytes > end) return 'malformed';
      return {
        type: 'sender-report',
        ssrc: readUint32(bytes, at),
        ntp: readNtpTime(bytes, at + 4),
        rtpTimestamp: readUint32(bytes, at + 12),
        packetCount: readUint32(bytes, at + 16),
        octetCount: readUint32(bytes, at + 20),
        reports: decodeReports(bytes, at + 24, count),
      };
    }
    case packetTypes.receiverReport:
      if (at + 4 + count * reportBytes > end) return 'malformed';
      return { type: 'receiver-report', ssrc: readUint32(bytes, at), reports: decodeReports(bytes, at + 4, count) };
    case packetTypes.sourceDescription:
      return decodeSourceDescription(bytes, at, end, count);
    case packetTypes.goodbye: {
      if (at + 4 * count > end) return 'malformed';
      return { type: 'goodbye', ssrcs: Array.from({ length: count }, (_, i) => readUint32(bytes, at + 4 * i)) };
    }
    case packetTypes.extended:
      return decodeExtended(bytes, at, end);
    default:
      return undefined;
  }
}

function decodeReports(bytes: Uint8Array, from: number, count: number): ReceptionReport[] {
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * reportBytes;
    const fractionAndLost = readUint32(bytes, at + 4);
    return {
      ssrc: readUint32(bytes, at),
      fractionLost: fractionAndLost >>> 24,
      // 24 bits with a sign.
      packetsLost: (fractionAndLost << 8) >> 8,
      highestSequence: readUint32(bytes, at + 8),
      jitterUnits: readUint32(bytes, at + 12),
      lastReport: readUint32(bytes, at + 16),
      delaySinceLastReport: readUint32(bytes, at + 20),
    };
  });
}

function decodeSourceDescription(
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
): RtcpPacket | 'malformed' {
  const chunks: { readonly ssrc: number; readonly cname?: string; readonly tool?: string }[] = [];
  let at = start;
  while (chunks.length < count) {
    if (at + 8 > end) return 'malformed';
    const ssrc = readUint32(bytes, at);
    at += 4;
    let cname: string | undefined;
    let tool: string | undefined;
    while (bytes[at] !== itemTypes.end) {
      const textStart = at + 2;
      const textEnd = textStart + (bytes[at + 1] ?? 0);
      // A null behind the last item ends the chunk.
      if (textEnd >= end) return 'malformed';
      if (bytes[at] === itemTypes.cname) cname = printableText(bytes, textStart, textEnd);
      else if (bytes[at] === itemTypes.tool) tool = printableText(bytes, textStart, textEnd);
      at = textEnd;
    }
    // Nulls up to the next word.
    at = at - ((at - start) % 4) + 4;
    chunks.push({ ssrc, ...(cname === undefined ? {} : { cname }), ...(tool === undefined ? {} : { tool }) });
  }
  return { type: 'source-description', chunks };
}

/** ASCII as it is, anything else as a question mark: names of the far end go into logs and records. */
function printableText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    text += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '?';
  }
  return text;
}

function decodeExtended(bytes: Uint8Array, start: number, end: number): RtcpPacket | 'malformed' {
  if (start + 4 > end) return 'malformed';
  const reports: ExtendedReport[] = [];
  let at = start + 4;
  while (at < end) {
    const blockEnd = at + 4 + 4 * readUint16(bytes, at + 2);
    if (blockEnd > end) return 'malformed';
    const report = decodeBlock(bytes, at, blockEnd);
    if (report !== undefined) reports.push(report);
    at = blockEnd;
  }
  return { type: 'extended-report', ssrc: readUint32(bytes, start), reports };
}

/** Writes a compound to the beginning of `into`. Returns its length in bytes, or undefined if it does not fit. */
export function encodeRtcp(packets: readonly RtcpPacket[], into: Uint8Array): number | undefined {
  let at = 0;
  for (const packet of packets) {
    const length = lengthOf(packet);
    if (at + length > into.length) return undefined;
    into.fill(0, at, at + length);
    encodePacket(packet, into, at, length);
    at += length;
  }
  return at;
}

function lengthOf(packet: RtcpPacket): number {
  switch (packet.type) {
    case 'sender-report':
      return headerBytes + 24 + reportBytes * packet.reports.length;
    case 'receiver-report':
      return headerBytes + 4 + reportBytes * packet.reports.length;
    case 'source-description':
      return headerBytes + packet.chunks.reduce((sum, chunk) => sum + chunkLength(chunk), 0);
    case 'goodbye':
      return headerBytes + 4 * packet.ssrcs.length;
    case 'extended-report':
      return headerBytes + 4 + packet.reports.reduce((sum, report) => sum + blockLength(report), 0);
    default:
      return packet satisfies never;
  }
}

/** SSRC, items, and one to four nulls up to the next word. */
function chunkLength({ cname, tool }: { readonly cname?: string; readonly tool?: string }): number {
  const items = [cname, tool].reduce((sum, text) => sum + (text === undefined ? 0 : 2 + text.length), 0);
  return 4 + items + 4 - (items % 4);
}

function encodeHeader(into: Uint8Array, at: number, count: number, type: number, length: number): void {
  into[at] = 0x80 | count;
  into[at + 1] = type;
  writeUint16(into, at + 2, length / 4 - 1);
}

function encodePacket(packet: RtcpPacket, into: Uint8Array, start: number, length: number): void {
  const at = start + headerBytes;
  switch (packet.type) {
    case 'sender-report':
      encodeHeader(into, start, packet.reports.length, packetTypes.senderReport, length);
      writeUint32(into, at, packet.ssrc);
      writeNtpTime(into, at + 4, packet.ntp);
      writeUint32(into, at + 12, packet.rtpTimestamp);
      writeUint32(into, at + 16, packet.packetCount);
      writeUint32(into, at + 20, packet.octetCount);
      encodeReports(packet.reports, into, at + 24);
      return;
    case 'receiver-report':
      encodeHeader(into, start, packet.reports.length, packetTypes.receiverReport, length);
      writeUint32(into, at, packet.ssrc);
      encodeReports(packet.reports, into, at + 4);
      return;
    case 'source-description': {
      encodeHeader(into, start, packet.chunks.length, packetTypes.sourceDescription, length);
      let chunkAt = at;
      for (const chunk of packet.chunks) {
        writeUint32(into, chunkAt, chunk.ssrc);
        const toolAt = encodeItem(itemTypes.cname, chunk.cname, into, chunkAt + 4);
        encodeItem(itemTypes.tool, chunk.tool, into, toolAt);
        chunkAt += chunkLength(chunk);
      }
      return;
    }
    case 'goodbye':
      encodeHeader(into, start, packet.ssrcs.length, packetTypes.goodbye, length);
      for (const [index, ssrc] of packet.ssrcs.entries()) writeUint32(into, at + 4 * index, ssrc);
      return;
    case 'extended-report': {
      encodeHeader(into, start, 0, packetTypes.extended, length);
      writeUint32(into, at, packet.ssrc);
      let blockAt = at + 4;
      for (const report of packet.reports) blockAt = encodeBlock(report, into, blockAt);
      return;
    }
    default:
      packet satisfies never;
  }
}

function encodeReports(reports: readonly ReceptionReport[], into: Uint8Array, from: number): void {
  for (const [index, report] of reports.entries()) {
    const at = from + index * reportBytes;
    writeUint32(into, at, report.ssrc);
    writeUint32(into, at + 4, ((report.fractionLost << 24) | (report.packetsLost & 0xff_ffff)) >>> 0);
    writeUint32(into, at + 8, report.highestSequence);
    writeUint32(into, at + 12, report.jitterUnits);
    writeUint32(into, at + 16, report.lastReport);
    writeUint32(into, at + 20, report.delaySinceLastReport);
  }
}

/** Of ASCII, at most 255 characters. Returns where the next item goes. */
function encodeItem(type: number, text: string | undefined, into: Uint8Array, at: number): number {
  if (text === undefined) return at;
  into[at] = type;
  into[at + 1] = text.length;
  for (let i = 0; i < text.length; i++) into[at + 2 + i] = text.charCodeAt(i);
  return at + 2 + text.length;
}
