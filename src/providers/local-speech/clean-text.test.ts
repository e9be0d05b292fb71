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
  ['5 \u20ac or \u00a3', '5 euro or pound'],
  ['line one\r\nline two\u2028line three', 'line one\nline two\nline three'],
  ['bell\u0007 nul\u0000 emoji \u{1f600} \u6f22', 'bell nul emoji'],
  ['half \u00bd', 'half 1 2'],
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
