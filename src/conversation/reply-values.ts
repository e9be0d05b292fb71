/** Single values of a reply: read with a sentence for what is wrong with them. Nothing here throws. */
import type { Json } from '../kit/index.ts';
import { isYes } from './state-variables.ts';

/** How many actions, texts or responses of one reply are read. The rest is ignored, and said. */
export const maxReplyItems = 100;

export function readTexts(value: unknown, where: string, problems: string[]): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const readable = items.slice(0, maxReplyItems);
  if (items.length > maxReplyItems) {
    problems.push(`${where} has ${items.length} texts; only the first ${maxReplyItems} are said.`);
  }
  const texts = readable.filter((item) => typeof item === 'string');
  if (texts.length < readable.length) problems.push(`${where} holds something that is not a string.`);
  return texts.filter((text) => text.trim() !== '');
}

/** A whole number, or a text of one, as both occur in the field. Undefined for anything else. */
export function readWhole(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** `Yes` or `No` in any case, or a boolean. Anything else counts as no, and is said. */
export function readFlag(value: Json | undefined, name: string, problems: string[]): boolean {
  if (!isPresent(value) || isYes(value)) return isYes(value);
  const isNo = value === false || (typeof value === 'string' && /^(no|false)$/i.test(value));
  if (isNo) return false;
  if (typeof value === 'string' && value.toLowerCase() === 'true') return true;
  problems.push(`${name} is neither Yes nor No.`);
  return false;
}

/** Longest URL of an audio file or a service, in characters. */
const maxUrlCharacters = 2048;

export function isHttpUrl(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxUrlCharacters && /^https?:\/\/[^\s]+$/i.test(value);
}

export function quote(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}

export function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
