import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spellAsExpected } from './expected-speech.ts';

test('a phrase comes back as it was given, whatever its case, punctuation and way of writing numbers', () => {
  const expected = { phrases: ['Opening hours', 'option 2', "I don't know"] };
  assert.equal(spellAsExpected('Opening hours.', expected), 'Opening hours');
  assert.equal(spellAsExpected('Option two!', expected), 'option 2');
  assert.equal(spellAsExpected('i dont know', expected), "I don't know");
  assert.equal(spellAsExpected('Re-schedule.', { phrases: ['reschedule'] }), 'reschedule');
});

test('digits come back as figures, when there are as many as expected', () => {
  const expected = { phrases: [], digits: { minCount: 2, maxCount: 4 } };
  assert.equal(spellAsExpected('One, two, oh, three.', expected), '1203');
  assert.equal(spellAsExpected('12-34', expected), '1234');
  assert.equal(spellAsExpected('Five.', expected), undefined);
  assert.equal(spellAsExpected('1 2 3 4 5', expected), undefined);
});

test('anything else has no spelling of its own', () => {
  const expected = { phrases: ['yes', 'no'], digits: { minCount: 1, maxCount: 9 } };
  for (const text of ['', '...', 'Yes, I think so.', 'number 9', 'nobody']) {
    assert.equal(spellAsExpected(text, expected), undefined);
  }
});
