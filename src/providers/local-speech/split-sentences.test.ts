import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanText } from './clean-text.ts';
import { splitSentences } from '../../speech/index.ts';

const cases: readonly [string, string[]][] = [
  ['', []],
  ['...', []],
  ['Hello', ['Hello']],
  ['Hello there. How are you? Fine! Good', ['Hello there.', 'How are you?', 'Fine!', 'Good']],
  ['Dr. Smith and Mrs. Jones are here. Sit.', ['Dr. Smith and Mrs. Jones are here.', 'Sit.']],
  ['J. R. Smith lives in the U.S. Army base.', ['J. R. Smith lives in the U.S. Army base.']],
  ['That was I. Then you.', ['That was I.', 'Then you.']],
  ['Come at 9 a.m. Bring e.g. Apples.', ['Come at 9 a.m.', 'Bring e.g. Apples.']],
  ['Come at 9 a.m. or later.', ['Come at 9 a.m. or later.']],
  ['Take No. 5. I said no. Then go.', ['Take No. 5.', 'I said no.', 'Then go.']],
  ['It costs 3.50 or 1,000.25 dollars. Yes.', ['It costs 3.50 or 1,000.25 dollars.', 'Yes.']],
  ['See www.example.com. Or a.b@example.com.', ['See www.example.com.', 'Or a.b@example.com.']],
  ['He said "stop." Then left (at last.) Good.', ['He said "stop."', 'Then left (at last.)', 'Good.']],
  ['Wait... What?! Really.', ['Wait...', 'What?!', 'Really.']],
  ['One\nTwo. Three\n\n---', ['One', 'Two.', 'Three']],
];

test('sentences end where a reader would end them', () => {
  for (const [text, sentences] of cases) assert.deepEqual(splitSentences(text), sentences, text);
});

test('a very long sentence is cut at a comma, else at a space, else anywhere', () => {
  const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');
  const [first, second] = splitSentences(`${words(40)}, ${words(40)}`);
  assert.equal(first, `${words(40)},`);
  assert.equal(second, words(40));
  assert.ok(splitSentences(words(200)).every((piece) => /^(?:word ?)+$/.test(piece) && piece.length <= 300));
  assert.deepEqual(splitSentences('x'.repeat(650)), ['x'.repeat(300), 'x'.repeat(300), 'x'.repeat(50)]);
});

test('no letter or digit is lost or moved, and every piece can be spoken', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 900 }), (raw) => {
      const text = cleanText(raw);
      const pieces = splitSentences(text);
      const speakable = (some: string): string => some.replaceAll(/[^A-Za-z0-9]/g, '');
      assert.equal(speakable(pieces.join('')), speakable(text));
      for (const piece of pieces) assert.ok(piece.length <= 300 && speakable(piece) !== '');
    }),
  );
});
