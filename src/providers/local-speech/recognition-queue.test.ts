import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jobKinds, RecognitionQueue } from './recognition-queue.ts';

test('finals come first, then decodes ahead, then guesses, each oldest first', () => {
  const queue = new RecognitionQueue<string>(10);
  for (const kind of ['partial', 'speculative', 'final', 'partial', 'final'] as const) {
    queue.add(kind, `${kind} ${queue.length}`);
  }
  const taken = Array.from({ length: 6 }, () => queue.take());
  assert.deepEqual(taken, ['final 2', 'final 4', 'speculative 1', 'partial 0', 'partial 3', undefined]);
});

test('a promoted job overtakes the others and a removed one never comes', () => {
  const queue = new RecognitionQueue<string>(10);
  for (const job of ['a', 'b', 'c']) queue.add('speculative', job);
  assert.equal(queue.promote('c'), true);
  assert.equal(queue.promote('gone'), false);
  assert.equal(queue.remove('a'), true);
  assert.equal(queue.remove('a'), false);
  assert.deepEqual([queue.take(), queue.take(), queue.take()], ['c', 'b', undefined]);
});

test('beyond the limit the oldest guess gives way, then what was decoded ahead, then the oldest final', () => {
  const queue = new RecognitionQueue<string>(2);
  assert.equal(queue.add('speculative', 'ahead'), undefined);
  assert.equal(queue.add('partial', 'guess'), undefined);
  assert.equal(queue.add('final', 'one'), 'guess');
  assert.equal(queue.add('final', 'two'), 'ahead');
  assert.equal(queue.add('final', 'three'), 'one');
  assert.equal(queue.length, 2);
});

test('no job is lost or doubled, and the limit holds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.constantFrom(...jobKinds)), (limit, kinds) => {
      const queue = new RecognitionQueue<number>(limit);
      const seen: number[] = [];
      kinds.forEach((kind, job) => {
        const dropped = queue.add(kind, job);
        if (dropped !== undefined) seen.push(dropped);
        assert.ok(queue.length <= limit);
      });
      for (let job = queue.take(); job !== undefined; job = queue.take()) seen.push(job);
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        kinds.map((_, job) => job),
      );
    }),
  );
});
