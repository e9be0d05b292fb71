/** Texts with places to fill: `{{name}}` or `{{name|text when there is none}}`; dots reach into objects. */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';

const place = /\{\{\s*([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*)\s*(?:\|([^{}|]*))?\}\}/gu;

/** A value is cut here: a place is for a name or a date, not for a page. */
const maxValueCharacters = 500;

/** What is wrong with the places of a text, or undefined. */
export function findTemplateFault(text: string): string | undefined {
  const rest = text.replaceAll(place, '');
  if (!rest.includes('{{') && !rest.includes('}}')) return undefined;
  return 'write a place to fill as {{name}} or {{name|default}}';
}

/** Fills the places. What a value itself holds is never filled again. */
export function fillTemplate(text: string, values: JsonObject): string {
  return text.replaceAll(place, (_whole, path: string, fallback: string | undefined) => {
    const value = printValue(findValue(values, path));
    return value === '' ? (fallback ?? '').trim() : value;
  });
}

function findValue(values: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = values;
  for (const name of path.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function printValue(value: Json | undefined): string {
  if (typeof value === 'string') return value.trim().slice(0, maxValueCharacters);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
