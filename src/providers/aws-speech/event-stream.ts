/**
 * Event stream encoding of AWS (docs.aws.amazon.com/transcribe/latest/dg/event-stream.html): messages with headers and a
 * payload, each guarded by two CRC-32. All numbers are big endian.
 *
 *     total length (4) | headers length (4) | CRC of both (4) | headers | payload | CRC of everything before (4)
 *
 * A header is the length of its name (1), the name, its type (1) and its value. Only strings (type 7: length (2), text) are
 * made and read; other types are passed over.
 */
import { crc32 } from 'node:zlib';

const preludeBytes = 12;
const overheadBytes = 16;
const stringType = 7;

export interface EventMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

export function encodeEvent({ headers, payload }: EventMessage): Uint8Array {
  const encoder = new TextEncoder();
  const head: number[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const [nameBytes, valueBytes] = [encoder.encode(name), encoder.encode(value)];
    head.push(
      nameBytes.length,
      ...nameBytes,
      stringType,
      valueBytes.length >> 8,
      valueBytes.length & 0xff,
      ...valueBytes,
    );
  }
  const bytes = new Uint8Array(overheadBytes + head.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, head.length);
  view.setUint32(8, crc32(bytes.subarray(0, 8)));
  bytes.set(head, preludeBytes);
  bytes.set(payload, preludeBytes + head.length);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, bytes.length - 4)));
  return bytes;
}

/** Undefined when the bytes are not one whole message that is what its checksums say. */
export function decodeEvent(bytes: Uint8Array): EventMessage | undefined {
  if (bytes.length < overheadBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headersEnd = preludeBytes + view.getUint32(4);
  const end = bytes.length - 4;
  if (view.getUint32(0) !== bytes.length || headersEnd > end) return undefined;
  if (view.getUint32(8) !== crc32(bytes.subarray(0, 8))) return undefined;
  if (view.getUint32(end) !== crc32(bytes.subarray(0, end))) return undefined;
  const headers = decodeHeaders(bytes.subarray(preludeBytes, headersEnd));
  return headers === undefined ? undefined : { headers, payload: bytes.subarray(headersEnd, end) };
}

/** Lengths of the values of the other types: true, false, byte, short, int, long, bytes, timestamp, UUID. */
const fixedLengths: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const bytesType = 6;

function decodeHeaders(bytes: Uint8Array): Readonly<Record<string, string>> | undefined {
  const decoder = new TextDecoder();
  const headers: [string, string][] = [];
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const name = decoder.decode(bytes.subarray(at + 1, nameEnd));
    const type = bytes[nameEnd] ?? -1;
    const isSized = type === stringType || type === bytesType;
    const size = isSized ? ((bytes[nameEnd + 1] ?? 0) << 8) | (bytes[nameEnd + 2] ?? 0) : fixedLengths[type];
    if (size === undefined) return undefined;
    const from = nameEnd + (isSized ? 3 : 1);
    if (from + size > bytes.length) return undefined;
    if (type === stringType) headers.push([name, decoder.decode(bytes.subarray(from, from + size))]);
    at = from + size;
  }
  return Object.fromEntries(headers);
}
