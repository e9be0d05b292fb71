/** Finding listed phrases in what a recogniser heard: whole words, whatever their case and punctuation. */
import { normalizeWords } from '../../speech/index.ts';

/** One phrase of a `listen` entry. */
export interface Phrase {
  /** As the file spells it; this is what `{{answer}}` becomes. */
  readonly spelling: string;
  /** Its words as `normalizeWords` writes them. */
  readonly words: string;
}

/** The phrases of a comma-separated list. */
export function parsePhrases(list: string): readonly Phrase[] {
  return list.split(',').map((part) => ({ spelling: part.trim(), words: normalizeWords(part) }));
}

/**
 * Whether the phrase occurs in the utterance, word by word; both as `normalizeWords` writes them. Right before or after
 * "not" it does not count ("not sure", "of course not"), unless it has that word itself.
 */
export function hasPhrase(utterance: string, phrase: string): boolean {
  if (phrase === '') return false;
  const heard = ` ${utterance} `;
  const wanted = ` ${phrase} `;
  const hasNot = wanted.includes(' not ');
  for (let at = heard.indexOf(wanted); at !== -1; at = heard.indexOf(wanted, at + 1)) {
    const isNegated = heard.slice(0, at + 1).endsWith(' not ') || heard.startsWith(' not ', at + wanted.length - 1);
    if (hasNot || !isNegated) return true;
  }
  return false;
}

/** Utterances that only open a call; after them the first question is asked again, as to anyone who just picked up. */
const greetings: ReadonlySet<string> = new Set([
  'hello',
  'hello hello',
  'hello there',
  'hello who is this',
  'hi',
  'hi there',
  'hey',
  'good morning',
  'good afternoon',
  'good evening',
]);

export function isGreeting(utterance: string): boolean {
  return greetings.has(utterance);
}
