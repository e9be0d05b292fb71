import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskNumbers } from './log.ts';

test('numbers keep their last two digits', () => {
  for (const [text, masked] of [
    ['+15551234', '+******34'],
    ['sip:+39 06-1234@x1.test', 'sip:+** **-**34@x1.test'],
    ['clinic-7', 'clinic-7'],
    ['1234', '1234'],
    ['', ''],
  ] as const) {
    assert.equal(maskNumbers(text), masked);
  }
});
