import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatisticsBucket } from '../../../src/client/index.ts';
import { adviceFor } from '../health/advice.ts';
import { answerRate, countOutcome, outcomes, printShare } from './outcomes.ts';
import { labelledEvery, niceCeiling, rangeOf } from './scale.ts';

const nobody = { callee: 0, caller: 0, trunk: 0, provider: 0, gateway: 0, unknown: 0 };
const bucket: StatisticsBucket = {
  at: '2026-01-01T00:00:00.000Z',
  accepted: 12,
  running: 1,
  ended: 5,
  failed: 6,
  answered: 4,
  failedByBlame: { ...nobody, callee: 2, trunk: 3, unknown: 1 },
  durations: {},
};

test('the parts of a bar add up to the calls that were accepted', () => {
  const parts = outcomes.map((outcome) => countOutcome(bucket, outcome));
  assert.deepEqual(parts, [5, 2, 4, 1]);
  assert.equal(
    parts.reduce((sum, part) => sum + part, 0),
    bucket.accepted,
  );
});

test('the answer rate is of calls that are over, and none is no rate of zero', () => {
  assert.equal(answerRate(bucket), 4 / 11);
  assert.equal(answerRate({ ...bucket, ended: 0, failed: 0, answered: 0 }), null);
  assert.deepEqual([null, 0, 0.5, 4 / 11, 1].map(printShare), ['—', '0 %', '50 %', '36.4 %', '100 %']);
});

test('an axis ends at a round number that no value is above', () => {
  assert.deepEqual([0, 1, 1.1, 3, 5, 6, 10, 11, 234, 999].map(niceCeiling), [1, 1, 2, 5, 5, 10, 10, 20, 500, 1000]);
  assert.deepEqual(
    [1, 6, 12, 24, 168].map((buckets) => labelledEvery(buckets)),
    [1, 2, 3, 5, 34],
  );
});

test('a range that nobody knows is the usual one', () => {
  assert.deepEqual([null, 'week', 'year', 'constructor'].map(rangeOf), ['day', 'week', 'day', 'day']);
});

test('whatever the gateway says is amiss, there is something to do about it', () => {
  assert.match(adviceFor('1 of 2 targets of the trunk does not answer OPTIONS'), /Ask whoever runs the trunk/);
  assert.match(adviceFor('1 of 1 SIP registrations are not in force'), /user name, password or realm/);
  assert.match(adviceFor('something new'), /log/);
});
