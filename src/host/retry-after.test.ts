import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRetryAfter } from './retry-after.ts';

const nowMs = Date.UTC(1994, 10, 6, 8, 49, 7, 500);

test('RFC 9110 §10.2.3: seconds, or a date in each of the three forms', () => {
  assert.equal(readRetryAfter('120', nowMs), 120);
  for (const date of ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994']) {
    assert.equal(readRetryAfter(date, nowMs), 30, date);
  }
});

test('a date that is over means at once, and what is neither means nothing', () => {
  assert.equal(readRetryAfter('Sun, 06 Nov 1994 08:49:00 GMT', nowMs), 0);
  for (const text of ['', '-5', '1.5', '1234567890', 'soon', '1994-11-06T08:49:37Z', 'Sun, 99 Nov 1994 99:49:37 GMT']) {
    assert.equal(readRetryAfter(text, nowMs), undefined, text);
  }
});
