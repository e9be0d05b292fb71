/**
 * How much of what people said, pressed and are called by leaves the gateway: in call records, reports and the data of
 * call events. What may leave is known by the name of its field; a field that no table names is left out at the stricter
 * levels, so that something new is never told by accident. docs/reporting.md is printed from `dataKinds`.
 */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import { type DataKind, dataKinds, type PersonalDataLevel, type Treatment } from './data-kinds.ts';
import { kindOfField } from './field-kinds.ts';
import { cleanSentence, hidden, hostOf, maskNumbersDeep, maskParty } from './mask.ts';

/** Nothing in this project nests deeper; what does is left out. */
const maxDepth = 64;

/** The object with what may leave at this level. The result has the same shape but for fields that no table names. */
export function reduceToLevel(object: JsonObject, level: PersonalDataLevel): JsonObject {
  return level === 'everything' ? object : reduceObject(object, level, 0);
}

/** One text of a kind, by itself. */
export function reduceText(text: string, kind: DataKind, level: PersonalDataLevel): string {
  const reduced = level === 'everything' ? text : treat(text, dataKinds[kind][level], kind);
  return typeof reduced === 'string' ? reduced : hidden;
}

function reduceObject(object: JsonObject, level: Exclude<PersonalDataLevel, 'everything'>, depth: number): JsonObject {
  const kept: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const kind = kindOfField(name);
    if (kind !== undefined && depth < maxDepth) kept.push([name, reduceValue(value, kind, level, depth + 1)]);
  }
  return Object.fromEntries(kept);
}

function reduceValue(
  value: Json,
  kind: DataKind,
  level: Exclude<PersonalDataLevel, 'everything'>,
  depth: number,
): Json {
  const treatment = dataKinds[kind][level];
  // What other people fill has field names of theirs.
  if (kind === 'content' || kind === 'custom') return treat(value, treatment, kind);
  if (Array.isArray(value)) {
    return depth < maxDepth ? value.map((item: Json) => reduceValue(item, kind, level, depth + 1)) : [];
  }
  return isJsonObject(value) ? reduceObject(value, level, depth) : treat(value, treatment, kind);
}

function treat(value: Json, treatment: Treatment, kind: DataKind): Json {
  if (value === null || treatment === 'kept') return value;
  if (treatment === 'emptied') return Array.isArray(value) ? [] : isJsonObject(value) ? {} : null;
  if (treatment === 'numbers masked') return maskNumbersDeep(value);
  return typeof value === 'string' ? shorten(value, treatment, kind) : hidden;
}

function shorten(
  text: string,
  treatment: Exclude<Treatment, 'kept' | 'emptied' | 'numbers masked'>,
  kind: DataKind,
): string {
  switch (treatment) {
    case 'last two digits':
      return maskParty(text, 'last-two-digits');
    case 'host':
      return kind === 'link' ? hostOf(text) : maskParty(text, 'nothing');
    case 'cleaned':
      return cleanSentence(text);
    case 'hidden':
      return hidden;
    default:
      return treatment satisfies never;
  }
}
