import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SampleQueue } from './sample-queue.ts';
import { SendClock } from './send-clock.ts';
import { SourceGuard } from './source-guard.ts';

test('send clock: quantiles to a bucket, maximum exact', () => {
  const clock = new SendClock();
  assert.equal(clock.quantileMs(0.99), 0);
  let atMs = 1000;
  clock.onSent(atMs);
  for (let i = 0; i < 98; i++) clock.onSent((atMs += 20));
  clock.onSent((atMs += 23));
  clock.onSent((atMs += 18.5));
  assert.equal(clock.maxMs, 3);
  assert.ok(clock.quantileMs(0.5) <= 0.05);
  assert.ok(Math.abs(clock.quantileMs(0.99) - 1.55) < 1e-9);
  assert.equal(clock.quantileMs(1), 3);
});

test('send clock: a pause is no jitter, a stall beyond 50 ms is', () => {
  const clock = new SendClock();
  clock.onSent(0);
  clock.onSent(20);
  clock.pause();
  clock.onSent(9000);
  clock.onSent(9020);
  assert.equal(clock.maxMs, 0);
  clock.onSent(9300);
  assert.equal(clock.maxMs, 260);
  assert.equal(clock.quantileMs(1), 260);
});

test('send clock: no quantile is below the true one nor more than a bucket above it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 45, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (late, share) => {
        const clock = new SendClock();
        let atMs = 0;
        clock.onSent(0);
        for (const ms of late) clock.onSent((atMs += 20 + ms));
        const exact = late.toSorted((a, b) => a - b)[Math.ceil(share * late.length) - 1]!;
        const told = clock.quantileMs(share);
        assert.ok(told >= exact - 1e-6 && told <= exact + 0.0501, `${told} for ${exact}`);
      },
    ),
  );
});

test('source guard: strict hears the signalled address and port only', () => {
  const guard = new SourceGuard('strict');
  assert.equal(guard.isAllowed('', 0), false);
  assert.equal(guard.isAllowed('192.0.2.1', 4000), false);
  guard.expect('192.0.2.1', 4000);
  assert.equal(guard.isAllowed('192.0.2.1', 4000), true);
  assert.equal(guard.isAllowed('192.0.2.1', 4002), false);
  assert.equal(guard.isAllowed('192.0.2.2', 4000), false);
  guard.confirm('192.0.2.1', 4002);
  assert.equal(guard.port, 4000);
});

test('source guard: latch takes the port of the first valid packet, until the far end moves', () => {
  const guard = new SourceGuard('latch');
  guard.expect('192.0.2.1', 4000);
  assert.equal(guard.isAllowed('192.0.2.1', 5000), true);
  assert.equal(guard.isAllowed('192.0.2.2', 5000), false);
  guard.confirm('192.0.2.1', 5000);
  assert.equal(guard.port, 5000);
  assert.equal(guard.isAllowed('192.0.2.1', 4000), false);
  guard.expect('192.0.2.1', 4000);
  assert.equal(guard.port, 5000);
  guard.expect('192.0.2.9', 6000);
  assert.equal(guard.port, 6000);
  assert.equal(guard.isAllowed('192.0.2.1', 5000), false);
  assert.equal(guard.isAllowed('192.0.2.9', 7000), true);
});

test('source guard: learn takes address and port of the first valid packet, then hears nobody else', () => {
  const guard = new SourceGuard('learn');
  assert.equal(guard.isAllowed('198.51.100.7', 5000), false);
  guard.expect('192.0.2.1', 4000);
  assert.equal(guard.isAllowed('198.51.100.7', 5000), true);
  guard.confirm('198.51.100.7', 5000);
  assert.deepEqual([guard.address, guard.port], ['198.51.100.7', 5000]);
  assert.equal(guard.isAllowed('192.0.2.1', 4000), false);
  guard.expect('192.0.2.1', 4000);
  assert.deepEqual([guard.address, guard.port], ['198.51.100.7', 5000]);
});

test('sample queue: what goes in comes out, in order, whatever the portions', () => {
  const portion = fc.record({ push: fc.nat(9000), take: fc.nat(9000) });
  fc.assert(
    fc.property(fc.array(portion, { maxLength: 20 }), (portions) => {
      const queue = new SampleQueue();
      let pushed = 0;
      let taken = 0;
      for (const { push, take } of portions) {
        queue.push(
          Int16Array.from({ length: push + 2 }, (_, i) => ((pushed + i - 1) << 16) >> 16),
          1,
          push + 1,
        );
        pushed += push;
        const into = new Int16Array(take);
        const count = queue.take(into);
        assert.equal(count, Math.min(take, pushed - taken));
        for (let i = 0; i < count; i++) if (into[i] !== ((taken + i) << 16) >> 16) assert.fail(`sample ${taken + i}`);
        taken += count;
        assert.equal(queue.length, pushed - taken);
      }
      queue.clear();
      assert.equal(queue.take(new Int16Array(10)), 0);
    }),
    { numRuns: 50 },
  );
});
