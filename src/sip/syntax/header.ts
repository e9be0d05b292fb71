/**
 * The header store: an ordered list of headers, each with its name as spelled, the key it is known by, and its value
 * exactly as sent (unfolded, without surrounding space). Compact forms: RFC 3261 §7.3.3 and the IANA registry.
 */
import { skipSpace, trimSpace } from './characters.ts';

export interface Header {
  /** As spelled by whoever wrote it; printed as it is. */
  readonly name: string;
  /** The long form of the name in lower case: what a header is looked up by. */
  readonly key: string;
  /** One line; holds no CR and no LF. */
  readonly value: string;
}

const compactForms: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

const usualNames = [
  ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards', 'Contact', 'Route', 'Record-Route', 'Content-Type'],
  [
    'Content-Length',
    'User-Agent',
    'Server',
    'Allow',
    'Supported',
    'Require',
    'Accept',
    'Reason',
    'Retry-After',
    'Date',
  ],
  ['Session-Expires', 'Min-SE', 'Allow-Events', 'P-Asserted-Identity', 'Accept-Encoding', 'Accept-Language', 'RSeq'],
].flat();

/** Usual spellings to key, so that a header of an ordinary message needs no new string. */
const knownSpellings = new Map<string, string>();
for (const name of usualNames) knownSpellings.set(name, name.toLowerCase());
for (const [letter, key] of Object.entries(compactForms)) {
  knownSpellings.set(letter, key);
  knownSpellings.set(letter.toUpperCase(), key);
}

/** The key of a usual spelling, known to be a token; undefined for any other name. */
export function usualKey(name: string): string | undefined {
  return knownSpellings.get(name);
}

/** The key a header of this name is found under, however it is spelled. */
export function headerKey(name: string): string {
  return knownSpellings.get(name) ?? name.toLowerCase();
}

export function header(name: string, value: string): Header {
  return { name, key: headerKey(name), value };
}

/** The value of the first header with this key. */
export function headerValue(headers: readonly Header[], key: string): string | undefined {
  for (const entry of headers) if (entry.key === key) return entry.value;
  return undefined;
}

/**
 * All values of a list header, top to bottom: repeated headers and comma-joined values alike (RFC 3261 §7.3.1). Each is
 * as spelled, without surrounding space. Empty values are kept out.
 */
export function listValues(headers: readonly Header[], key: string): string[] {
  const values: string[] = [];
  for (const entry of headers) {
    if (entry.key !== key) continue;
    if (!entry.value.includes(',')) {
      if (entry.value !== '') values.push(entry.value);
      continue;
    }
    for (const value of splitList(entry.value)) if (value !== '') values.push(value);
  }
  return values;
}

/** Splits at the commas outside quoted strings and angle brackets. An unclosed quote or bracket runs to the end. */
export function splitList(text: string): string[] {
  const values: string[] = [];
  let start = 0;
  let isQuoted = false;
  let isBracketed = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isQuoted) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) isQuoted = false;
    } else if (isBracketed) {
      if (code === 0x3e) isBracketed = false;
    } else if (code === 0x22) isQuoted = true;
    else if (code === 0x3c) isBracketed = true;
    else if (code === 0x2c) {
      values.push(trimSpace(text.slice(start, at)));
      start = at + 1;
    }
  }
  values.push(trimSpace(text.slice(skipSpace(text, start))));
  return values;
}
