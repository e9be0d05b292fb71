/** Reads an object against a table of keys into the settings it stands in for. */
import {
  describeKind,
  hasControlCharacter,
  parseSetting,
  type SettingKind,
  type SettingValue,
  showText,
} from '../config/index.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonPath,
  nearestName,
  quoteName,
  type Result,
} from '../kit/index.ts';
import { type KeyGroup, type KeyRule, type LeafRule, type ProviderGroup, specOf } from './key-rule.ts';
import { parseSecretReference, type SecretReference } from './secret-reference.ts';
import type { TenantSettings } from './tenant-settings.ts';

/** A fault, and the path of keys that leads to it. */
export interface KeyProblem {
  /** For example `tenants[0].outboundCalls.readTimeout`. */
  readonly path: string;
  /** The same in parts. */
  readonly keys: JsonPath;
  /** What was written, as far as it may be shown; `***` for what is or may be a secret. */
  readonly value: string;
  readonly reason: string;
  readonly fix: string;
}

/** A key that was accepted without effect, and why. */
export interface KeyNotice {
  /** Without the place of the tenant: `stt.credentials.url`. */
  readonly key: string;
  readonly why: string;
}

export interface ReadKeys {
  /** What was given, under the keys of the settings. */
  readonly given: Partial<TenantSettings>;
  /** The further entries of lists of providers; an empty list when a list of one was given. */
  readonly standbys: { readonly [Group in ProviderGroup]?: readonly Partial<TenantSettings>[] };
  /** Where each setting was given. */
  readonly places: ReadonlyMap<string, JsonPath>;
  readonly identity: string | undefined;
  readonly problems: readonly KeyProblem[];
  readonly notices: readonly KeyNotice[];
}

export interface ReadOptions {
  /** `call`: the object comes with a request, which may not give everything a file may. */
  readonly scope: 'file' | 'call';
  /** Path of the object itself. */
  readonly at: JsonPath;
  /** Looks a `${env:NAME}` or `${file:/path}` up. Without it such references are problems. */
  readonly resolveSecret?: (reference: SecretReference) => Result<string, string>;
}

interface Reading extends ReadOptions {
  readonly problems: KeyProblem[];
  readonly notices: KeyNotice[];
  readonly places: Map<string, JsonPath>;
  readonly standbys: { [Group in ProviderGroup]?: Partial<TenantSettings>[] };
  /** Where values go: those of the tenant, or those of one more provider. */
  readonly values: Record<string, SettingValue>;
  readonly isStandby: boolean;
  identity: string | undefined;
}

export function readKeys(object: JsonObject, group: KeyGroup, options: ReadOptions): ReadKeys {
  const reading: Reading = {
    ...options,
    problems: [],
    notices: [],
    places: new Map(),
    standbys: {},
    values: {},
    isStandby: false,
    identity: undefined,
  };
  readGroup(object, group, options.at, reading);
  const { values: given, standbys, places, identity, problems, notices } = reading;
  // Every value under a key was parsed with the kind that this setting has.
  return { given, standbys, places, identity, problems, notices };
}

/** A path as people write it. Keys that are not plain names are quoted. */
export function printPath(keys: JsonPath): string {
  return keys
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      return `${index === 0 ? '' : '.'}${/^\w{1,64}$/.test(key) ? key : quoteName(key)}`;
    })
    .join('');
}

function readGroup(object: JsonObject, group: KeyGroup, at: JsonPath, reading: Reading): void {
  const rest: [string, Json][] = [];
  for (const [key, value] of Object.entries(object)) {
    const rule = Object.hasOwn(group.keys, key) ? group.keys[key] : undefined;
    if (rule !== undefined) readValue(value, rule, [...at, key], reading);
    else if (group.rest !== undefined && !isNearMiss(key, group)) rest.push([key, value]);
    else refuseUnknown(key, group, at, reading);
  }
  if (group.rest === undefined || rest.length === 0) return;
  const { kind, key } = specOf({ use: 'value', key: group.rest, refusal: undefined });
  keepParsed(JSON.stringify(Object.fromEntries(rest)), kind, key, at, reading);
}

/** So that a slip in a key that matters is not handed on in silence. */
function isNearMiss(key: string, group: KeyGroup): boolean {
  const nearest = nearestName(key, Object.keys(group.keys));
  return nearest !== undefined && nearest.distance <= 2;
}

function refuseUnknown(key: string, group: KeyGroup, at: JsonPath, reading: Reading): void {
  const nearest = quoteName(nearestName(key, Object.keys(group.keys))?.name ?? '');
  reading.problems.push({
    path: `${printPath(at)}.${quoteName(key)}`,
    keys: [...at, key],
    value: '***',
    reason: `there is no such key; the nearest known one is ${nearest}`,
    fix: `Rename it to ${nearest} or remove it.`,
  });
}

function readValue(value: Json, rule: KeyRule, at: JsonPath, reading: Reading): void {
  switch (rule.use) {
    case 'setting':
    case 'value':
      if (reading.scope === 'call' && rule.refusal !== undefined) {
        refuse(at, '***', rule.refusal, 'Remove it.', reading);
      } else readLeaf(value, rule, at, reading);
      return;
    case 'identity':
      readIdentity(value, at, reading);
      return;
    case 'remark':
      return;
    case 'ignored':
      reading.notices.push(noticeOf(at, reading, rule.why));
      return;
    case 'group':
      readGroupValue(value, rule, at, reading);
      return;
    default:
      rule satisfies never;
  }
}

function refuse(at: JsonPath, value: string, reason: string, fix: string, reading: Reading): void {
  reading.problems.push({ path: printPath(at), keys: at, value, reason, fix });
}

function noticeOf(at: JsonPath, reading: Reading, why: string): KeyNotice {
  return { key: printPath(at.slice(reading.at.length)), why };
}

function readIdentity(value: Json, at: JsonPath, reading: Reading): void {
  if (reading.scope === 'call') refuse(at, '***', 'a request cannot change it', 'Remove it.', reading);
  else if (typeof value === 'string' && isTenantUri(value)) reading.identity = value;
  else {
    const fix = 'Write the number or URI by which this tenant is known.';
    refuse(at, showJson(value), 'expected: text, 1 to 256 characters, no control characters', fix, reading);
  }
}

function readGroupValue(value: Json, group: KeyGroup, at: JsonPath, reading: Reading): void {
  const { listOf } = group;
  if (isJsonObject(value)) {
    readGroup(value, group, at, reading);
    return;
  }
  if (listOf === undefined || !Array.isArray(value) || value.length === 0 || reading.isStandby) {
    const shape = listOf === undefined ? 'an object' : 'an object or a list of objects';
    refuse(at, showJson(value), `expected: ${shape}`, 'See outdial config schema for what belongs here.', reading);
    return;
  }
  const standbys: Partial<TenantSettings>[] = (reading.standbys[listOf] = []);
  for (const [index, entry] of value.entries()) {
    const values: Record<string, SettingValue> = index === 0 ? reading.values : {};
    if (isJsonObject(entry)) readGroup(entry, group, [...at, index], { ...reading, values, isStandby: index > 0 });
    else refuse([...at, index], showJson(entry), 'expected: an object', 'Write one object per provider.', reading);
    if (index > 0) standbys.push(values);
  }
}

function readLeaf(value: Json, rule: LeafRule, at: JsonPath, reading: Reading): void {
  const { kind, key, noEffect } = specOf(rule);
  const text = textOf(value, kind);
  if (text === undefined) {
    refuse(at, showJson(value), `expected: ${describeKind(kind)}`, 'Correct it or remove the key.', reading);
    return;
  }
  // An empty text counts as not given, as an empty environment variable does.
  if (text.trim() === '') return;
  const resolved = resolve(text, kind, at, reading);
  if (resolved === undefined) return;
  if (noEffect !== undefined) reading.notices.push(noticeOf(at, reading, noEffect));
  keepParsed(resolved, kind, key, at, reading);
}

function keepParsed(text: string, kind: SettingKind, key: string, at: JsonPath, reading: Reading): void {
  const parsed = parseSetting(kind, text);
  if (!parsed.ok) {
    refuse(at, showText(kind, text), parsed.error, 'Correct it or remove the key.', reading);
    return;
  }
  reading.values[key] = parsed.value;
  if (!reading.isStandby) reading.places.set(key, at);
}

/** The text, or what it refers to; undefined when it cannot be had, and why has been said. */
function resolve(text: string, kind: SettingKind, at: JsonPath, reading: Reading): string | undefined {
  const reference = parseSecretReference(text);
  if (reference === undefined) return text;
  const isSecret = kind.type === 'secret' || kind.type === 'secret-json';
  if (!isSecret && reference === 'unknown') return text;
  const fault = (reason: string, fix: string): undefined => {
    refuse(at, isSecret ? text : showText(kind, text), reason, fix, reading);
  };
  if (reading.scope === 'call') {
    refuse(at, '***', 'a request cannot refer to secrets of the gateway', 'Send the value itself.', reading);
    return undefined;
  }
  if (!isSecret) return fault('only secrets can be referred to', 'Write the value itself.');
  if (reference === 'unknown') return fault('there is no such kind of reference', 'Use ${env:NAME} or ${file:/path}.');
  const resolved = reading.resolveSecret?.(reference);
  if (resolved?.ok === true) return resolved.value;
  return fault(
    resolved === undefined ? 'references are not looked up here' : resolved.error,
    reference.from === 'env' ? `Set the variable ${reference.name}.` : 'Correct the path or what the file holds.',
  );
}

/** Booleans and numbers are taken as JSON has them and as text, since the original's own examples use both. */
function textOf(value: Json, kind: SettingKind): string | undefined {
  if (typeof value === 'string') return kind.type === 'json' ? undefined : value;
  if (kind.type === 'json' || kind.type === 'secret-json')
    return isJsonObject(value) ? JSON.stringify(value) : undefined;
  if (kind.type === 'boolean') return typeof value === 'boolean' ? String(value) : undefined;
  const isNumeric = kind.type === 'integer' || kind.type === 'decimal' || kind.type === 'duration';
  return isNumeric && typeof value === 'number' ? String(value) : undefined;
}

/** What stands where something else belongs: scalars as they are, of the rest only what it is. A text may be a secret. */
function showJson(value: Json): string {
  if (typeof value === 'string') return '***';
  if (Array.isArray(value)) return 'a list';
  return value !== null && typeof value === 'object' ? 'an object' : String(value);
}

function isTenantUri(text: string): boolean {
  return text.trim() !== '' && text.length <= 256 && !hasControlCharacter(text);
}
