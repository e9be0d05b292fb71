import assert from 'node:assert/strict';
import test from 'node:test';
import { printLength, printOffset } from './measures.ts';

test('lengths are printed in the largest units that say enough, and none is rounded into the next one', () => {
  const printed = [0, 640.4, 999.6, 1240, 9949, 9960, 24_970, 59_700, 185_000, 3_720_000, -2500].map(printLength);
  assert.deepEqual(printed, [
    '0 ms',
    '640 ms',
    '1.0 s',
    '1.2 s',
    '9.9 s',
    '10 s',
    '25 s',
    '1 min 00 s',
    '3 min 05 s',
    '1 h 02 min',
    '-2.5 s',
  ]);
});

test('an instant of a call is minutes, seconds and tenths after its acceptance', () => {
  assert.deepEqual([0, 12_370, 59_960, 754_000, -240, -20].map(printOffset), [
    '0:00.0',
    '0:12.4',
    '1:00.0',
    '12:34.0',
    '-0:00.2',
    '0:00.0',
  ]);
});
