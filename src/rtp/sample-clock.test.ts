import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SampleClock } from './index.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

test('differences of timestamps are differences of samples, across any wrap and with stray packets of others', () => {
  const clocks = fc.constantFrom([8000, 8000], [8000, 16_000], [48_000, 16_000], [48_000, 8000], [16_000, 8000]);
  const steps = fc.array(fc.integer({ min: -50, max: 200 }), { maxLength: 50 });
  fc.assert(
    fc.property(clocks, uint32, steps, ([clockHz = 0, rateHz = 0], start, frames) => {
      const clock = new SampleClock(clockHz, rateHz);
      const ticksPerFrame = clockHz / 50;
      const first = clock.samplesAt(1, start);
      let frame = 0;
      for (const step of frames) {
        frame += step;
        const samples = clock.samplesAt(1, (start + frame * ticksPerFrame) >>> 0);
        assert.ok(Math.abs(((samples - first) | 0) - (frame * rateHz) / 50) <= 1);
      }
    }),
  );
});

test('another source counts by itself', () => {
  const clock = new SampleClock(48_000, 16_000);
  assert.equal(clock.samplesAt(1, 96_000), 32_000);
  assert.equal(clock.samplesAt(2, 4_000_000_000), Math.round(4_000_000_000 / 3));
  assert.equal(clock.samplesAt(2, 4_000_000_960) - clock.samplesAt(2, 4_000_000_000), 320);
  assert.equal(clock.samplesAt(1, 96_960), 32_320);
});
