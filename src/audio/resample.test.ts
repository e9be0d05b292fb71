import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Downsampler, rmsLevel, tone, toneShare, Upsampler } from './index.ts';

function upsample(pcm: Int16Array): Int16Array {
  const into = new Int16Array(pcm.length * 2);
  assert.equal(new Upsampler().process(pcm, into), into.length);
  return into;
}

function downsample(pcm: Int16Array): Int16Array {
  const into = new Int16Array(Math.ceil(pcm.length / 2));
  assert.equal(new Downsampler().process(pcm, into), into.length);
  return into;
}

/** Without the settling of the filter at both ends. */
const steady = (pcm: Int16Array): Int16Array => pcm.slice(160, pcm.length - 160);

test('speech tones pass both ways with their level', () => {
  for (const frequencyHz of [100, 440, 1000, 2000, 3000, 3400]) {
    const narrow = tone(frequencyHz, 8000, 500);
    const wide = steady(upsample(narrow));
    assert.ok(toneShare(wide, 16_000, frequencyHz) > 0.999, `${frequencyHz} Hz up`);
    assert.ok(Math.abs(rmsLevel(wide) / rmsLevel(narrow) - 1) < 0.02, `${frequencyHz} Hz up keeps its level`);
    const back = steady(downsample(tone(frequencyHz, 16_000, 500)));
    assert.ok(toneShare(back, 8000, frequencyHz) > 0.999, `${frequencyHz} Hz down`);
    assert.ok(Math.abs(rmsLevel(back) / rmsLevel(narrow) - 1) < 0.02, `${frequencyHz} Hz down keeps its level`);
  }
});

test('what lies above 4.6 kHz is 50 dB down instead of folding back', () => {
  for (const frequencyHz of [4700, 5000, 6000, 7500]) {
    assert.ok(rmsLevel(steady(downsample(tone(frequencyHz, 16_000, 500)))) < 5657 / 316, `${frequencyHz} Hz`);
  }
});

test('full scale saturates and does not wrap', () => {
  const square = Int16Array.from({ length: 800 }, (_, i) => (Math.floor(i / 40) % 2 === 0 ? 32_767 : -32_768));
  const wide = upsample(square);
  for (let i = 100; i < square.length; i++) {
    if (Math.abs((i % 40) - 30) < 5) assert.ok(wide[2 * i]! * square[i - 12]! > 0);
  }
});

test('any chunking of a stream gives the same samples', () => {
  const chunks = fc.array(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 400 }), { maxLength: 12 });
  fc.assert(
    fc.property(chunks, (chunks) => {
      const whole = Int16Array.from(chunks.flat());
      const up = new Upsampler();
      const down = new Downsampler();
      const upPieces: number[] = [];
      const downPieces: number[] = [];
      const into = new Int16Array(1024);
      for (const chunk of chunks) {
        const pcm = Int16Array.from(chunk);
        upPieces.push(...into.subarray(0, up.process(pcm, into)));
        downPieces.push(...into.subarray(0, down.process(pcm, into)));
      }
      assert.deepEqual(Int16Array.from(upPieces), upsample(whole));
      assert.deepEqual(Int16Array.from(downPieces), downsample(whole));
    }),
    { numRuns: 50 },
  );
});
