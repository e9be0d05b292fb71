/** Addresses of the net, telephone numbers, codes, abbreviations and signs. */
import { cardinal, figures, inPairs, numberWords, ordinal, signNames, spelled } from './numbers.ts';
import type { Rule } from './rule.ts';

export const addressRules: readonly Rule[] = [
  [/\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+/g, ([address]) => netWords(address)],
  [/\bhttps?:\/\/([\w.-]+(?:\/[\w./-]*\w)?)\/?/gi, ([, place = '']) => netWords(place)],
  [/\bwww\.[\w-]+(?:\.[\w-]+)+(?:\/[\w./-]*\w)?/gi, ([place]) => netWords(place)],
  [/\b([A-Za-z][\w-]*)\.(com|org|net|io|gov|edu)\b(\/[\w/-]*\w)?/g, ([place]) => netWords(place)],
  // Versions and IP addresses; dates in this form are gone already.
  [/\b\d+(?:\.\d+){2,}\b/g, ([text]) => text.split('.').map(numberWords).join(' dot ')],
];

function netWords(text: string): string {
  return text
    .split(/([@./_+-])/)
    .filter(Boolean)
    .map(
      (part) =>
        signNames.get(part) ?? (part.toLowerCase() === 'www' ? 'W W W' : /\d/.test(part) ? spelled(part) : part),
    )
    .join(' ');
}

export const telephoneRules: readonly Rule[] = [
  // +44 20 7946 0123, +1 (555) 555-0123
  [
    /\+(\d{1,3})([\s.-]?\(?\d{2,5}\)?(?:[\s.-]?\d{2,5}){1,4})\b/g,
    ([, country = '', rest = '']) => `plus ${figures(country)}, ${inGroups(rest)}`,
  ],
  // 1-800-555-0199, (555) 555-0123, 555.555.0123
  [
    /(?<![\d.,-])(?:(1)[\s.-])?(?:\((\d{3})\)\s?|(\d{3})[\s.-])(\d{3})[\s.-](\d{4})\b(?![\d-])/g,
    ([, one, inBrackets, area, first = '', second = '']) =>
      [
        ...(one === undefined ? [] : ['one']),
        areaWords(inBrackets ?? area ?? ''),
        figures(first),
        figures(second),
      ].join(', '),
  ],
  [/(?<![\d.,-])(\d{3})-(\d{4})\b(?![\d-])/g, ([, first = '', second = '']) => `${figures(first)}, ${figures(second)}`],
  // 0800 123 456, 020 7946 0123
  [/(?<![\d.,-])0\d{2,4}(?:[\s-]\d{3,4}){1,3}\b/g, ([text]) => inGroups(text)],
  [/(?:\bextn?\.?\s?|(?<=\s)x)(\d{1,6})\b/gi, ([, digits = '']) => `extension ${figures(digits)}`],
  [/\b(call|dial|text|calling|dialing)\s(\d{3})\b/gi, ([, verb, digits = '']) => `${verb} ${figures(digits)}`],
];

function inGroups(text: string): string {
  return (text.match(/\d+/g) ?? []).map(figures).join(', ');
}

/** 800 is said as a number, as everybody does; 555 is not. */
function areaWords(area: string): string {
  return area.endsWith('00') ? cardinal(Number(area)) : figures(area);
}

const codeWords =
  'code|pin|passcode|password|account|confirmation|reference|ref|order|ticket|case|invoice|policy|tracking|serial|zip|extension|flight|gate|ending in|ending with|ends in|ends with';

export const codeRules: readonly Rule[] = [
  // "Your code is 1234", "order number 1001", "card ending in 4242": figure by figure, however short.
  [
    new RegExp(
      String.raw`\b(${codeWords})((?:\s(?:number|no\.?|code|id))?(?:\sis)?:?\s(?:#\s?)?)(\d{3,})\b(?![.,:%/-]\d)`,
      'gi',
    ),
    ([, word, between = '', digits = '']) =>
      `${word}${between.replace('#', 'number')} ${figures(digits)}`.replaceAll(/\s+/g, ' '),
  ],
  [/#\s?(\d+)\b/g, ([, digits = '']) => `number ${digits.length < 3 ? numberWords(digits) : figures(digits)}`],
  [/\bNos?\.\s?(?=\d)/g, () => 'number '],
  // 4242-4242-4242-4242, 123-45-6789
  [/(?<![\w.,-])\d{2,6}(?:-\d{2,6}){2,5}\b(?!-)/g, ([text]) => inGroups(text)],
  // AB1234, X7-99Q: capitals and figures mixed.
  [/\b(?=[A-Z-]*\d)(?=[\d-]*[A-Z])[A-Z\d]+(?:-[A-Z\d]+)*\b/g, ([text]) => codeOrWord(text)],
];

function codeOrWord(text: string): string {
  // COVID-19 is a word with a number.
  if (/[A-Z]{4}/.test(text)) return text;
  // Apartment 5B, 3D, 4K.
  if (/^\d{1,4}[A-Z]$/.test(text)) return `${numberWords(text.slice(0, -1))} ${text.slice(-1)}`;
  return text.length > 3 ? spelled(text) : spelled(text).replaceAll(',', '');
}

export const numberRules: readonly Rule[] = [
  [/\b(\d+)(?:st|nd|rd|th)\b/g, ([, digits = '']) => ordinal(Number(digits.slice(0, 15)))],
  [/\b24\/7\b/g, () => 'twenty four seven'],
  [/(?<=\d)\/(?=\d)/g, () => ' slash '],
  // 10-20, 2 - 3: a span, not a sum.
  [/(?<![\d.,-])(\d{1,4})\s?-\s?(\d{1,4})\b(?![\d-])/g, ([, from = '', to = '']) => `${from} to ${to}`],
  // A house: four figures before a name and a kind of street.
  [
    /\b(\d{3,4})(?=\s(?:[NSEW]\.?\s)?[A-Z][a-z]+\s(?:[A-Z][a-z]+\s)?(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Way|Court|Ct|Place|Pl)\b)/g,
    ([digits]) => inPairs(Number(digits)),
  ],
  [/(?<![\w.,])[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\b/g, ([text]) => numberWords(text)],
  [/(?<![\w.,])[-+]?\d*\.\d+\b/g, ([text]) => numberWords(text)],
  [/(?<![\w-])-(\d+)\b/g, ([, digits = '']) => `minus ${plainNumber(digits)}`],
  [/\d+/g, ([digits]) => plainNumber(digits)],
];

/** Round numbers and short ones as numbers, all others figure by figure. */
function plainNumber(digits: string): string {
  if (/^0\d/.test(digits)) return figures(digits);
  if (digits.length > 4 && !/^[1-9]\d{0,2}(?:000)+$/.test(digits)) return figures(digits);
  if (/^(?:19|20)\d\d$/.test(digits)) return inPairs(Number(digits));
  return numberWords(digits);
}

/** With a full stop only ("Inc."), and with or without one ("etc"). */
const dotted: ReadonlyMap<string, string> = new Map([
  ['jr', 'junior'],
  ['sr', 'senior'],
  ['prof', 'professor'],
  ['inc', 'incorporated'],
  ['corp', 'corporation'],
  ['ltd', 'limited'],
  ['co', 'company'],
  ['dept', 'department'],
  ['univ', 'university'],
  ['approx', 'approximately'],
  ['est', 'established'],
  ['tel', 'telephone'],
  ['gov', 'governor'],
  ['gen', 'general'],
  ['lt', 'lieutenant'],
  ['capt', 'captain'],
  ['sgt', 'sergeant'],
  ['sen', 'senator'],
  ['rev', 'reverend'],
  ['mt', 'mount'],
  ['ft', 'fort'],
  ['fig', 'figure'],
  ['vol', 'volume'],
  ['min', 'minimum'],
  ['max', 'maximum'],
  ['ref', 'reference'],
]);
const anyway: ReadonlyMap<string, string> = new Map([
  ['appt', 'appointment'],
  ['appts', 'appointments'],
  ['apt', 'apartment'],
  ['ste', 'suite'],
  ['blvd', 'boulevard'],
  ['hwy', 'highway'],
  ['pkwy', 'parkway'],
  ['acct', 'account'],
  ['qty', 'quantity'],
  ['vs', 'versus'],
  ['etc', 'et cetera'],
  ['ms', 'miz'],
  ['asap', 'A S A P'],
]);
const streets: ReadonlyMap<string, string> = new Map([
  ['St', 'Street'],
  ['Ave', 'Avenue'],
  ['Rd', 'Road'],
  ['Ln', 'Lane'],
  ['Ct', 'Court'],
  ['Pl', 'Place'],
]);
/** Said letter by letter; the voice would read them as words. */
const initials = 'ID|VIP|URL|API|AI|UK|EU|FAQ|ETA|UPS|CEO|PO|AC|QR|PIN|IVR|IRA|DOB|EST|IT|OK|TV|UTC|AAA|CEO|APR|IP';
const wordsInCapitals = new Set(['PIN', 'OK', 'IT']);

export const abbreviationRules: readonly Rule[] = [
  [/\be\.\s?g\.,?/gi, () => 'for example,'],
  [/\bi\.\s?e\.,?/gi, () => 'that is,'],
  [/\ba\.k\.a\.?/gi, () => 'also known as'],
  [/\bw\/o\b/gi, () => 'without'],
  [/\bw\/(?=\s|\w)\s?/g, () => 'with '],
  [/\bc\/o\b/gi, () => 'care of'],
  [/\bn\/a\b/gi, () => 'not applicable'],
  [/\band\/or\b/gi, () => 'and or'],
  // "Main St." is a street, "St. John" a saint.
  [
    /([A-Za-z\d])\s(St|Ave|Rd|Ln|Ct|Pl)\b(?:\.(?=,|\s[a-z\d]|\s(?:Apt|Suite|Ste|Unit|in|at)\b|$))?(?!\.?\s[A-Z][a-z]+\s(?:St|Street|Ave)\b)(?=$|[,.;:!?]|\s)/g,
    ([whole, before = '', word = '']) => `${before} ${streets.get(word) ?? whole}`,
  ],
  [
    /\b([A-Za-z]{2,6})\.(?=[\s,;:)]|$)/g,
    ([whole, word = '']) => withCapital(word, dotted.get(word.toLowerCase())) ?? whole,
  ],
  [/\b([A-Za-z]{2,5})\b\.?/g, ([whole, word = '']) => anywayWord(whole, word)],
  [
    new RegExp(String.raw`\b(${initials})(s?)\b`, 'g'),
    ([whole, word = '', s = '']) =>
      wordsInCapitals.has(word) ? whole : `${Array.from(word).join(' ')}${s === '' ? '' : "'s"}`,
  ],
];

function anywayWord(whole: string, word: string): string {
  const full = anyway.get(word.toLowerCase());
  if (full === undefined || word === 'MS') return whole;
  // The full stop that ends the text stays.
  return withCapital(word, full) ?? whole;
}

function withCapital(word: string, full: string | undefined): string | undefined {
  if (full === undefined) return undefined;
  return /^[A-Z][a-z]/.test(word) ? `${full[0]?.toUpperCase()}${full.slice(1)}` : full;
}

export const signRules: readonly Rule[] = [
  [/\s?&\s?/g, () => ' and '],
  [/([a-z])\/(?=[a-z])/gi, ([, before]) => `${before} or `],
  [/~\s?(?=[a-z])/g, () => 'about '],
  [/(?<=\s|^)([#*@=+])(?=[\s.,;:!?]|$)/g, ([whole, sign = '']) => signNames.get(sign) ?? whole],
  [/(?<=\w)\+(?=\s|$)/g, () => ' or more'],
];
