/**
 * Character classes and single-pass scanners of the SIP grammar (RFC 3261 §25.1). Every scanner takes a text and an
 * offset, looks at each character once and returns the offset after what it read, so costs stay linear.
 */

const tokenClass = 1;
const spaceClass = 2;
const valueClass = 4;

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  let bits = 0;
  if (/[\w\-.!%*+`'~]/.test(character)) bits |= tokenClass;
  if (character === ' ' || character === '\t') bits |= spaceClass;
  // What an unquoted parameter value may hold: a token, a host, an IPv6 reference; generous, but never a delimiter.
  if (code > 32 && code !== 127 && !/[;,"<>?=]/.test(character)) bits |= valueClass;
  classes[code] = bits;
}

function scanClass(text: string, at: number, wanted: number): number {
  let end = at;
  while (end < text.length && ((classes[text.charCodeAt(end)] ?? 0) & wanted) !== 0) end += 1;
  return end;
}

/** End of the token that begins at `at`; `at` itself when none does. */
export function scanToken(text: string, at: number): number {
  return scanClass(text, at, tokenClass);
}

/** First offset from `at` on that is no space and no tab. Folding is gone by the time values are scanned. */
export function skipSpace(text: string, at: number): number {
  return scanClass(text, at, spaceClass);
}

/** End of the unquoted parameter value that begins at `at`. */
export function scanPlainValue(text: string, at: number): number {
  return scanClass(text, at, valueClass);
}

/** End of the quoted string that opens at `at`, or -1 when it is never closed. */
export function scanQuoted(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x22) return end + 1;
    if (code === 0x5c) end += 1;
  }
  return -1;
}

/** Any text without control characters as a quoted string (RFC 3261 §25.1). */
export function quoteString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

export function isToken(text: string): boolean {
  return text.length > 0 && scanToken(text, 0) === text.length;
}

/** Without the spaces and tabs at both ends; linear, and it leaves every other character alone, unlike `trim`. */
export function trimSpace(text: string): string {
  const start = skipSpace(text, 0);
  let end = text.length;
  while (end > start && ((classes[text.charCodeAt(end - 1)] ?? 0) & spaceClass) !== 0) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** True when the text holds a C0 control or DEL: what could break a line, end a string or forge a header. */
export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 127) return true;
  }
  return false;
}

/** A decimal number of at most `max`; leading zeros are fine (RFC 4475 §3.1.1.1 has them), signs and spaces are not. */
export function parseDecimal(text: string, max: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
    if (value > max) return undefined;
  }
  return value;
}

/** Whether the text, which is not empty, holds nothing that can stand in no URI: spaces, controls, `<`, `>`, `"`. */
export function isUriText(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 127 || code === 0x22 || code === 0x3c || code === 0x3e) return false;
  }
  return text.length > 0;
}
