/**
 * What is written for the eye, as it is read out on the telephone: figures, dates, times, money, telephone numbers, units,
 * codes, addresses of the net, abbreviations and signs become words in American English. Everything else stays as it is,
 * and what the voice reads well by itself, too. Pure; linear in the length of a sentence.
 */
import { amountRules, currencyRules } from './amounts.ts';
import { dateRules, timeRules, weekdayRules } from './dates-and-times.ts';
import { applyRules } from './rule.ts';
import { abbreviationRules, addressRules, codeRules, numberRules, signRules, telephoneRules } from './written-forms.ts';

/** What stands in a pattern of several kinds belongs to the first that takes it: the order is part of the rules. */
const rulesOfFigures = [
  ...dateRules,
  ...telephoneRules,
  ...addressRules,
  ...timeRules,
  ...amountRules,
  ...codeRules,
  ...numberRules,
];
const rulesOfWords = [...weekdayRules, ...addressRules, ...currencyRules, ...abbreviationRules, ...signRules];

/** One sentence of clean text (`cleanText`) in words. */
export function sayInWords(sentence: string): string {
  const withoutFigures = /\d/.test(sentence) ? applyRules(rulesOfFigures, sentence) : sentence;
  return applyRules(rulesOfWords, withoutFigures).replaceAll(/ {2,}/g, ' ').trim();
}
