/** Numbers as English words. */

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales = [
  [1e12, 'trillion'],
  [1e9, 'billion'],
  [1e6, 'million'],
  [1000, 'thousand'],
  [100, 'hundred'],
] as const;
const irregularOrdinals: ReadonlyMap<string, string> = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
]);

/** A whole number from 0 to 999 trillion: "one hundred twenty three". */
export function cardinal(value: number): string {
  if (value < 20) return small[value] ?? '';
  if (value < 100) {
    const ten = tens[Math.floor(value / 10)] ?? '';
    return value % 10 === 0 ? ten : `${ten} ${small[value % 10]}`;
  }
  const [size, name] = scales.find(([least]) => value >= least) ?? [100, 'hundred'];
  const rest = value % size;
  const head = `${cardinal(Math.floor(value / size))} ${name}`;
  return rest === 0 ? head : `${head} ${cardinal(rest)}`;
}

/** "twenty first". */
export function ordinal(value: number): string {
  const words = cardinal(value).split(' ');
  const last = words.pop() ?? '';
  const regular = last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`;
  return [...words, irregularOrdinals.get(last) ?? regular].join(' ');
}

/** A year, or a house number, in two halves: "nineteen oh five", "two thousand six", "twenty ten". */
export function inPairs(value: number): string {
  const [head, rest] = [Math.floor(value / 100), value % 100];
  if (head % 10 === 0 && rest < 10) return cardinal(value);
  if (rest === 0) return `${cardinal(head)} hundred`;
  return `${cardinal(head)} ${rest < 10 ? 'oh ' : ''}${cardinal(rest)}`;
}

/** Figure by figure, in groups that can be written down: "five five five, zero one two three". Other characters are dropped. */
export function figures(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  let at = 0;
  return groupsOf(digits)
    .map((length) => {
      at += length;
      return Array.from(digits.slice(at - length, at), (digit) => small[Number(digit)]).join(' ');
    })
    .join(', ');
}

function groupsOf(digits: string): number[] {
  const { length } = digits;
  if (length <= 5) return [length];
  if (length === 7) return [3, 4];
  if (length === 10) return [3, 3, 4];
  // A telephone number with the prefix of its country, in North America.
  if (length === 11 && digits.startsWith('1')) return [1, 3, 3, 4];
  const size = length % 4 !== 0 && length <= 9 ? 3 : 4;
  const groups = Array.from({ length: Math.floor(length / size) }, () => size);
  const rest = length % size;
  return rest === 0 ? groups : [...groups, rest];
}

/** A number as it is written: sign, commas, decimals ("1,234.5"); too long for a number it is read figure by figure. */
export function numberWords(text: string): string {
  const [, sign = '', whole = '', , decimals = ''] = /^([-+]?)([\d,]*)(\.(\d+))?$/.exec(text) ?? [];
  const digits = whole.replaceAll(',', '');
  const head = digits.length > 15 || /^0\d/.test(digits) ? figures(digits) : cardinal(Number(digits));
  const spokenSign = sign === '-' ? 'minus ' : sign === '+' ? 'plus ' : '';
  if (decimals === '') return spokenSign + head;
  return `${spokenSign}${head} point ${Array.from(decimals, (digit) => small[Number(digit)]).join(' ')}`;
}

/** Letters and figures one by one: "B ay two, four nine". A group of figures is set off by commas. */
export function spelled(text: string): string {
  const parts = text.toUpperCase().match(/[A-Z]+|\d+|[^A-Z\d\s]/g) ?? [];
  return parts
    .map((part) => (/\d/.test(part) ? figures(part) : /[A-Z]/.test(part) ? letters(part) : (signNames.get(part) ?? '')))
    .filter(Boolean)
    .join(', ');
}

/** The voice takes a lone A before small letters for the article. */
function letters(text: string): string {
  return Array.from(text, (letter) => (letter === 'A' ? 'ay' : letter)).join(' ');
}

/** Signs by the names that a caller finds on a key or a keyboard. */
export const signNames: ReadonlyMap<string, string> = new Map([
  ['#', 'pound'],
  ['*', 'star'],
  ['@', 'at'],
  ['&', 'and'],
  ['+', 'plus'],
  ['=', 'equals'],
  ['%', 'percent'],
  ['.', 'dot'],
  ['/', 'slash'],
  ['\\', 'backslash'],
  ['_', 'underscore'],
  ['-', 'dash'],
]);
