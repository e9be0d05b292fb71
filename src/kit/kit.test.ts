import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printWallTime, randomHex, randomUuid, seededRandom } from './index.ts';

test('printWallTime agrees with the platform for every instant from 1970 to 2200', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7_258_118_400_000 }), (wallMs) => {
      assert.equal(printWallTime(wallMs), new Date(wallMs).toISOString());
    }),
  );
});

test('a seed replays the same numbers and another seed gives others', () => {
  const numbers = (seed: number): number[] => {
    const random = seededRandom(seed);
    return [random.uint32(), random.uint32(), random.uint32()];
  };
  assert.deepEqual(numbers(7), numbers(7));
  assert.notDeepEqual(numbers(7), numbers(8));
});

test('identifiers have the shape they promise', () => {
  const random = seededRandom(1);
  assert.match(randomUuid(random), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(randomHex(random, 11), /^[0-9a-f]{11}$/);
});
