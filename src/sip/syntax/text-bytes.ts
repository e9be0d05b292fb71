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

function decodeLoosely(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let validFrom = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    pieces.push(strictDecoder.decode(bytes.subarray(validFrom, at)), String.fromCharCode(0xdc00 | (bytes[at] ?? 0)));
    at += 1;
    validFrom = at;
  }
  pieces.push(strictDecoder.decode(bytes.subarray(validFrom)));
  return pieces.join('');
}

function encodeLoosely(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code & 0xff);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}
