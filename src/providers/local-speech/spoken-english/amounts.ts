/** Money, percentages, measures, fractions and temperatures. */
import { cardinal, numberWords, ordinal } from './numbers.ts';
import type { Rule } from './rule.ts';

interface Currency {
  readonly one: string;
  readonly many: string;
  /** Hundredths; undefined where prices have none. */
  readonly cent: string | undefined;
  readonly cents: string | undefined;
}

const currencies: ReadonlyMap<string, Currency> = new Map(
  [
    ['$ USD', 'dollar', 'dollars', 'cent', 'cents'],
    ['EUR', 'euro', 'euros', 'cent', 'cents'],
    ['GBP', 'pound', 'pounds', 'penny', 'pence'],
    ['CAD', 'Canadian dollar', 'Canadian dollars', 'cent', 'cents'],
    ['AUD', 'Australian dollar', 'Australian dollars', 'cent', 'cents'],
    ['CHF', 'Swiss franc', 'Swiss francs', 'cent', 'cents'],
    ['INR', 'rupee', 'rupees', 'paisa', 'paise'],
    ['JPY', 'yen', 'yen', undefined, undefined],
  ].flatMap(([codes = '', one = '', many = '', cent, cents]) =>
    codes.split(' ').map((code) => [code, { one, many, cent, cents }] as const),
  ),
);
const codes = 'USD|EUR|GBP|CAD|AUD|CHF|INR|JPY';
const amount = String.raw`((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)`;
const sizes: ReadonlyMap<string, string> = new Map([
  ['K', 'thousand'],
  ['M', 'million'],
  ['B', 'billion'],
]);

/** After a number: how it is said of one, and of any other. */
const units: ReadonlyMap<string, readonly [one: string, many: string]> = new Map(
  (
    'km:kilometer:kilometers m:meter:meters cm:centimeter:centimeters mm:millimeter:millimeters mi:mile:miles ft:foot:feet ' +
    'yd:yard:yards yds:yard:yards kg:kilogram:kilograms g:gram:grams mg:milligram:milligrams lb:pound:pounds ' +
    'lbs:pound:pounds oz:ounce:ounces ml:milliliter:milliliters mL:milliliter:milliliters L:liter:liters l:liter:liters ' +
    'gal:gallon:gallons mph:mile_an_hour:miles_an_hour km/h:kilometer_an_hour:kilometers_an_hour ' +
    'kph:kilometer_an_hour:kilometers_an_hour kB:kilobyte:kilobytes KB:kilobyte:kilobytes MB:megabyte:megabytes ' +
    'GB:gigabyte:gigabytes TB:terabyte:terabytes Mbps:megabit_a_second:megabits_a_second kWh:kilowatt_hour:kilowatt_hours ' +
    'kW:kilowatt:kilowatts W:watt:watts hr:hour:hours hrs:hour:hours h:hour:hours min:minute:minutes mins:minute:minutes ' +
    'sec:second:seconds secs:second:seconds s:second:seconds ms:millisecond:milliseconds wk:week:weeks wks:week:weeks ' +
    'yr:year:years yrs:year:years mo:month:months mos:month:months hp:horsepower:horsepower'
  )
    .split(' ')
    .map((entry) => {
      const [unit = '', one = '', many = ''] = entry.split(':');
      return [unit, [one.replaceAll('_', ' '), many.replaceAll('_', ' ')]] as const;
    }),
);
const unitWords = [...units.keys()].toSorted((a, b) => b.length - a.length).join('|');

/** The name of a currency alone. */
export const currencyRules: readonly Rule[] = [
  [new RegExp(String.raw`\b(${codes})\b`, 'g'), ([whole, code = '']) => currencies.get(code)?.many ?? whole],
];

export const amountRules: readonly Rule[] = [
  [
    new RegExp(String.raw`(-)?(\$|(?:${codes})\s?)${amount}(?:\s?(K|M|B|thousand|million|billion|trillion)\b)?`, 'g'),
    ([, sign, code = '', value = '', size]) => money(sign, code.trim(), value, size),
  ],
  [
    new RegExp(String.raw`(-)?\b${amount}(?:\s?(K|M|B|thousand|million|billion|trillion))?\s?(${codes})\b`, 'g'),
    ([, sign, value = '', size, code = '']) => money(sign, code, value, size),
  ],
  [
    new RegExp(String.raw`([-+])?\b${amount}\s?%`, 'g'),
    ([, sign = '', value = '']) => `${numberWords(sign + value)} percent`,
  ],
  [
    new RegExp(String.raw`(?<![\w)])([-+])?\b${amount}\s?degrees(?:\s?([CF])\b)?`, 'g'),
    ([, sign = '', value = '', scale]) =>
      `${numberWords(sign + value)} ${value === '1' ? 'degree' : 'degrees'}${scaleName(scale)}`,
  ],
  // 2 1/2, 3/4: not 12/31, which is a day.
  [/\b(?:(\d+)\s)?([1-9])\/([2-8])\b(?![/\d])/g, ([whole, count, top, bottom]) => fraction(whole, count, top, bottom)],
  [
    new RegExp(String.raw`\b${amount}\s?(sq|cu)\.?\s?(ft|m|km|mi|in)\b\.?`, 'g'),
    ([, value = '', kind, unit = '']) =>
      `${numberWords(value)} ${kind === 'sq' ? 'square' : 'cubic'} ${unit === 'in' ? 'inches' : (units.get(unit)?.[1] ?? unit)}`,
  ],
  // Feet and inches: "in" alone is a word.
  [
    /\b(\d+)\s?ft\.?\s?(\d+)\s?in\b\.?/g,
    ([, feet = '', inches = '']) => `${numberWords(feet)} feet ${numberWords(inches)} inches`,
  ],
  [
    new RegExp(String.raw`\b${amount}\s?(${unitWords})\b(?![/'-])`, 'g'),
    ([whole, value = '', unit = '']) => measure(whole, value, unit),
  ],
];

function money(sign: string | undefined, code: string, value: string, size: string | undefined): string {
  const currency = currencies.get(code);
  if (currency === undefined) return value;
  const head = sign === undefined ? '' : 'minus ';
  const [whole = '', decimals] = value.replaceAll(',', '').split('.');
  if (size !== undefined) return `${head}${numberWords(value)} ${sizes.get(size) ?? size} ${currency.many}`;
  if (decimals !== undefined && (decimals.length !== 2 || currency.cents === undefined)) {
    return `${head}${numberWords(value)} ${currency.many}`;
  }
  const cents = Number(decimals ?? 0);
  const spokenCents = `${cardinal(cents)} ${cents === 1 ? currency.cent : currency.cents}`;
  if (Number(whole) === 0 && cents > 0) return head + spokenCents;
  const spokenWhole = `${numberWords(whole)} ${Number(whole) === 1 ? currency.one : currency.many}`;
  return head + (cents === 0 ? spokenWhole : `${spokenWhole} and ${spokenCents}`);
}

function scaleName(scale: string | undefined): string {
  return scale === undefined ? '' : scale === 'C' ? ' Celsius' : ' Fahrenheit';
}

function fraction(
  whole: string,
  count: string | undefined,
  top: string | undefined,
  bottom: string | undefined,
): string {
  const [over, under] = [Number(top), Number(bottom)];
  if (over >= under) return whole;
  const name = under === 2 ? 'half' : under === 4 ? 'quarter' : ordinal(under);
  const part = over === 1 ? `${count === undefined ? 'one' : 'a'} ${name}` : `${cardinal(over)} ${name}s`;
  return count === undefined ? part : `${numberWords(count)} and ${part}`;
}

function measure(whole: string, value: string, unit: string): string {
  const names = units.get(unit);
  if (names === undefined) return whole;
  return `${numberWords(value)} ${value === '1' ? names[0] : names[1]}`;
}
