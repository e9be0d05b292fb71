import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLoadGuard } from './load-guard.ts';

function feed(limit: number, ...shares: readonly number[]): boolean[] {
  const guard = createLoadGuard(limit);
  return shares.map((share) => {
    guard.sample(share);
    return guard.isOverloaded();
  });
}

test('one busy moment refuses nobody, three in a row do', () => {
  assert.deepEqual(feed(0.9, 0.95, 0.95, 0.5, 0.9, 0.9, 0.9), [false, false, false, false, false, true]);
});

test('overload ends well below the limit, not at it', () => {
  assert.deepEqual(feed(0.9, 1, 1, 1, 0.89, 0.82, 0.8), [false, false, true, true, true, false]);
});

test('a limit of 0 refuses nobody', () => {
  assert.deepEqual(feed(0, 1, 1, 1, 1), [false, false, false, false]);
});
