import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LossBursts } from './loss-bursts.ts';

/** `x` is lost, anything else came. */
function metricsOf(packets: string) {
  const bursts = new LossBursts();
  let lost = 0;
  for (const packet of packets) {
    if (packet === 'x') {
      lost++;
      continue;
    }
    bursts.onPacket(lost);
    lost = 0;
  }
  return bursts.metrics;
}

const came = (count: number): string => '.'.repeat(count);

test('RFC 3611 §4.7.2: losses with fewer than 16 packets between them are a burst', () => {
  // 20 packets, a burst of 4 + 15, 30 packets, one loss alone, 30 packets.
  const packets = `${came(20)}xx.x${came(14)}x${came(30)}x${came(30)}`;
  assert.deepEqual(metricsOf(packets), {
    burstDensity: 4 / 19,
    gapDensity: 1 / 81,
    burstPackets: 19,
    gapPackets: 81 / 2,
  });
});

test('RFC 3611 §4.7.2: single losses with 16 packets between them are none', () => {
  const { burstPackets, burstDensity, gapDensity } = metricsOf(`${came(16)}x${came(16)}x${came(16)}`);
  assert.deepEqual([burstPackets, burstDensity, gapDensity], [0, 0, 2 / 50]);
  assert.equal(metricsOf(`${came(16)}x${came(15)}x${came(16)}`).burstPackets, 17);
});

test('whatever is lost, densities are shares, and what is lost in and between bursts is all that is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('x', '.', '.', '.'), { maxLength: 400 }), (packets) => {
      const all = `${packets.join('')}.`;
      const { burstDensity, gapDensity, burstPackets, gapPackets } = metricsOf(all);
      for (const share of [burstDensity, gapDensity]) assert.ok(share >= 0 && share <= 1);
      assert.ok(burstPackets === 0 || burstPackets >= 2);
      const lost = packets.filter((packet) => packet === 'x').length;
      const packetsOut = (bursts: number): number => gapPackets * (bursts + 1);
      const bursts = burstPackets === 0 ? 0 : Math.round((all.length - gapPackets) / (burstPackets + gapPackets));
      const sum = burstDensity * burstPackets * bursts + gapDensity * packetsOut(bursts);
      assert.ok(Math.abs(sum - lost) < 1e-6, `${sum} of ${lost}`);
    }),
  );
});
