/**
 * Header text to and from bytes. SIP is UTF-8 (RFC 3261 §7), but what a peer sent must be echoed byte for byte even when
 * it is not: a byte that is no part of valid UTF-8 becomes a lone low surrogate U+DC80 to U+DCFF, and turns back into that
 * byte when printed. Valid text, which is nearly all of it, takes the platform's fast path.
 */
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function decodeText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeLoosely(bytes);
  }
}

export function encodeText(text: string): Uint8Array {
  return /[\ud800-\udfff]/.test(text) ? encodeLoosely(text) : encoder.encode(text);
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  for (let offset = 1; offset < length; offset += 1) {
    if (((bytes[at + offset] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  // Overlong forms, surrogates and what lies beyond U+10FFFF (RFC 3629 §4).
  if (lead === 0xe0 && second < 0xa0) return 0;
  if (lead === 0xed && second > 0x9f) return 0;
  if (lead === 0xf0 && second < 0x90) return 0;
  if (lead === 0xf4 && second > 0x8f) return 0;
  return length;
}

/** Code units that are turned into a string at a time. */
const unitsAtATime = 4096;

/** By hand: a call of the decoder for each piece between two bad bytes would cost milliseconds where every other byte is bad. */
function decodeLoosely(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let count = 0;
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    const length = sequenceLength(bytes, at);
    if (length < 2) {
      units[count] = length === 1 ? lead : 0xdc00 | lead;
      count += 1;
      at += 1;
      continue;
    }
    let code = lead & (0x7f >> length);
    for (let offset = 1; offset < length; offset += 1) code = (code << 6) | ((bytes[at + offset] ?? 0) & 0x3f);
    if (code > 0xffff) {
      units[count] = 0xd7c0 + (code >> 10);
      count += 1;
      code = 0xdc00 | (code & 0x3ff);
    }
    units[count] = code;
    count += 1;
    at += length;
  }
  let text = '';
  for (let start = 0; start < count; start += unitsAtATime) {
    text += String.fromCharCode(...units.subarray(start, Math.min(start + unitsAtATime, count)));
  }
  return text;
}

function encodeLoosely(text: string): Uint8Array {
  // No code unit takes more than three bytes.
  const bytes = new Uint8Array(text.length * 3);
  let count = 0;
  let plainFrom = 0;
  const copyPlain = (end: number): void => {
    if (end > plainFrom) count += encoder.encodeInto(text.slice(plainFrom, end), bytes.subarray(count)).written;
  };
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(at + 1))) {
      at += 1;
    } else if (unit >= 0xdc80 && unit <= 0xdcff) {
      copyPlain(at);
      bytes[count] = unit & 0xff;
      count += 1;
      plainFrom = at + 1;
    }
  }
  copyPlain(text.length);
  return bytes.slice(0, count);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
