import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReceiveStatistics } from './index.ts';

test('a whole stream over several wraps loses nothing', () => {
  const statistics = new ReceiveStatistics(8000);
  for (let i = 0; i < 200_000; i++) assert.ok(statistics.onPacket(1, (65_000 + i) & 0xffff));
  assert.equal(statistics.packetsReceived, 200_000);
  assert.equal(statistics.packetsLost, 0);
});

test('loss is counted whatever is lost, moved or doubled', () => {
  const plan = fc.record({
    first: fc.nat(0xffff),
    lost: fc.uniqueArray(fc.integer({ min: 1, max: 298 })),
    doubled: fc.uniqueArray(fc.integer({ min: 1, max: 298 })),
    swapped: fc.uniqueArray(fc.integer({ min: 1, max: 297 })),
  });
  fc.assert(
    fc.property(plan, ({ first, lost, doubled, swapped }) => {
      const order = Array.from({ length: 300 }, (_, i) => i);
      for (const i of swapped) [order[i], order[i + 1]] = [order[i + 1]!, order[i]!];
      // The first and the last stay where they are: they mark what is expected.
      const sent = order.filter((i) => i === 0 || i === 299 || !lost.includes(i));
      const statistics = new ReceiveStatistics(8000);
      let arrived = 0;
      for (const i of sent) {
        const copies = doubled.includes(i) ? 2 : 1;
        for (let copy = 0; copy < copies; copy++) {
          statistics.onPacket(9, (first + i) & 0xffff);
          arrived++;
        }
      }
      assert.equal(statistics.packetsReceived, arrived);
      const reachesLast = Math.max(...sent) - Math.min(sent[0]!, 0) + 1;
      assert.equal(statistics.packetsLost, reachesLast - arrived);
    }),
  );
});

test('a jump is believed at its second packet and is no loss', () => {
  const statistics = new ReceiveStatistics(8000);
  for (const sequence of [10, 11, 12]) assert.ok(statistics.onPacket(1, sequence));
  assert.equal(statistics.onPacket(1, 30_000), false);
  assert.ok(statistics.onPacket(1, 13));
  assert.equal(statistics.onPacket(1, 40_000), false);
  assert.ok(statistics.onPacket(1, 40_001));
  assert.ok(statistics.onPacket(1, 40_002));
  assert.equal(statistics.packetsReceived, 6);
  assert.equal(statistics.packetsLost, 0);
});

test('loss of an earlier source stays counted', () => {
  const statistics = new ReceiveStatistics(8000);
  for (const sequence of [1, 2, 5]) statistics.onPacket(1, sequence);
  for (const sequence of [900, 902]) statistics.onPacket(2, sequence);
  assert.equal(statistics.packetsReceived, 5);
  assert.equal(statistics.packetsLost, 3);
});

test('jitter is zero for an even stream and follows RFC 3550 A.8 for an uneven one', () => {
  const even = new ReceiveStatistics(8000);
  const uneven = new ReceiveStatistics(8000);
  let expected = 0;
  for (let i = 0; i < 500; i++) {
    const timestamp = (0xffff_0000 + i * 160) >>> 0;
    for (const statistics of [even, uneven]) statistics.onPacket(1, i);
    even.onArrival(timestamp, 1e9 + i * 20);
    uneven.onArrival(timestamp, 1e9 + i * 20 + (i % 2) * 5);
    if (i > 0) expected += (40 - expected) / 16;
  }
  assert.equal(even.jitterMs, 0);
  assert.ok(Math.abs(uneven.jitterMs - expected / 8) < 1e-9);
  assert.ok(Math.abs(uneven.jitterMs - 5) < 0.01);
});
