/**
 * From, To, Contact, Route and Record-Route values: `"Display" <uri>;parameters` or `uri;parameters`
 * (RFC 3261 §20.10, §25.1 name-addr and addr-spec).
 */
import { err, ok, type Result } from '../../kit/index.ts';
import { isUriText, scanQuoted, scanToken, skipSpace, trimSpace } from './characters.ts';
import { findParameter, type Parameter, parseParameters, printParameters } from './parameters.ts';

export interface NameAddress {
  /** As spelled, quotes included. */
  readonly display: string | undefined;
  /** The URI as spelled; `parseUri` reads it. */
  readonly uri: string;
  readonly parameters: readonly Parameter[];
}

/** One value. A comma outside quotes and brackets is refused: a list must have been split before. */
export function parseNameAddress(text: string): Result<NameAddress, string> {
  let at = skipSpace(text, 0);
  const start = at;
  if (text.charCodeAt(at) === 0x22) {
    const end = scanQuoted(text, at);
    if (end === -1) return err('a quoted display name is never closed');
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== 0x3c) return err('a display name is not followed by "<"');
    return parseBracketed(text, at, text.slice(start, end));
  }
  const opening = text.indexOf('<', at);
  if (opening === -1) return parseBare(text, at);
  const display = trimSpace(text.slice(start, opening));
  if (display === '') return parseBracketed(text, opening, undefined);
  while (at < opening) {
    const end = scanToken(text, at);
    if (end === at) return err('a display name outside quotes holds more than words');
    at = skipSpace(text, end);
  }
  return parseBracketed(text, opening, display);
}

function parseBracketed(text: string, opening: number, display: string | undefined): Result<NameAddress, string> {
  const closing = text.indexOf('>', opening);
  if (closing === -1) return err('"<" is never closed');
  const uri = text.slice(opening + 1, closing);
  if (!isPlausibleUri(uri)) return err('what stands between "<" and ">" is no URI');
  const parameters = parseParameters(text, closing + 1);
  if (!parameters.ok) return err(parameters.error);
  return ok({ display, uri, parameters: parameters.value });
}

/** Without brackets, everything after the first semicolon belongs to the header, and `?` and `,` may not appear (§20.10). */
function parseBare(text: string, at: number): Result<NameAddress, string> {
  const semicolon = text.indexOf(';', at);
  const uri = trimSpace(text.slice(at, semicolon === -1 ? text.length : semicolon));
  if (!isPlausibleUri(uri)) return err('no URI');
  if (uri.includes('?') || uri.includes(',')) return err('a URI with "?" or "," needs angle brackets');
  const parameters = parseParameters(text, semicolon === -1 ? text.length : semicolon);
  return parameters.ok ? ok({ display: undefined, uri, parameters: parameters.value }) : err(parameters.error);
}

/** A scheme and then nothing that a URI can never hold; the scheme's own rules are `parseUri`'s. */
function isPlausibleUri(text: string): boolean {
  return (text.startsWith('sip:') || /^[a-z][a-z\d+.-]{0,30}:./i.test(text)) && isUriText(text);
}

export function printNameAddress(address: NameAddress): string {
  const display = address.display === undefined ? '' : `${address.display} `;
  return `${display}<${address.uri}>${printParameters(address.parameters)}`;
}

export function addressTag(address: NameAddress): string | undefined {
  return findParameter(address.parameters, 'tag')?.value;
}
