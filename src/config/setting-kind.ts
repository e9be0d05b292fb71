/**
 * The kinds of settings: how a text from an environment variable (or from a tenant file) becomes a value, and what is
 * said when it does not. Parsers never throw, and no reason repeats the text: it may be a secret.
 */
import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '../kit/index.ts';
import { isHost } from './is-host.ts';
import { describeList, type ListEntry, parseList } from './list-setting.ts';
import { findPrivateKeyFault, pemOf } from './private-key.ts';
import { findRealmAccountsFault } from './realm-accounts.ts';
import { checkCallUri, type HostPort } from '../sip/index.ts';
import { findHeaderTextFault, findSipHeadersFault } from './sip-header-values.ts';
import { Secret } from './secret.ts';
import { parseTrunk, parseTrunks, type Trunk, trunkForm } from './trunk.ts';
import { hasControlCharacter, parseWebUrl } from './web-url.ts';

export type SettingKind =
  /** `lines`: line breaks and tabs may be in it. */
  | {
      readonly type: 'text';
      readonly maxLength: number;
      readonly lines?: true;
      readonly of?: 'user-to-user' | 'call-info';
    }
  /** A user name of HTTP Basic: RFC 7617 §2 forbids the colon in it. */
  | { readonly type: 'username' }
  | { readonly type: 'secret'; readonly of?: 'private-key' }
  /** A JSON object that is a secret as a whole, such as the key file of a cloud account; the value is its text. */
  | { readonly type: 'secret-json'; readonly of?: 'realm-accounts' }
  /** A JSON object that is handed on as it is. */
  | { readonly type: 'json'; readonly of?: 'sip-headers' }
  | { readonly type: 'path' }
  /** An IP address or a DNS name. */
  | { readonly type: 'host' }
  /** An IP address or a DNS name to listen on; `*` means every address. */
  | { readonly type: 'listen-host' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'decimal'; readonly min: number; readonly max: number }
  | { readonly type: 'boolean' }
  /** Written in `unit`, limits included; the value is in milliseconds. */
  | { readonly type: 'duration'; readonly unit: 's' | 'ms'; readonly min: number; readonly max: number }
  | { readonly type: 'port-range' }
  | { readonly type: 'web-url' }
  /** `isWhole`: its grammar is held against it here; otherwise whoever uses it does that, and says where it is wrong. */
  | { readonly type: 'call-uri'; readonly isWhole?: true }
  | { readonly type: 'trunk' }
  /** A host with its port. */
  | { readonly type: 'host-port' }
  /** Several, separated by commas. */
  | { readonly type: 'trunks' }
  /** Entries separated by commas; the value is the list of them. */
  | { readonly type: 'list'; readonly of: ListEntry }
  | { readonly type: 'date' }
  /** One of some words, case-insensitive; each stands for a value. */
  | { readonly type: 'word'; readonly words: Readonly<Record<string, string>> };

/** UDP ports `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export type SettingValue =
  | string
  | number
  | boolean
  | Secret
  | PortRange
  | HostPort
  | JsonObject
  | readonly string[]
  | readonly Trunk[];

/** The value's type, from its kind. */
export type ValueOf<Kind extends SettingKind> = Kind extends { readonly type: 'integer' | 'decimal' | 'duration' }
  ? number
  : Kind extends { readonly type: 'boolean' }
    ? boolean
    : Kind extends { readonly type: 'secret' | 'secret-json' }
      ? Secret
      : Kind extends { readonly type: 'json' }
        ? JsonObject
        : Kind extends { readonly type: 'port-range' }
          ? PortRange
          : Kind extends { readonly type: 'trunk' }
            ? Trunk
            : Kind extends { readonly type: 'host-port' }
              ? HostPort
              : Kind extends { readonly type: 'trunks' }
                ? readonly Trunk[]
                : Kind extends { readonly type: 'list' }
                  ? readonly string[]
                  : Kind extends { readonly type: 'word'; readonly words: infer Words }
                    ? Words[keyof Words]
                    : string;

/** What may be written, in words, for messages and for docs/configuration.md. */
export function describeKind(kind: SettingKind): string {
  switch (kind.type) {
    case 'text':
      return `text, up to ${kind.maxLength} characters`;
    case 'username':
      return 'user name without a colon';
    case 'secret':
      return kind.of === 'private-key' ? 'private key in PEM (EC, P-256); secret' : 'secret';
    case 'secret-json':
      return kind.of === 'realm-accounts'
        ? 'JSON object of realms, each {"username", "password"}; secret'
        : 'JSON object, secret';
    case 'json':
      return kind.of === 'sip-headers' ? 'JSON object of header names and values' : 'JSON object';
    case 'path':
      return 'file path';
    case 'host':
      return 'IP address or host name';
    case 'listen-host':
      return 'IP address or host name, or * for every address';
    case 'integer':
      return `whole number, ${kind.min} to ${kind.max}`;
    case 'decimal':
      return `number, ${kind.min} to ${kind.max}`;
    case 'boolean':
      return 'true or false';
    case 'duration':
      return `${kind.unit === 's' ? 'seconds' : 'milliseconds'}, ${kind.min} to ${kind.max}`;
    case 'port-range':
      return 'port range such as 16384-16394, within 1024-65535, at least 2 ports';
    case 'web-url':
      return 'http or https URL';
    case 'call-uri':
      return 'sip:, sips: or tel: URI';
    case 'trunk':
      return trunkForm;
    case 'host-port':
      return 'host:port';
    case 'trunks':
      return 'sip:host or sip:host:port as for OUTDIAL_SIP_TRUNK, several separated by commas';
    case 'list':
      return describeList(kind.of);
    case 'date':
      return 'date such as 2017-05-26';
    case 'word':
      return `one of ${Object.keys(kind.words).join(', ')}`;
    default:
      return kind satisfies never;
  }
}

/** Reads a text as a setting of this kind, or says in one sentence why it is not one. */
export function parseSetting(kind: SettingKind, text: string): Result<SettingValue, string> {
  if (kind.type === 'json' || kind.type === 'secret-json') return parseObject(kind, text);
  const hasLines = (kind.type === 'text' && kind.lines === true) || (kind.type === 'secret' && kind.of !== undefined);
  const checked = hasLines ? text.replaceAll(/[\t\n\r]/g, ' ') : text;
  if (hasControlCharacter(checked)) return err('it holds a control character');
  const trimmed = text.trim();
  switch (kind.type) {
    case 'text':
      return parseText(kind, trimmed);
    case 'username':
      return text.includes(':') ? err('a user name must not hold a colon (RFC 7617)') : limited(text, 256);
    case 'secret':
      return parseSecret(kind, text);
    case 'path':
      return limited(trimmed, 4096);
    case 'host':
      return isHost(trimmed) ? ok(trimmed) : err(expected(kind));
    case 'listen-host':
      if (trimmed === '*') return ok('0.0.0.0');
      return isHost(trimmed) ? ok(trimmed) : err(expected(kind));
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(trimmed) ? inRange(kind, Number(trimmed)) : err(expected(kind));
    case 'decimal':
      return isDecimal(trimmed) ? inRange(kind, Number(trimmed)) : err(expected(kind));
    case 'boolean':
      return parseBoolean(trimmed);
    case 'duration':
      return parseDuration(kind, trimmed);
    case 'port-range':
      return parsePortRange(trimmed);
    case 'web-url':
      return parseWebUrl(trimmed);
    case 'call-uri':
      return isCallUri(kind, trimmed) ? ok(trimmed) : err(expected(kind));
    case 'trunk':
      return parseTrunk(trimmed);
    case 'host-port':
      return parseHostPort(trimmed);
    case 'trunks':
      return parseTrunks(trimmed);
    case 'list':
      return parseList(kind.of, trimmed);
    case 'date':
      return isDate(trimmed) ? ok(trimmed) : err(expected(kind));
    case 'word':
      return parseWord(kind.words, trimmed);
    default:
      return kind satisfies never;
  }
}

/** Longest JSON object taken as one value, in characters. */
const maxObjectLength = 65_536;

function parseObject(kind: SettingKind, text: string): Result<JsonObject | Secret, string> {
  if (text.length > maxObjectLength) return err(`it is longer than ${maxObjectLength} characters`);
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return err(expected(kind));
  }
  if (!isJsonObject(value)) return err(expected(kind));
  const fault = findObjectFault(kind, value);
  if (fault !== undefined) return err(fault);
  return ok(kind.type === 'secret-json' ? new Secret(text) : value);
}

function isCallUri({ isWhole }: Extract<SettingKind, { type: 'call-uri' }>, text: string): boolean {
  if (isWhole === true) return checkCallUri(text).ok;
  return /^(?:sips?|tel):[^\s<>"]{1,500}$/i.test(text);
}

function parseSecret(kind: Extract<SettingKind, { type: 'secret' }>, text: string): Result<Secret, string> {
  if (text.length > 4096) return err('it is longer than 4096 characters');
  if (kind.of !== 'private-key') return ok(new Secret(text));
  const fault = findPrivateKeyFault(text);
  return fault === undefined ? ok(new Secret(pemOf(text))) : err(fault);
}

function parseText(kind: Extract<SettingKind, { type: 'text' }>, text: string): Result<string, string> {
  if (text.length > kind.maxLength) return err(`it is longer than ${kind.maxLength} characters`);
  const fault = kind.of === undefined || text === '' ? undefined : findHeaderTextFault(kind.of, text);
  return fault === undefined ? ok(text) : err(fault);
}

function findObjectFault(kind: SettingKind, value: JsonObject): string | undefined {
  if (kind.type === 'json' && kind.of === 'sip-headers') return findSipHeadersFault(value);
  return kind.type === 'secret-json' && kind.of === 'realm-accounts' ? findRealmAccountsFault(value) : undefined;
}

function expected(kind: SettingKind): string {
  return `expected: ${describeKind(kind)}`;
}

function limited(text: string, maxLength: number): Result<string, string> {
  return text.length <= maxLength ? ok(text) : err(`it is longer than ${maxLength} characters`);
}

function inRange(kind: SettingKind & { min: number; max: number }, value: number): Result<number, string> {
  return value >= kind.min && value <= kind.max ? ok(value) : err(expected(kind));
}

function isDecimal(text: string): boolean {
  return /^[+-]?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})$/.test(text);
}

function parseBoolean(text: string): Result<boolean, string> {
  const word = text.toLowerCase();
  return word === 'true' || word === 'false' ? ok(word === 'true') : err('expected: true or false');
}

function parseDuration(kind: SettingKind & { type: 'duration' }, text: string): Result<number, string> {
  if (!isDecimal(text)) return err(expected(kind));
  const given = inRange(kind, Number(text));
  return given.ok ? ok(Math.round(given.value * (kind.unit === 's' ? 1000 : 1))) : given;
}

function parsePortRange(text: string): Result<PortRange, string> {
  const match = /^(\d{1,5})\s?-\s?(\d{1,5})$/.exec(text);
  if (match === null) return err(expected({ type: 'port-range' }));
  const [first, last] = [Number(match[1]), Number(match[2])];
  if (first < 1024 || last > 65_535) return err('the ports must lie within 1024-65535');
  if (last <= first) return err('the second port must be higher than the first');
  return ok({ first, last });
}

function parseHostPort(text: string): Result<HostPort, string> {
  const match = /^(?:\[([0-9a-f:.]{2,45})\]|([^\s:[\]]{1,255})):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !isHost(host) || port < 1 || port > 65_535) return err(expected({ type: 'host-port' }));
  return ok({ host, port });
}

function isDate(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function parseWord(words: Readonly<Record<string, string>>, text: string): Result<string, string> {
  const wanted = text.toLowerCase();
  const found = Object.entries(words).find(([word]) => word.toLowerCase() === wanted);
  return found === undefined ? err(expected({ type: 'word', words })) : ok(found[1]);
}
