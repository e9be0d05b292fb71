/** Reads an object against a table of keys into the settings it stands in for. */
import {
  describeKind,
  findSetting,
  hasControlCharacter,
  nearestName,
  parseSetting,
  quoteName,
  type SettingKind,
  type SettingName,
  type Settings,
  type SettingValue,
} from '../config/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import type { KeyGroup, KeyRule } from './tenant-keys.ts';

/** A fault, and the path of keys that leads to it. Shows no value: it may be a secret. */
export interface KeyProblem {
  /** For example `tenants[0].outboundCalls.readTimeout`. */
  readonly path: string;
  readonly reason: string;
}

export interface ReadKeys {
  /** Fields of `Settings` that were given, under their keys. */
  readonly given: Partial<Settings>;
  readonly identity: string | undefined;
  readonly problems: readonly KeyProblem[];
  /** What was accepted without effect, one sentence each. */
  readonly notices: readonly string[];
}

/** `call`: the object comes with a request, which may not give everything a file may. */
export type KeyScope = 'file' | 'call';

interface Reading {
  readonly scope: KeyScope;
  readonly values: Record<string, SettingValue>;
  readonly problems: KeyProblem[];
  readonly notices: string[];
  identity: string | undefined;
}

export function readKeys(object: JsonObject, group: KeyGroup, path: string, scope: KeyScope): ReadKeys {
  const reading: Reading = { scope, values: {}, problems: [], notices: [], identity: undefined };
  readGroup(object, group, path, reading);
  const { values, ...read } = reading;
  // Every value under a key was parsed with the kind that this setting has.
  return {
    given: values,
    identity: read.identity,
    problems: read.problems,
    notices: read.notices,
  };
}

function readGroup(object: JsonObject, group: KeyGroup, path: string, reading: Reading): void {
  for (const [key, value] of Object.entries(object)) {
    const keyPath = path === '' ? key : `${path}.${key}`;
    const rule = Object.hasOwn(group.keys, key) ? group.keys[key] : undefined;
    if (rule !== undefined) readValue(value, rule, keyPath, reading);
    else readUnknown(key, group, path, reading);
  }
}

function readUnknown(key: string, group: KeyGroup, path: string, reading: Reading): void {
  const nearest = nearestName(key, Object.keys(group.keys));
  if (group.unknown === 'open' && (nearest === undefined || nearest.distance > 2)) {
    reading.notices.push(`${path}.${quoteName(key)} is not used.`);
    return;
  }
  reading.problems.push({
    path: path === '' ? quoteName(key) : `${path}.${quoteName(key)}`,
    reason: `there is no such key; the nearest known one is ${quoteName(nearest?.name ?? '')}`,
  });
}

function readValue(value: Json, rule: KeyRule, path: string, reading: Reading): void {
  switch (rule.use) {
    case 'setting':
      if (reading.scope === 'call' && !rule.perCall) reading.problems.push({ path, reason: notPerCall });
      else readSettingValue(value, rule.variable, path, reading);
      return;
    case 'identity':
      readIdentity(value, path, reading);
      return;
    case 'remark':
      return;
    case 'not-yet':
      reading.notices.push(`${path} is not used yet.`);
      return;
    case 'group':
      readGroupValue(value, rule, path, reading);
      return;
    default:
      rule satisfies never;
  }
}

const notPerCall = 'a request cannot change it';

function readIdentity(value: Json, path: string, reading: Reading): void {
  if (reading.scope === 'call') reading.problems.push({ path, reason: notPerCall });
  else if (typeof value === 'string' && isTenantUri(value)) reading.identity = value;
  else reading.problems.push({ path, reason: 'expected: text, 1 to 256 characters, no control characters' });
}

function readGroupValue(value: Json, group: KeyGroup, path: string, reading: Reading): void {
  const [first, ...others] = group.shape === 'list' && Array.isArray(value) ? value : [value];
  if (!isJsonObject(first)) {
    const shape = group.shape === 'list' ? 'an object or a list of objects' : 'an object';
    reading.problems.push({ path, reason: `expected: ${shape}` });
    return;
  }
  if (others.length > 0) reading.notices.push(`Of the ${others.length + 1} entries of ${path} only the first is used.`);
  readGroup(first, group, Array.isArray(value) ? `${path}[0]` : path, reading);
}

/** An empty text counts as not given, as an empty environment variable does. */
function readSettingValue(value: Json, variable: SettingName, path: string, reading: Reading): void {
  const spec = findSetting(variable);
  const text = textOf(value, spec.kind);
  if (text === undefined) {
    reading.problems.push({ path, reason: `expected: ${describeKind(spec.kind)}` });
    return;
  }
  if (text.trim() === '') return;
  const parsed = parseSetting(spec.kind, text);
  if (parsed.ok) reading.values[spec.key] = parsed.value;
  else reading.problems.push({ path, reason: parsed.error });
}

/** Booleans and numbers are taken as JSON has them and as text, since the original's own examples use both. */
function textOf(value: Json, kind: SettingKind): string | undefined {
  if (typeof value === 'string') return value;
  if (kind.type === 'boolean') return typeof value === 'boolean' ? String(value) : undefined;
  const isNumeric = kind.type === 'integer' || kind.type === 'decimal' || kind.type === 'duration';
  return isNumeric && typeof value === 'number' ? String(value) : undefined;
}

function isTenantUri(text: string): boolean {
  return text.trim() !== '' && text.length <= 256 && !hasControlCharacter(text);
}
