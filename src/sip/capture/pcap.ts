/**
 * Messages as a capture file that Wireshark, tshark and sngrep open: pcap 2.4 with microseconds (draft-ietf-opsawg-pcap), link
 * type RAW, every message in a UDP datagram of its own whatever transport carried it. Secrets in it are masked, so that a body may
 * be shorter than its Content-Length says.
 */
import { type CapturedMessage, capturedAddresses } from './captured-message.ts';

const encoder = new TextEncoder();
const fileHeaderBytes = 24;
const recordHeaderBytes = 16;
const udpHeaderBytes = 8;
const ipHeaderBytes = { 4: 20, 6: 40 } as const;
const udpProtocol = 17;
const hopLimit = 64;
/** LINKTYPE_RAW: each packet begins with its IP header, whose first four bits say which. */
const rawLinkType = 101;
/** What an IPv4 packet can carry beside its headers; the end of a longer message is left out. */
const mostMessageBytes = 65_535 - ipHeaderBytes[4] - udpHeaderBytes;

export function encodePcap(messages: readonly CapturedMessage[]): Uint8Array {
  const packets = messages.map((message) => ({ wallMs: message.wallMs, bytes: encodePacket(message) }));
  const sizeBytes = packets.reduce((sum, { bytes }) => sum + recordHeaderBytes + bytes.length, fileHeaderBytes);
  const file = new Uint8Array(sizeBytes);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0xa1b2_c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 65_535 + ipHeaderBytes[6], true);
  view.setUint32(20, rawLinkType, true);
  let at = fileHeaderBytes;
  for (const { wallMs, bytes } of packets) {
    view.setUint32(at, Math.floor(wallMs / 1000), true);
    view.setUint32(at + 4, Math.floor((wallMs % 1000) * 1000), true);
    view.setUint32(at + 8, bytes.length, true);
    view.setUint32(at + 12, bytes.length, true);
    file.set(bytes, at + recordHeaderBytes);
    at += recordHeaderBytes + bytes.length;
  }
  return file;
}

/** IP and UDP around the message, with the checksums that both want (RFC 791 §3.1, RFC 8200 §3 and §8.1, RFC 768). */
function encodePacket(message: CapturedMessage): Uint8Array {
  const payload = encoder.encode(message.text).subarray(0, mostMessageBytes);
  const { family, source, destination } = capturedAddresses(message);
  const ipBytes = ipHeaderBytes[family];
  const udpBytes = udpHeaderBytes + payload.length;
  const packet = new Uint8Array(ipBytes + udpBytes);
  const view = new DataView(packet.buffer);
  if (family === 4) {
    view.setUint8(0, 0x45);
    view.setUint16(2, packet.length);
    view.setUint8(8, hopLimit);
    view.setUint8(9, udpProtocol);
    packet.set(source, 12);
    packet.set(destination, 16);
    view.setUint16(10, checksum(packet.subarray(0, ipBytes), 0));
  } else {
    view.setUint8(0, 0x60);
    view.setUint16(4, udpBytes);
    view.setUint8(6, udpProtocol);
    view.setUint8(7, hopLimit);
    packet.set(source, 8);
    packet.set(destination, 24);
  }
  view.setUint16(ipBytes, message.source.port);
  view.setUint16(ipBytes + 2, message.destination.port);
  view.setUint16(ipBytes + 4, udpBytes);
  packet.set(payload, ipBytes + udpHeaderBytes);
  const pseudoHeader = sumOf(Uint8Array.from([...source, ...destination])) + udpBytes + udpProtocol;
  // Zero would mean that there is none.
  view.setUint16(ipBytes + 6, checksum(packet.subarray(ipBytes), pseudoHeader) || 0xffff);
  return packet;
}

/** The ones' complement of the sum of all 16-bit words (RFC 1071). */
function checksum(bytes: Uint8Array, more: number): number {
  let sum = sumOf(bytes) + more;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return sum;
}
