import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../kit/index.ts';
import { createWorkQueue } from './work-queue.ts';

test('a batch is bounded by works and by weight, and one that is too heavy goes alone; the order stays', async () => {
  const batches: (readonly number[])[] = [];
  const queue = createWorkQueue(
    (batch: readonly number[]) => {
      batches.push(batch);
      return Promise.resolve(batch.map((work) => ok(work)));
    },
    { works: 3, weight: 10, weigh: (work) => work },
  );
  const works = [1, 1, 1, 1, 9, 2, 50, 3];
  const outcomes = await Promise.all(works.map((work) => queue.add(work)));
  assert.deepEqual(batches, [[1, 1, 1], [1, 9], [2], [50], [3]]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.ok && outcome.value),
    works,
  );
  await queue.close();
  assert.equal((await queue.add(1)).ok, false);
});
