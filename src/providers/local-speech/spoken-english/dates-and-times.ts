/** Dates, times of day and spans of them, as they are written in English: month first unless that cannot be. */
import { cardinal, inPairs, ordinal } from './numbers.ts';
import type { Rule } from './rule.ts';

const months = 'January February March April May June July August September October November December'.split(' ');
const monthWords =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const weekdays: ReadonlyMap<string, string> = new Map(
  ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'].map((name) => [
    name.slice(0, 3),
    name,
  ]),
);
const weekdayWords = 'Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun';
const halfDay = String.raw`\s?([AaPp])\.?\s?[Mm]\b(\.(?=[,;:)]|\s[a-z]))?`;

export const weekdayRules: readonly Rule[] = [
  // Mon-Fri
  [
    new RegExp(String.raw`\b(${weekdayWords})(?:day)?\.?\s?-\s?(${weekdayWords})\b\.?`, 'g'),
    ([, from, to]) => `${weekday(from)} to ${weekday(to)}`,
  ],
  [new RegExp(String.raw`\b(Mon|Tues?|Wed|Thu(?:rs?)?|Fri)\b\.?(?!')`, 'g'), ([, day]) => weekday(day)],
];

/** All need a figure. */
export const dateRules: readonly Rule[] = [
  // 2025-12-31, 2025/12/31
  [/\b(\d{4})([-/])(\d{1,2})\2(\d{1,2})\b/g, ([whole, y, , m, d]) => date(y, m, d) ?? whole],
  // 12/31/2025, 31.12.2025, 12-31-25
  [/\b(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\b/g, ([whole, a, sign, b, y]) => numericDate(whole, a, b, y, sign)],
  // July 4, 1982; Jan 5th
  [
    new RegExp(
      String.raw`\b(${monthWords})\.?\s(\d{1,2})(?:st|nd|rd|th)?(?:,?\s((?:19|20)\d\d))?(?![\d:/%]|\.\d)\b`,
      'g',
    ),
    ([whole, month, day, year]) => date(year, monthNumber(month), day) ?? whole,
  ],
  // 4 July 1982, 3rd of May
  [
    new RegExp(String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\s(of\s)?(${monthWords})\b\.?(?:,?\s((?:19|20)\d\d)\b)?`, 'g'),
    ([whole, day, of, month, year]) => dayOfMonth(whole, day, of, month, year),
  ],
  // Jan 2025
  [
    new RegExp(String.raw`\b(${monthWords})\.?,?\s((?:19|20)\d\d)\b`, 'g'),
    ([, month, year]) => `${monthName(month)} ${inPairs(Number(year))}`,
  ],
  // "Sun" and "Sat" are words, too: they are days before a date only.
  [
    new RegExp(String.raw`\b(Sat|Sun)\b(?:\.,?|,)?(?=\s(?:${months.join('|')}|at\s\d|\d))`, 'g'),
    ([whole, day]) => weekday(day) + (whole.endsWith(',') ? ',' : ''),
  ],
  [
    /\b(?:in|since|until|till|by|before|after|of|from|to|year)\s(1[1-9]\d\d|20\d\d)\b(?![\d,.:%]*\d|\s?[%$a-z])/gi,
    yearAfterWord,
  ],
  // '90s, the 80s: others are seconds.
  [/(?:'|(?<=\bthe\s))([2-9])0s\b/gi, ([, decade]) => decadeWords(Number(decade) * 10)],
  [/\b((?:1[89]|20)\d)0s\b/g, ([, decade]) => decadeWords(Number(decade) * 10)],
];

export const timeRules: readonly Rule[] = [
  // 9-5pm, 9am-5pm, 10:00 - 11:30
  [
    new RegExp(
      String.raw`\b(\d{1,2}(?::[0-5]\d)?(?:\s?[AaPp]\.?[Mm]\.?)?)\s?-\s?(?=\d{1,2}(?::[0-5]\d|\s?[AaPp]\.?[Mm]))`,
      'g',
    ),
    ([, from]) => `${from} to `,
  ],
  [
    new RegExp(String.raw`\b(\d{1,2})(?::([0-5]\d))?(?::[0-5]\d)?${halfDay}`, 'g'),
    ([whole, hour, minute, half]) => clockTime(whole, hour, minute, half),
  ],
  [/\b(\d{1,2}):([0-5]\d)\b(?![:\d])/g, ([whole, hour, minute]) => clockTime(whole, hour, minute, undefined)],
];

function date(
  year: string | undefined,
  month: string | number | undefined,
  day: string | undefined,
): string | undefined {
  const name = months[Number(month) - 1];
  const dayNumber = Number(day);
  if (name === undefined || dayNumber < 1 || dayNumber > 31) return undefined;
  const spoken = `${name} ${ordinal(dayNumber)}`;
  return year === undefined ? spoken : `${spoken}, ${inPairs(Number(year))}`;
}

function dayOfMonth(whole: string, day?: string, of?: string, month?: string, year?: string): string {
  const spoken = date(year, monthNumber(month), day);
  if (spoken === undefined || of === undefined) return spoken ?? whole;
  const dayWords = ordinal(Number(day));
  return `${dayWords} of ${spoken.replace(` ${dayWords}`, '')}`;
}

function numericDate(
  whole: string,
  first: string | undefined,
  second: string | undefined,
  year = '',
  sign = '/',
): string {
  const full = year.length === 2 ? `20${year}` : year;
  // Full stops are how most of Europe writes the day first; what cannot be a month is a day.
  const isDayFirst = sign === '.' || Number(first) > 12;
  return (isDayFirst ? date(full, second, first) : date(full, first, second)) ?? whole;
}

function monthNumber(word = ''): number {
  return months.findIndex((name) => name.startsWith(word.slice(0, 3))) + 1;
}

function monthName(word: string | undefined): string {
  return months[monthNumber(word) - 1] ?? '';
}

function weekday(word = ''): string {
  return weekdays.get(word.slice(0, 3)) ?? word;
}

function yearAfterWord([whole, year = '']: readonly [string, ...(string | undefined)[]]): string {
  return whole.slice(0, -year.length) + inPairs(Number(year));
}

function decadeWords(year: number): string {
  const words = year < 100 ? cardinal(year) : inPairs(year);
  return words.endsWith('y') ? `${words.slice(0, -1)}ies` : `${words}s`;
}

/** 24 hours become 12 with their half of the day; a bare "9:30" stays without one. */
function clockTime(whole: string, hourText = '', minuteText = '00', half?: string): string {
  const hour = Number(hourText);
  if (hour > 24 || (half !== undefined && (hour === 0 || hour > 12))) return whole;
  const is24 = half === undefined && (hour > 12 || hour === 0);
  const suffix = half === undefined ? (is24 ? (hour % 24 < 12 ? ' A M' : ' P M') : '') : ` ${half.toUpperCase()} M`;
  const spokenHour = cardinal(hour % 12 === 0 ? 12 : hour % 12);
  const minute = Number(minuteText);
  if (minute === 0) return spokenHour + (suffix === '' ? " o'clock" : suffix);
  return `${spokenHour} ${minute < 10 ? 'oh ' : ''}${cardinal(minute)}${suffix}`;
}
