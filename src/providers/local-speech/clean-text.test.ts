import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanText } from './clean-text.ts';

const cases: readonly [string, string][] = [
  ['', ''],
  ['   \n\t ', ''],
  ['Hello   there,\tfriend.', 'Hello there, friend.'],
  ['<speak>Hello <emphasis level="strong">you</emphasis>.</speak>', 'Hello you .'],
  ['One.<break time="1s"/>Two.<p>Three</p>', 'One.\nTwo.\nThree'],
  ['<!-- note -->Hi<?xml version="1.0"?>', 'Hi'],
  ['3 < 4 and a<b', '3 < 4 and a<b'],
  ['Fish &amp; chips &lt;fresh&gt; &#65;&#x42; &unknown; &#99999999;', 'Fish & chips <fresh> AB &unknown; &#99999999;'],
  ['It\u2019s \u201cfine\u201d \u2013 really\u2026', 'It\'s "fine" , really...'],
  ['Caf\u00e9 M\u00fcller, na\u00efve', 'Cafe Muller, naive'],
  ['5 \u20ac or \u00a3', '5 EUR or GBP'],
  ['line one\r\nline two\u2028line three', 'line one\nline two\nline three'],
  ['bell\u0007 nul\u0000 emoji \u{1f600} \u6f22', 'bell nul emoji'],
  ['2\u00bd cups, \u00bd cup, Acme\u2122', '2 1/2 cups, 1/2 cup, Acme'],
  ['9\u20135, self\u2011service, \u22125', '9-5, self-service, -5'],
  ['Code <say-as interpret-as="digits">1234</say-as>.', 'Code one two three four .'],
  ["<say-as interpret-as='characters'>AB<b>1</b></say-as>", 'ay B, one'],
  ['<say-as format="dmy" interpret-as="date">1/2/2025</say-as>', 'February first, twenty twenty five'],
  [
    '<say-as interpret-as="ordinal">3</say-as> <say-as interpret-as="cardinal">1999</say-as>',
    'third one thousand nine hundred ninety nine',
  ],
  ['<say-as interpret-as="telephone">5550123</say-as>', 'five five five, zero one two three'],
  ['<say-as interpret-as="poem">July 4</say-as> <sub alias="World Wide Web">WWW</sub>', 'July fourth World Wide Web'],
  ['<say-as interpret-as="digits">12', '12'],
  ['<sub alias="x"/>y', 'y'],
];

test('tags, entities and typography become plain words', () => {
  for (const [text, plain] of cases) assert.equal(cleanText(text), plain, JSON.stringify(text));
});

test('any text becomes printable ASCII in trimmed lines, and cleaning twice the tag-free result changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const plain = cleanText(text);
      assert.match(plain, /^[ -~\n]*$/);
      for (const line of plain.split('\n')) assert.equal(line, line.trim());
      if (!/[<&]/.test(plain)) assert.equal(cleanText(plain), plain);
    }),
  );
});

test('5,000 opening brackets are handled like any text', () => {
  assert.equal(cleanText('<a'.repeat(2500)), '<a'.repeat(2500));
  assert.equal(cleanText('&'.repeat(5000)), '&'.repeat(5000));
});
