import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanText } from '../clean-text.ts';
import { sayInWords } from './say-in-words.ts';

const rows: readonly [written: string, spoken: string][] = [
  // Numbers
  ['Press 1 for sales.', 'Press one for sales.'],
  ['You have 21 messages.', 'You have twenty one messages.'],
  ['Room 101', 'Room one hundred one'],
  ['1,000,000 people', 'one million people'],
  ['1000000 people', 'one million people'],
  ['12,345 points', 'twelve thousand three hundred forty five points'],
  ['1,234.5 points', 'one thousand two hundred thirty four point five points'],
  ['2500', 'two thousand five hundred'],
  ['0.5 or .5', 'zero point five or zero point five'],
  ['-3 and -2.5', 'minus three and minus two point five'],
  ['0800', 'zero eight zero zero'],
  ['007', 'zero zero seven'],
  ['999999999999999', 'nine nine nine nine, nine nine nine nine, nine nine nine nine, nine nine nine'],
  ['the 1st, 2nd, 3rd, 4th', 'the first, second, third, fourth'],
  ['the 12th, 20th, 21st, 100th', 'the twelfth, twentieth, twenty first, one hundredth'],
  ['3rd-party', 'third-party'],
  ['10-20 people', 'ten to twenty people'],
  ['2 - 3 days', 'two to three days'],
  ['5+ years', 'five or more years'],
  ['~5 minutes', 'about five minutes'],
  ['24/7', 'twenty four seven'],
  // Dates
  ['July 4, 1982', 'July fourth, nineteen eighty two'],
  ['July 4th', 'July fourth'],
  ['Jan 5', 'January fifth'],
  ['Sept. 30, 2026.', 'September thirtieth, twenty twenty six.'],
  ['4 July 2026', 'July fourth, twenty twenty six'],
  ['the 3rd of May', 'the third of May'],
  ['the 3rd of May 2024', 'the third of May, twenty twenty four'],
  ['12/31/2025', 'December thirty first, twenty twenty five'],
  ['31/12/2025', 'December thirty first, twenty twenty five'],
  ['1/2/25', 'January second, twenty twenty five'],
  ['2.1.2025', 'January second, twenty twenty five'],
  ['2025-12-31', 'December thirty first, twenty twenty five'],
  ['2025/01/09', 'January ninth, twenty twenty five'],
  ['99/99/2025', 'ninety nine slash ninety nine slash twenty twenty five'],
  ['Mar 2026', 'March twenty twenty six'],
  ['I may 5 times', 'I may five times'],
  ['Mon, Feb 3rd.', 'Monday, February third.'],
  ['Mon-Fri', 'Monday to Friday'],
  ['Sat-Sun', 'Saturday to Sunday'],
  ['Sat, 9 May', 'Saturday, May ninth'],
  ['I sat in the sun. Sat down.', 'I sat in the sun. Sat down.'],
  ['in 1999', 'in nineteen ninety nine'],
  ['since 1905 or until 2000', 'since nineteen oh five or until two thousand'],
  ['in 2005, by 2010', 'in two thousand five, by twenty ten'],
  ['in 1850', 'in eighteen fifty'],
  ['of 1500 people', 'of one thousand five hundred people'],
  ["the 1990s, the 80s, '90s", 'the nineteen nineties, the eighties, nineties'],
  // Times
  ['at 9:30', 'at nine thirty'],
  ['9:30 AM', 'nine thirty A M'],
  ['9am or 10:05 p.m., please', 'nine A M or ten oh five P M, please'],
  ['at 5 p.m. today', 'at five P M today'],
  ['at 5 p.m.', 'at five P M.'],
  ['12:00', "twelve o'clock"],
  ["9 o'clock", "nine o'clock"],
  ['14:00', 'two P M'],
  ['00:15', 'twelve fifteen A M'],
  ['23:59', 'eleven fifty nine P M'],
  ['9am-5pm', 'nine A M to five P M'],
  ['9-5pm', 'nine to five P M'],
  ['10:00 - 11:30', "ten o'clock to eleven thirty"],
  ['13 am', 'thirteen am'],
  ['77:30', 'seventy seven:thirty'],
  // Telephone numbers
  ['555-0123', 'five five five, zero one two three'],
  ['(555) 555-0123', 'five five five, five five five, zero one two three'],
  ['555.555.0123', 'five five five, five five five, zero one two three'],
  ['1-800-555-0199', 'one, eight hundred, five five five, zero one nine nine'],
  ['+1 555 123 4567', 'plus one, five five five, one two three, four five six seven'],
  ['+44 20 7946 0123', 'plus four four, two zero, seven nine four six, zero one two three'],
  ['020 7946 0123', 'zero two zero, seven nine four six, zero one two three'],
  ['5555550123', 'five five five, five five five, zero one two three'],
  ['ext. 12 or x7', 'extension one two or extension seven'],
  ['Call 911.', 'Call nine one one.'],
  // Codes
  ['Your code is 1234.', 'Your code is one two three four.'],
  ['Your code is 123456.', 'Your code is one two three, four five six.'],
  ['PIN: 0042', 'PIN: zero zero four two'],
  ['order number 1001', 'order number one zero zero one'],
  ['card ending in 4242', 'card ending in four two four two'],
  ['order #12345', 'order number one two three four five'],
  ['#5', 'number five'],
  ['No. 5', 'number five'],
  ['zip 90210', 'zip nine zero two one zero'],
  ['123-45-6789', 'one two three, four five, six seven eight nine'],
  ['4242 4242', 'four thousand two hundred forty two four thousand two hundred forty two'],
  ['flight BA2490', 'flight B ay, two four nine zero'],
  ['A1B2C3', 'ay, one, B, two, C, three'],
  ['X7-99Q', 'X, seven, dash, nine nine, Q'],
  ['Apt 5B, 3D, MP3', 'Apartment five B, three D, M P three'],
  ['COVID-19', 'COVID-nineteen'],
  // Money
  ['$145.00', 'one hundred forty five dollars'],
  ['$1', 'one dollar'],
  ['$12.50 and $1.01', 'twelve dollars and fifty cents and one dollar and one cent'],
  ['$0.99', 'ninety nine cents'],
  ['$1,234.56, $1, $0', 'one thousand two hundred thirty four dollars and fifty six cents, one dollar, zero dollars'],
  ['-$20.00', 'minus twenty dollars'],
  ['$5M and $2.5 million', 'five million dollars and two point five million dollars'],
  ['\u00a320.50', 'twenty pounds and fifty pence'],
  ['\u20ac5 or 5 \u20ac', 'five euros or five euros'],
  ['20 EUR, 15.5 USD', 'twenty euros, fifteen point five dollars'],
  ['\u00a5500', 'five hundred yen'],
  ['USD 1,000', 'one thousand dollars'],
  // Measures
  ['25% of 3.5%', 'twenty five percent of three point five percent'],
  ['-5\u00b0C, 70\u00b0F, 1\u00b0', 'minus five degrees Celsius, seventy degrees Fahrenheit, one degree'],
  ['10km, 1 kg', 'ten kilometers, one kilogram'],
  ['3 ft 4 in', 'three feet four inches'],
  ['100 mph or 90 km/h', 'one hundred miles an hour or ninety kilometers an hour'],
  ['500 sq ft', 'five hundred square feet'],
  ['2hrs 30min, 10 sec', 'two hours thirty minutes, ten seconds'],
  ['20 MB at 5 Mbps', 'twenty megabytes at five megabits a second'],
  ['1/2, 3/4 and 2/3', 'one half, three quarters and two thirds'],
  ['2\u00bd cups', 'two and a half cups'],
  ['1 in 5', 'one in five'],
  // Abbreviations
  ['1234 Main St. Apt 5', 'twelve thirty four Main Street Apartment five'],
  ['12 Elm Ave', 'twelve Elm Avenue'],
  ['on Main St.', 'on Main Street'],
  ['St. John St. is near Mt. Everest.', 'St. John Street is near Mount Everest.'],
  ['Dr. Smith and Mr. Jones', 'Dr. Smith and Mr. Jones'],
  ['Ms. Kim and Prof. Tao', 'Miz Kim and Professor Tao'],
  ['Acme Inc. and Sons Ltd.', 'Acme Incorporated and Sons Limited'],
  ['John Smith Jr.', 'John Smith Junior'],
  ['approx. 5 min.', 'approximately five minutes.'],
  ['your appt is set', 'your appointment is set'],
  ['fruit, etc.', 'fruit, et cetera'],
  ['e.g. this, i.e. that', 'for example, this, that is, that'],
  ['him vs. her', 'him versus her'],
  ['with or w/o it', 'with or without it'],
  ['and/or, yes/no', 'and or, yes or no'],
  ['your ID, VIP, URL', 'your I D, V I P, U R L'],
  ['the API of the UK', 'the A P I of the U K'],
  ['FBI, SMS, PIN, NASA, OK', 'FBI, SMS, PIN, NASA, OK'],
  ['Ms. 5', 'Miz five'],
  // Signs and addresses of the net
  ['Press # or *.', 'Press pound or star.'],
  ['the # key', 'the pound key'],
  ['Smith & Sons', 'Smith and Sons'],
  ['3 + 4 = 7', 'three plus four equals seven'],
  ['bob.smith@example.com', 'bob dot smith at example dot com'],
  ['bob_7@example.co.uk.', 'bob underscore seven at example dot co dot uk.'],
  ['www.example.com/help', 'W W W dot example dot com slash help'],
  ['https://example.com/a-b/', 'example dot com slash a dash b'],
  ['example.com', 'example dot com'],
  ['Version 1.2.3', 'Version one dot two dot three'],
  ['192.168.0.1', 'one hundred ninety two dot one hundred sixty eight dot zero dot one'],
  // What the voice reads well, and what is no figure
  ["John's cars' wheels don't.", "John's cars' wheels don't."],
  ['Hello (really) "quoted" text; and: more - dash.', 'Hello (really) "quoted" text; and: more - dash.'],
  ['Thank you!!! What?! Wait...', 'Thank you!!! What?! Wait...'],
  ['a self-service wi-fi in May', 'a self-service wi-fi in May'],
  ['Chapter IV and Henry VIII', 'Chapter IV and Henry VIII'],
  ['I said no. He said no.', 'I said no. He said no.'],
  ['It is on, in, at, us, so, to.', 'It is on, in, at, us, so, to.'],
];

test(`${rows.length} ways of writing, as they are read out`, () => {
  const wrong = rows.filter(([written, spoken]) => sayInWords(cleanText(written)) !== spoken);
  assert.deepEqual(
    wrong.map(([written, spoken]) => [written, sayInWords(cleanText(written)), 'not', spoken]),
    [],
  );
});

test('whatever is written, no figure is left, and what is in words stays', () => {
  const text = fc.stringMatching(/^[ -~]{0,80}$/);
  fc.assert(
    fc.property(text, (written) => {
      const spoken = sayInWords(written);
      assert.doesNotMatch(spoken, /\d/);
      assert.match(spoken, /^[ -~]*$/);
    }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('please', 'Monday', 'and', 'your', 'order', 'may', 'Main', 'sun')),
      (words) => {
        assert.equal(sayInWords(words.join(' ')), words.join(' '));
      },
    ),
  );
});
