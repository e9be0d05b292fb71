/** What a callee is expected to say next, and how an answer is spelled that is among it. Pure. */
import { normalizeWords } from './plain-words.ts';

/** What is expected at a time, at most; an utterance is not longer than 15 s. */
export const expectedLimits = { phrases: 200, phraseCharacters: 200, digits: 40 } as const;

/** Answers that are likely: hints for an engine, which still hears everything else. Any one of the kinds given. */
export interface ExpectedSpeech {
  /** Words or sentences, as the bot wants to get them. An engine is given them `withinLimits`. */
  readonly phrases: readonly string[];
  /** A row of spoken digits of this length, 1 to `expectedLimits.digits`. */
  readonly digits?: { readonly minCount: number; readonly maxCount: number };
  /** A day: a date, with or without its year, a day of the week, "tomorrow". */
  readonly dates?: true;
}

/** The first of them, without any that is too long to be said. */
export function withinLimits(phrases: readonly string[]): readonly string[] {
  return phrases.filter(({ length }) => length <= expectedLimits.phraseCharacters).slice(0, expectedLimits.phrases);
}

/**
 * How the words are spelled in what is expected: the phrase as it was given, digits as figures without anything between
 * them. Undefined when they are neither; whether they are a date is not judged here.
 */
export function spellAsExpected(text: string, { phrases, digits }: ExpectedSpeech): string | undefined {
  const words = normalizeWords(text);
  if (words === '') return undefined;
  // Engines disagree on where words end: "re-schedule", "re schedule".
  const letters = joined(words);
  const phrase = phrases.find((each) => joined(normalizeWords(each)) === letters);
  if (phrase !== undefined || digits === undefined) return phrase;
  const figures = joined(words.replaceAll(/\boh?\b/g, '0'));
  return /^\d+$/.test(figures) && figures.length >= digits.minCount && figures.length <= digits.maxCount
    ? figures
    : undefined;
}

function joined(words: string): string {
  return words.replaceAll(' ', '');
}
