import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deadlineEntry, DeadlineQueue } from './deadline-queue.ts';

test('whatever is scheduled, moved and taken out, the soonest comes first', () => {
  const command = fc.record({ owner: fc.nat(15), atMs: fc.option(fc.nat(50), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 100 }), (commands) => {
      const queue = new DeadlineQueue<number>();
      const entries = Array.from({ length: 16 }, (_, owner) => deadlineEntry(owner));
      const model = new Map<number, number>();
      for (const { owner, atMs } of commands) {
        queue.schedule(entries[owner]!, atMs);
        if (atMs === undefined) model.delete(owner);
        else model.set(owner, atMs);
        const soonest = [...model.values()].sort((a, b) => a - b)[0];
        assert.equal(queue.soonestMs(), soonest);
        assert.equal(queue.size, model.size);
      }
      const taken: number[] = [];
      for (let owner = queue.takeDue(100); owner !== undefined; owner = queue.takeDue(100)) taken.push(owner);
      assert.deepEqual(
        taken.map((owner) => model.get(owner)),
        [...model.values()].sort((a, b) => a - b),
      );
      assert.equal(queue.soonestMs(), undefined);
    }),
  );
});

test('nothing is taken before it is due', () => {
  const queue = new DeadlineQueue<string>();
  queue.schedule(deadlineEntry('x'), 10);
  assert.equal(queue.takeDue(9), undefined);
  assert.equal(queue.takeDue(10), 'x');
});
