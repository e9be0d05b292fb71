/**
 * Messages for a capture server such as Homer: one HEPv3 packet each (HEP/EEP network protocol specification, revision 12). Left
 * out: compressed payloads, keep-alive timers, vendor chunks.
 */
import { type CapturedMessage, capturedAddresses } from './captured-message.ts';

export interface HepOptions {
  /** Tells the capture server which agent it hears; 0 to 2^32 - 1. */
  readonly captureId: number;
  /** Sent in the clear, as the protocol has it. */
  readonly password?: string;
}

const chunkTypes = {
  ipFamily: 1,
  ipProtocol: 2,
  ipv4Source: 3,
  ipv4Destination: 4,
  ipv6Source: 5,
  ipv6Destination: 6,
  sourcePort: 7,
  destinationPort: 8,
  seconds: 9,
  microseconds: 10,
  payloadType: 11,
  captureId: 12,
  password: 14,
  payload: 15,
  correlationId: 17,
} as const;

const addressFamilies = { 4: 2, 6: 10 } as const;
const sipPayload = 1;
const ipProtocols = { udp: 17, tcp: 6, tls: 6, ws: 6, wss: 6 } as const;
const packetHeaderBytes = 6;
const chunkHeaderBytes = 6;
/** What leaves room for all other chunks in a datagram; the end of a longer message is left out. */
const mostPayloadBytes = 60_000;

const encoder = new TextEncoder();

/** `callId` joins the messages of a call that crosses several capture agents. */
export function encodeHep(message: CapturedMessage, callId: string, options: HepOptions): Uint8Array {
  const { family, source, destination } = capturedAddresses(message);
  const { captureId, password } = options;
  const chunks: (readonly [number, Uint8Array])[] = [
    [chunkTypes.ipFamily, number8(addressFamilies[family])],
    [chunkTypes.ipProtocol, number8(ipProtocols[message.transport])],
    [family === 4 ? chunkTypes.ipv4Source : chunkTypes.ipv6Source, Uint8Array.from(source)],
    [family === 4 ? chunkTypes.ipv4Destination : chunkTypes.ipv6Destination, Uint8Array.from(destination)],
    [chunkTypes.sourcePort, number16(message.source.port)],
    [chunkTypes.destinationPort, number16(message.destination.port)],
    [chunkTypes.seconds, number32(Math.floor(message.wallMs / 1000))],
    [chunkTypes.microseconds, number32(Math.floor((message.wallMs % 1000) * 1000))],
    [chunkTypes.payloadType, number8(sipPayload)],
    [chunkTypes.captureId, number32(captureId)],
    ...(password === undefined ? [] : [[chunkTypes.password, encoder.encode(password)] as const]),
    [chunkTypes.correlationId, encoder.encode(callId.slice(0, 256))],
    [chunkTypes.payload, encoder.encode(message.text).subarray(0, mostPayloadBytes)],
  ];
  const sizeBytes = chunks.reduce((sum, [, value]) => sum + chunkHeaderBytes + value.length, packetHeaderBytes);
  const packet = new Uint8Array(sizeBytes);
  const view = new DataView(packet.buffer);
  packet.set(encoder.encode('HEP3'));
  view.setUint16(4, sizeBytes);
  let at = packetHeaderBytes;
  for (const [type, value] of chunks) {
    // The first two bytes name the vendor: 0 is the protocol itself.
    view.setUint16(at + 2, type);
    view.setUint16(at + 4, chunkHeaderBytes + value.length);
    packet.set(value, at + chunkHeaderBytes);
    at += chunkHeaderBytes + value.length;
  }
  return packet;
}

function number8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

function number16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function number32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
