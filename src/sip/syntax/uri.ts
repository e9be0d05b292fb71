/**
 * SIP, SIPS (RFC 3261 §19.1) and tel (RFC 3966) URIs. Parts stay escaped as they were spelled, so that printing gives back
 * what was parsed. URIs of other schemes are kept whole: From and To may hold any (RFC 4475 §3.3.4).
 */
import { err, ok, type Result } from '../../kit/index.ts';
import { isUriText } from './characters.ts';
import { parseHostPort, printHostPort } from './host-port.ts';
import { findParameter, type Parameter, printParameters } from './parameters.ts';

export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  readonly user?: string;
  readonly password?: string;
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: readonly Parameter[];
  /** What follows `?`, as spelled. Never allowed in a Request-URI. */
  readonly headers?: string;
}

export interface TelUri {
  readonly scheme: 'tel';
  /** Digits with their visual separators, as spelled; `+` in front of a global number. */
  readonly number: string;
  readonly parameters: readonly Parameter[];
}

export interface OpaqueUri {
  readonly scheme: 'other';
  readonly text: string;
}

export type Uri = SipUri | TelUri | OpaqueUri;

export interface UriParseError {
  /** Offset into the text. */
  readonly position: number;
  readonly reason: string;
}

const userPattern = /^(?:[\w\-.!~*'()&=+$,;?/\u0080-\uffff]|%[\da-f]{2})+$/i;
const passwordPattern = /^(?:[\w\-.!~*'()&=+$,]|%[\da-f]{2})*$/i;
const parameterPattern = /^(?:[\w\-.!~*'()[\]/:&+$]|%[\da-f]{2})+$/i;
const headersPattern = /^(?:[\w\-.!~*'()[\]/?:+$&=]|%[\da-f]{2})+$/i;

export function parseUri(text: string): Result<Uri, UriParseError> {
  const colon = text.indexOf(':');
  const scheme = colon === -1 ? '' : text.slice(0, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSipUri(text, scheme, colon + 1);
  if (scheme === 'tel') return parseTelUri(text, colon + 1);
  if (!/^[a-z][a-z\d+.-]*$/.test(scheme)) return err({ position: 0, reason: 'a URI begins with its scheme' });
  if (!isUriText(text.slice(colon + 1))) {
    return err({ position: colon + 1, reason: 'a character that no URI holds' });
  }
  return ok({ scheme: 'other', text });
}

/** The URI when it is `sip:` or `sips:`; undefined for every other text. */
export function readSipUri(text: string | undefined): SipUri | undefined {
  const uri = text === undefined ? undefined : parseUri(text);
  return uri?.ok === true && (uri.value.scheme === 'sip' || uri.value.scheme === 'sips') ? uri.value : undefined;
}

function parseSipUri(text: string, scheme: 'sip' | 'sips', start: number): Result<SipUri, UriParseError> {
  const at = text.indexOf('@', start);
  const userInfo = at === -1 ? undefined : parseUserInfo(text.slice(start, at));
  if (userInfo === null)
    return err({ position: start, reason: 'the user part holds a character that must be escaped' });
  const hostStart = at === -1 ? start : at + 1;
  const question = text.indexOf('?', hostStart);
  const end = question === -1 ? text.length : question;
  const semicolon = text.indexOf(';', hostStart);
  const hostEnd = semicolon === -1 || semicolon > end ? end : semicolon;
  const hostPort = parseHostPort(text.slice(hostStart, hostEnd));
  if (hostPort === undefined) return err({ position: hostStart, reason: 'no valid host or port' });
  const parameters = parseUriParameters(text.slice(hostEnd, end));
  if (parameters === undefined) return err({ position: hostEnd, reason: 'an invalid URI parameter' });
  const uri = { scheme, ...userInfo, ...hostPort, parameters };
  if (question === -1) return ok(uri);
  const headers = text.slice(question + 1);
  if (!headersPattern.test(headers)) return err({ position: question, reason: 'invalid URI headers' });
  return ok({ ...uri, headers });
}

/** null when it is not valid. */
function parseUserInfo(text: string): { readonly user: string; readonly password?: string } | null {
  const colon = text.indexOf(':');
  const user = colon === -1 ? text : text.slice(0, colon);
  if (!userPattern.test(user)) return null;
  if (colon === -1) return { user };
  const password = text.slice(colon + 1);
  return passwordPattern.test(password) ? { user, password } : null;
}

/** `text` is empty or begins with its first semicolon. */
function parseUriParameters(text: string): readonly Parameter[] | undefined {
  if (text === '') return [];
  const parameters: Parameter[] = [];
  for (const part of text.slice(1).split(';')) {
    const equals = part.indexOf('=');
    const name = equals === -1 ? part : part.slice(0, equals);
    if (!parameterPattern.test(name)) return undefined;
    if (equals === -1) {
      parameters.push({ name });
      continue;
    }
    const value = part.slice(equals + 1);
    if (!parameterPattern.test(value)) return undefined;
    parameters.push({ name, value });
  }
  return parameters;
}

function parseTelUri(text: string, start: number): Result<TelUri, UriParseError> {
  const semicolon = text.indexOf(';', start);
  const number = text.slice(start, semicolon === -1 ? text.length : semicolon);
  // Global numbers are decimal; local ones also have hexadecimal digits, `*` and `#` (RFC 3966 §3). That a local number
  // names its context is not asked: next to no exchange does.
  const isLocalNumber = /^[\da-f*#\-.()]*$/i.test(number) && /[\da-f*#]/i.test(number);
  if (!isLocalNumber && !isGlobalNumber(number)) return err({ position: start, reason: 'no telephone number' });
  const parameters = parseUriParameters(semicolon === -1 ? '' : text.slice(semicolon));
  if (parameters?.every(isTelParameter) !== true) {
    return err({ position: semicolon, reason: 'an invalid URI parameter' });
  }
  return ok({ scheme: 'tel', number, parameters });
}

/** An extension has digits; a context is the beginning of a global number, or a domain (RFC 3966 §3). */
function isTelParameter({ name, value = '' }: Parameter): boolean {
  switch (name.toLowerCase()) {
    case 'ext':
      return /^[\d\-.()]*\d[\d\-.()]*$/.test(value);
    case 'phone-context':
      return value.startsWith('+') ? isGlobalNumber(value) : /^[a-z\d](?:[a-z\d.-]*[a-z\d])?\.?$/i.test(value);
    default:
      return true;
  }
}

function isGlobalNumber(text: string): boolean {
  return /^\+[\d\-.()]*$/.test(text) && /\d/.test(text);
}

export function printUri(uri: Uri): string {
  switch (uri.scheme) {
    case 'sip':
    case 'sips': {
      const password = uri.password === undefined ? '' : `:${uri.password}`;
      const user = uri.user === undefined ? '' : `${uri.user}${password}@`;
      const headers = uri.headers === undefined ? '' : `?${uri.headers}`;
      return `${uri.scheme}:${user}${printHostPort(uri.host, uri.port)}${printParameters(uri.parameters)}${headers}`;
    }
    case 'tel':
      return `tel:${uri.number}${printParameters(uri.parameters)}`;
    case 'other':
      return uri.text;
    default:
      return uri satisfies never;
  }
}

/** The URI as a Request-URI may hold it: without headers and `method` (RFC 3261 §19.1.1 Table 1). */
export function asRequestUri(uri: Uri): Uri {
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return uri;
  const { headers: _headers, ...kept } = uri;
  return { ...kept, parameters: uri.parameters.filter(({ name }) => name.toLowerCase() !== 'method') };
}

/** Whether a route's URI asks for loose routing (RFC 3261 §19.1.1). */
export function isLooseRoute(uri: Uri): boolean {
  return uri.scheme !== 'other' && findParameter(uri.parameters, 'lr') !== undefined;
}

/**
 * A telephone number as a SIP URI at `host` (RFC 3261 §19.1.6): visual separators gone, the number's own parameters in
 * the user part in their defined order, `user=phone` behind.
 */
export function telToSipUri(tel: TelUri, host: string, port: number | undefined): SipUri {
  const ranked = tel.parameters
    .map((parameter) => ({ name: parameter.name.toLowerCase(), value: parameter.value }))
    .sort((a, b) => rankOf(a.name) - rankOf(b.name) || (a.name < b.name ? -1 : 1));
  let user = stripSeparators(tel.number);
  for (const { name, value } of ranked) {
    const isNumber = name === 'ext' || (name === 'phone-context' && value?.startsWith('+'));
    const text = value === undefined ? '' : `=${isNumber ? stripSeparators(value) : value}`;
    user += `;${name}${text}`;
  }
  const escaped = user.replace(/[^\w\-.!~*'()&=+$,;?/%]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const uri: SipUri = { scheme: 'sip', user: escaped, host, parameters: [{ name: 'user', value: 'phone' }] };
  return port === undefined ? uri : { ...uri, port };
}

function rankOf(parameterName: string): number {
  const rank = ['isub', 'ext', 'phone-context'].indexOf(parameterName);
  return rank === -1 ? 3 : rank;
}

function stripSeparators(number: string): string {
  return number.replace(/[-.()]/g, '');
}
