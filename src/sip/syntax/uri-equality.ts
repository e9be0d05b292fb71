/**
 * Whether two URIs mean the same: RFC 3261 §19.1.4 for sip and sips, RFC 3966 §4 for tel. The relation is not transitive, so it
 * makes no keys. URIs of other schemes are the same when they are spelled alike.
 */
import { isSameHost } from './host-port.ts';
import { findParameter, type Parameter } from './parameters.ts';
import { escapeUriHeader, isUnreserved } from './uri-escapes.ts';
import { parseUri, type SipUri, type TelUri, type Uri } from './uri.ts';

/** Standing in one URI alone, these make a difference even with their default value; `transport` by the RFC's example. */
const tellingParameters = new Set(['user', 'ttl', 'method', 'maddr', 'transport']);

export function isSameUri(a: Uri, b: Uri): boolean {
  if (a.scheme === 'tel' || b.scheme === 'tel') return a.scheme === b.scheme && isSameTel(a as TelUri, b as TelUri);
  if (a.scheme === 'other' || b.scheme === 'other') {
    return a.scheme === 'other' && b.scheme === 'other' && a.text === b.text;
  }
  return isSameSip(a, b);
}

/** The same of texts; those that are no URIs are the same when they are spelled alike. */
export function isSameUriText(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [parseUri(a), parseUri(b)];
  return one.ok && other.ok && isSameUri(one.value, other.value);
}

function isSameSip(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    // A port that is left out may be found elsewhere (RFC 3263), so 5060 is not the same as none.
    a.port === b.port &&
    isSameHost(a.host, b.host) &&
    unescapedOrNone(a.user) === unescapedOrNone(b.user) &&
    unescapedOrNone(a.password) === unescapedOrNone(b.password) &&
    haveSameParameters(a, b) &&
    sortedHeaders(a.headers) === sortedHeaders(b.headers)
  );
}

function unescapedOrNone(text: string | undefined): string | undefined {
  return text === undefined ? undefined : unescaped(text);
}

/** One spelling of all: what need not be escaped is not, and everything else is, in capitals (RFC 3986 §6.2.2). */
function unescaped(text: string): string {
  return text.replace(/%[\da-f]{2}|[\u0080-\uffff]+/gi, (found) => {
    if (!found.startsWith('%')) return escapeUriHeader(found);
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16));
    return isUnreserved(character) ? character : found.toUpperCase();
  });
}

/** A parameter of both must have the same value in both; of one alone it only counts when it is one of the telling ones. */
function haveSameParameters(a: SipUri, b: SipUri): boolean {
  const isShared = ({ name, value }: Parameter): boolean => {
    const other = findParameter(b.parameters, name.toLowerCase());
    return other === undefined ? !isTelling(name) : folded(value ?? '') === folded(other.value ?? '');
  };
  const isTellingAlone = ({ name }: Parameter): boolean =>
    isTelling(name) && findParameter(a.parameters, name.toLowerCase()) === undefined;
  return a.parameters.every(isShared) && !b.parameters.some(isTellingAlone);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function isTelling(name: string): boolean {
  return tellingParameters.has(name.toLowerCase());
}

function folded(value: string): string {
  return unescaped(value).toLowerCase();
}

/** URI headers are never ignored; their order means nothing. */
function sortedHeaders(headers: string | undefined): string {
  if (headers === undefined) return '';
  const pairs = headers.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals === -1 ? folded(pair) : `${folded(pair.slice(0, equals))}=${unescaped(pair.slice(equals + 1))}`;
  });
  return pairs.sort(byText).join('&');
}

/** Digit by digit without visual separators; every parameter of one must be in the other, in any order and case. */
function isSameTel(a: TelUri, b: TelUri): boolean {
  return digitsOf(a.number) === digitsOf(b.number) && telParameters(a) === telParameters(b);
}

function digitsOf(number: string): string {
  return number.replace(/[-.()]/g, '').toLowerCase();
}

function telParameters(uri: TelUri): string {
  const pairs = uri.parameters.map(({ name, value = '' }) => {
    const key = name.toLowerCase();
    const isNumber = key === 'ext' || (key === 'phone-context' && value.startsWith('+'));
    return `${key}=${isNumber ? digitsOf(value) : folded(value)}`;
  });
  return pairs.sort(byText).join(';');
}
