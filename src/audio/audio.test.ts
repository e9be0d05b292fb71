import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  applyGain,
  decodeWav,
  encodeWav,
  encodeWavHeader,
  findTone,
  levelDbfs,
  mixInto,
  rmsLevel,
  tone,
  ToneGenerator,
  toneShare,
  wavChannel,
} from './index.ts';

test('gain and mix stay at the rails', () => {
  const pcm = Int16Array.of(100, -100, 30_000, -30_000);
  applyGain(pcm, 2);
  assert.deepEqual([...pcm], [200, -200, 32_767, -32_768]);
  mixInto(pcm, Int16Array.of(1, 1, 1, -1));
  assert.deepEqual([...pcm], [201, -199, 32_767, -32_768]);
  applyGain(pcm, 0, 2);
  assert.deepEqual([...pcm], [0, 0, 32_767, -32_768]);
});

test('levels', () => {
  assert.equal(rmsLevel(new Int16Array(0)), 0);
  assert.equal(levelDbfs(new Int16Array(10)), -Infinity);
  assert.ok(Math.abs(levelDbfs(tone(1000, 8000, 1000, 32_767)) + 3.01) < 0.01);
  assert.equal(rmsLevel(Int16Array.of(3, -3, 0, 0), 2), 3);
});

test('a tone is found among others, and in nothing else', () => {
  assert.equal(findTone(tone(440, 8000, 200), 8000, [350, 440, 1000]), 440);
  assert.equal(findTone(tone(697, 8000, 200), 8000, [350, 440, 1000]), undefined);
  assert.equal(findTone(new Int16Array(1600), 8000, [350, 440, 1000]), undefined);
  const both = tone(440, 8000, 200);
  mixInto(both, tone(1000, 8000, 200));
  assert.ok(Math.abs(toneShare(both, 8000, 440) - 0.5) < 0.01);
  assert.ok(Math.abs(toneShare(both, 8000, 1000) - 0.5) < 0.01);
});

test('a generated tone has no seam between pieces', () => {
  const generator = new ToneGenerator(445, 8000);
  const whole = new Int16Array(480);
  generator.generate(whole);
  const pieces = new ToneGenerator(445, 8000);
  const joined: number[] = [];
  const piece = new Int16Array(160);
  for (let i = 0; i < 3; i++) {
    pieces.generate(piece);
    joined.push(...piece);
  }
  assert.deepEqual(joined, [...whole]);
});

test('WAV: what is written is read', () => {
  const audio = fc.record({
    sampleRateHz: fc.constantFrom(8000, 16_000, 44_100, 48_000),
    channelCount: fc.constantFrom(1 as const, 2 as const),
    samples: fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 200 }),
  });
  fc.assert(
    fc.property(audio, ({ samples, ...format }) => {
      const whole = samples.slice(0, samples.length - (samples.length % format.channelCount));
      const file = encodeWav({ ...format, samples: Int16Array.from(whole) });
      assert.deepEqual(decodeWav(file), { ok: true, value: { ...format, samples: Int16Array.from(whole) } });
    }),
  );
});

test('WAV: a recording that was never closed is read to its end', () => {
  const header = encodeWavHeader({ sampleRateHz: 8000, channelCount: 2 });
  const decoded = decodeWav(Uint8Array.from([...header, 1, 0, 2, 0, 3, 0, 4, 0, 5]));
  assert.ok(decoded.ok);
  assert.deepEqual([...decoded.value.samples], [1, 2, 3, 4]);
  assert.deepEqual([...wavChannel(decoded.value, 'left')], [1, 3]);
  assert.deepEqual([...wavChannel(decoded.value, 'right')], [2, 4]);
});

test('WAV: other chunks are passed over, even of odd length', () => {
  const plain = encodeWav({ sampleRateHz: 8000, channelCount: 1, samples: Int16Array.of(7) });
  const note = new TextEncoder().encode('LIST');
  const file = Uint8Array.from([...plain.slice(0, 36), ...note, 3, 0, 0, 0, 9, 9, 9, 0, ...plain.slice(36)]);
  const decoded = decodeWav(file);
  assert.ok(decoded.ok);
  assert.deepEqual([...decoded.value.samples], [7]);
});

test('WAV: faults are values', () => {
  const good = encodeWav({ sampleRateHz: 8000, channelCount: 1, samples: Int16Array.of(1, 2, 3) });
  assert.deepEqual(decodeWav(new Uint8Array(0)), { ok: false, error: 'not-wav' });
  assert.deepEqual(decodeWav(good.slice(0, 30)), { ok: false, error: 'truncated' });
  assert.deepEqual(decodeWav(good.slice(0, 48)), { ok: false, error: 'truncated' });
  assert.deepEqual(decodeWav(good.slice(0, 36)), { ok: false, error: 'no-data' });
  assert.deepEqual(decodeWav(good.with(20, 6)), { ok: false, error: 'unsupported-format' });
  assert.deepEqual(decodeWav(good.with(34, 8)), { ok: false, error: 'unsupported-format' });
  assert.deepEqual(decodeWav(good.with(22, 3)), { ok: false, error: 'unsupported-format' });
  assert.deepEqual(decodeWav(new Uint8Array(65 * 1024 * 1024)), { ok: false, error: 'too-large' });
});

test('WAV: no bytes throw', () => {
  const good = encodeWav({ sampleRateHz: 8000, channelCount: 1, samples: Int16Array.of(1, 2, 3) });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(49), fc.nat(255))), fc.nat(50), (changes, length) => {
      const file = good.slice(0, length);
      for (const [at, value] of changes) if (at < file.length) file[at] = value;
      const decoded = decodeWav(file);
      if (decoded.ok) assert.ok(decoded.value.samples.length <= 3);
    }),
  );
});
