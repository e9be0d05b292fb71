import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { looksLikeEcho } from './looks-like-echo.ts';

const prompt =
  'Hello, this is the clinic. Can you come on Monday at nine, or would Tuesday at ten be better for you? Please say yes or no.';

for (const heard of [
  'Hello this is the clinic',
  'can you come on monday at nine or would tuesday at ten be better for you',
  'would tuesday at ten',
  // One word misheard, one missing and one too many, in long enough stretches.
  'can you calm on monday at nine',
  'can you come monday at nine or would tuesday at ten be better',
  'and would tuesday at ten be better for you please',
]) {
  test(`an echo: ${heard}`, () => {
    assert.equal(looksLikeEcho(heard, prompt), true);
  });
}

for (const heard of [
  '',
  'yes',
  'no',
  'yes or no',
  'tuesday at ten',
  'monday at nine please',
  'I can come on monday at nine',
  'yes I can come on monday',
  'could you call me on tuesday at ten',
  'better on tuesday at eleven please',
  'this is not the clinic is it',
  'hello who is this please',
  'at nine at ten at eleven',
]) {
  test(`no echo, though words of the prompt may be in it: ${heard}`, () => {
    assert.equal(looksLikeEcho(heard, prompt), false);
  });
}

test('case, accents, marks and markup do not matter', () => {
  assert.ok(
    looksLikeEcho('desidera un caffe adesso', '<speak>Desidera un <emphasis>CAFFÈ</emphasis>, adesso?</speak>'),
  );
  assert.ok(looksLikeEcho('über den wolken muss', 'Uber den Wolken muß nicht, Über den Wolken muss'));
});

test('scripts without spaces are compared by their characters', () => {
  assert.equal(looksLikeEcho('请问您明天能来吗', '您好。请问您明天能来吗?'), true);
  assert.equal(looksLikeEcho('明天', '您好。请问您明天能来吗?'), false);
});

test('nothing said, nothing echoed; and bounds hold', () => {
  assert.equal(looksLikeEcho('one two three four five', ''), false);
  const long = Array.from({ length: 5000 }, (_, index) => `w${index}`);
  assert.equal(looksLikeEcho(long.slice(0, 201).join(' '), long.join(' ')), false);
  assert.equal(looksLikeEcho(long.slice(-200).join(' '), long.join(' ')), true);
});

const word = fc.stringMatching(/^[a-z]{1,8}$/);

test('any stretch of four words or more is an echo, and none with a fifth of foreign words in it or more', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 4, maxLength: 30 }), fc.nat(), fc.nat(), (words, a, b) => {
      const from = a % (words.length - 3);
      const length = 4 + (b % (words.length - from - 3));
      const stretch = words.slice(from, from + length);
      assert.ok(looksLikeEcho(stretch.join(' '), words.join(' ')));
      const mistakes = Math.floor(length / 5) + 1;
      const other = stretch.map((each, index) => (index < mistakes ? `${each}0` : each));
      assert.ok(!looksLikeEcho(other.join(' '), words.join(' ')));
    }),
  );
});

test('never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (a, b) => void looksLikeEcho(a, b)));
});
