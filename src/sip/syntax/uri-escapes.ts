/** Escapes in URIs (RFC 3261 §19.1.2, §25.1). */

const encoder = new TextEncoder();
const unreserved = /^[\w\-.!~*'()]$/;

/** Whether a character never needs an escape. */
export function isUnreserved(character: string): boolean {
  return unreserved.test(character);
}

/** Any text as the value of a URI header: everything but the unreserved characters as `%XX` of its UTF-8 bytes. */
export function escapeUriHeader(text: string): string {
  let escaped = '';
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    const isPlain = byte < 128 && isUnreserved(character);
    escaped += isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
