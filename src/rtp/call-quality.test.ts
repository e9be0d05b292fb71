import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimateRating, opinionOf } from './call-quality.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const delay = fc.double({ min: 0, max: 5000, noNaN: true });

test('ITU-T G.107: the default connection is rated 93.2, which is 4.41', () => {
  assert.equal(estimateRating(0, 100), 93.2);
  assert.ok(Math.abs(opinionOf(93.2) - 4.41) < 0.005);
});

test('ITU-T G.107 Annex B: the opinions of its ratings', () => {
  for (const [rating, opinion] of [
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
  ] as const) {
    // They are printed with two digits.
    assert.ok(Math.abs(opinionOf(rating) - opinion) < 0.0075, `${rating}: ${opinionOf(rating)}`);
  }
});

test('ITU-T G.107 §7.4 and §7.5: what delay and loss cost', () => {
  // Idd at 200 ms, where X is 1.
  const delayed = 25 * (2 ** (1 / 6) - 3 * (1 + 1 / 729) ** (1 / 6) + 2);
  assert.ok(Math.abs(93.2 - estimateRating(0, 200) - delayed) < 1e-9);
  assert.ok(Math.abs(93.2 - estimateRating(0.05, 0) - (95 * 5) / 30.1) < 1e-9);
});

test('more loss or more delay is never better, and every opinion is from 1 to 4.5', () => {
  fc.assert(
    fc.property(share, share, delay, delay, (lossA, lossB, delayA, delayB) => {
      const better = opinionOf(estimateRating(Math.min(lossA, lossB), Math.min(delayA, delayB)));
      const worse = opinionOf(estimateRating(Math.max(lossA, lossB), Math.max(delayA, delayB)));
      assert.ok(worse >= 1 && better <= 4.5);
      // The curve is flat at its lower end.
      assert.ok(better >= worse - 1e-9);
    }),
  );
});
