import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RateChanger, rmsLevel, tone, toneShare } from './index.ts';

const change = (pcm: Int16Array, fromHz: number, toHz: number): Int16Array =>
  new RateChanger(fromHz, toHz).process(pcm);
/** Without the settling of the filter at both ends. */
const steady = (pcm: Int16Array): Int16Array => pcm.slice(200, pcm.length - 200);

for (const [fromHz, toHz] of [
  [24_000, 8000],
  [24_000, 16_000],
  [22_050, 8000],
  [44_100, 16_000],
] as const) {
  test(`${fromHz} to ${toHz} Hz: speech tones pass with their level, and the length is kept`, () => {
    for (const frequencyHz of [200, 1000, 3000]) {
      const pcm = tone(frequencyHz, fromHz, 500);
      const changed = change(pcm, fromHz, toHz);
      assert.ok(Math.abs(changed.length - toHz / 2) < toHz / 200, `${changed.length} samples`);
      assert.ok(toneShare(steady(changed), toHz, frequencyHz) > 0.99, `${frequencyHz} Hz`);
      assert.ok(Math.abs(rmsLevel(steady(changed)) / rmsLevel(pcm) - 1) < 0.03, `${frequencyHz} Hz keeps its level`);
    }
  });
}

test('what the lower rate cannot hold is 40 dB down instead of folding back', () => {
  for (const frequencyHz of [4600, 5000, 7000, 11_000]) {
    const pcm = tone(frequencyHz, 24_000, 500);
    assert.ok(rmsLevel(steady(change(pcm, 24_000, 8000))) < rmsLevel(pcm) / 100, `${frequencyHz} Hz`);
  }
});

test('any chunking of a stream gives the same samples', () => {
  const chunks = fc.array(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 300 }), { maxLength: 8 });
  fc.assert(
    fc.property(chunks, fc.constantFrom(8000, 16_000), (chunks, toHz) => {
      const changer = new RateChanger(24_000, toHz);
      const pieces = chunks.flatMap((chunk) => [...changer.process(Int16Array.from(chunk))]);
      assert.deepEqual(Int16Array.from(pieces), change(Int16Array.from(chunks.flat()), 24_000, toHz));
    }),
    { numRuns: 50 },
  );
});
