import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordErrorRate, wordsOf } from './word-error-rate.ts';

test('case, punctuation and the way a number is written do not count', () => {
  assert.deepEqual(wordsOf('Hello, it’s 9 "o\'clock".'), ['hello', 'it', 's', 'nine', "o'clock"]);
  assert.equal(wordErrorRate('At nine, please!', 'at 9 please'), 0);
});

test('a word wrong, missing or too much counts one each', () => {
  assert.equal(wordErrorRate('one two three four', 'one two free four'), 0.25);
  assert.equal(wordErrorRate('one two three four', 'one two four'), 0.25);
  assert.equal(wordErrorRate('one two three four', 'one two three and four'), 0.25);
  assert.equal(wordErrorRate('one two', ''), 1);
  assert.equal(wordErrorRate('', 'noise'), 1);
});
