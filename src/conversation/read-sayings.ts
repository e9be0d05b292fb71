/** Texts of a reply, with the policy that says which of several is spoken (specification §6.2, §6.3). */
import { isJsonObject, type Json } from '../kit/index.ts';
import type { Saying } from './contract.ts';
import { isPresent, maxReplyItems, readTexts } from './reply-values.ts';

export const asSayings = (texts: readonly string[]): readonly Saying[] => texts.map((text) => ({ type: 'say', text }));

/**
 * A text, a list of texts, or `{ values, selection_policy }` as dialogs write it. Without a policy, and with `multiline`,
 * a list is said whole.
 */
export function readSayings(
  value: Json,
  policy: Json | undefined,
  where: string,
  problems: string[],
): readonly Saying[] {
  if (isJsonObject(value) && Array.isArray(value['values'])) {
    const values = value['values']
      .slice(0, maxReplyItems)
      .map((each: Json) => (isJsonObject(each) ? each['text'] : each));
    return chooseAmong(readTexts(values, where, problems), value['selection_policy'] ?? 'sequential', where, problems);
  }
  return chooseAmong(readTexts(value, where, problems), policy, where, problems);
}

function chooseAmong(
  texts: readonly string[],
  policy: Json | undefined,
  where: string,
  problems: string[],
): readonly Saying[] {
  const [text] = texts;
  if (text === undefined || texts.length === 1 || !isPresent(policy) || policy === 'multiline') return asSayings(texts);
  if (policy === 'sequential' || policy === 'random') return [{ type: 'say', text, variants: { texts, policy } }];
  problems.push(`The selection_policy of ${where} is not sequential, random or multiline.`);
  return asSayings(texts);
}
