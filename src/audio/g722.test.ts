import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kit/index.ts';
import { findTone, G722Decoder, G722Encoder, rmsLevel, tone } from './index.ts';

function through(pcm: Int16Array): Int16Array {
  const bytes = new Uint8Array(pcm.length / 2);
  const heard = new Int16Array(pcm.length);
  assert.equal(new G722Encoder().encode(pcm, bytes), bytes.length);
  assert.equal(new G722Decoder().decode(bytes, heard), pcm.length);
  return heard;
}

/** The filters of both sides keep the sound back by so many samples (ITU-T G.722 §1.4: 22 in all). */
const delaySamples = 22;

/** Signal to noise in dB, once the predictors have found the sound. */
function snrDb(pcm: Int16Array, heard: Int16Array): number {
  const from = 800;
  const error = Int16Array.from({ length: pcm.length - from - delaySamples }, (_, i) => {
    return (heard[from + i + delaySamples] ?? 0) - (pcm[from + i] ?? 0);
  });
  return 20 * Math.log10(rmsLevel(pcm) / rmsLevel(error));
}

test('a tone comes out as itself, in the lower band and in the upper one', () => {
  // By frequency in Hz: the lower band has 6 bits a sample, the upper one 2.
  for (const [frequencyHz, leastDb] of [
    [300, 35],
    [1000, 35],
    [3400, 25],
    [4500, 8],
    [6500, 8],
  ] as const) {
    for (const amplitude of [1000, 8000, 15_000]) {
      const pcm = tone(frequencyHz, 16_000, 500, amplitude);
      const heard = through(pcm);
      const db = snrDb(pcm, heard);
      assert.ok(db >= leastDb, `${frequencyHz} Hz at ${amplitude}: ${db.toFixed(1)} dB`);
      assert.equal(
        findTone(heard.subarray(800), 16_000, [frequencyHz / 2, 8000 - frequencyHz, frequencyHz]),
        frequencyHz,
      );
    }
  }
});

test('silence stays silent, and noise at full scale neither overflows nor drowns', () => {
  assert.ok(rmsLevel(through(new Int16Array(16_000)).subarray(1600)) < 10);
  const random = seededRandom(1);
  const noise = Int16Array.from({ length: 16_000 }, () => random.uint32() >>> 16);
  const heard = through(noise);
  const ratio = rmsLevel(heard) / rmsLevel(noise);
  assert.ok(ratio > 0.7 && ratio < 1.2, `${ratio}`);
});

test('packets of any length make the same stream', () => {
  const pcm = tone(700, 16_000, 100);
  const whole = through(pcm);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }), (lengths) => {
      const encoder = new G722Encoder();
      const decoder = new G722Decoder();
      const bytes = new Uint8Array(400);
      const piece = new Int16Array(800);
      let at = 0;
      for (const length of lengths) {
        const pairs = Math.min(length, (pcm.length - at) / 2);
        const size = encoder.encode(pcm.subarray(at), bytes, 7, 2 * pairs);
        assert.equal(size, pairs);
        assert.equal(decoder.decode(bytes, piece, 7, 7 + size), 2 * pairs);
        assert.deepEqual(piece.subarray(0, 2 * pairs), whole.subarray(at, at + 2 * pairs));
        at += 2 * pairs;
      }
    }),
    { numRuns: 50 },
  );
});

test('bytes of anybody are audio of some kind, and the decoder comes back from them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      const decoder = new G722Decoder();
      const heard = new Int16Array(2 * bytes.length);
      assert.equal(decoder.decode(bytes, heard), heard.length);
      const coded = new Uint8Array(4000);
      const pcm = tone(1000, 16_000, 500);
      new G722Encoder().encode(pcm, coded);
      const after = new Int16Array(pcm.length);
      decoder.decode(coded, after);
      // The memory of both sides leaks away (ITU-T G.722 §1.5), so that they agree again.
      assert.equal(findTone(after.subarray(4000), 16_000, [500, 1000]), 1000);
    }),
    { numRuns: 30 },
  );
});

test('no more is written than there is room for', () => {
  const bytes = new Uint8Array(4).fill(9);
  assert.equal(new G722Encoder().encode(new Int16Array(20), bytes, 2), 2);
  assert.deepEqual([...bytes.subarray(0, 2)], [9, 9]);
  assert.equal(new G722Decoder().decode(new Uint8Array(10), new Int16Array(5)), 4);
});
