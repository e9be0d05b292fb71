import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubleRate, doubleRateToFloat, halveRate, RateHalver } from './resample-x2.ts';

function tone(rateHz: number, frequencyHz: number, samples: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) => 8000 * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz));
}

/** Power of the difference to the power of `wanted`, in dB, without the edges. */
function errorDb(got: Int16Array, wanted: Int16Array): number {
  assert.equal(got.length, wanted.length);
  let error = 0;
  let power = 0;
  for (let i = 64; i < got.length - 64; i++) {
    error += (got[i]! - wanted[i]!) ** 2;
    power += wanted[i]! ** 2;
  }
  return 10 * Math.log10(error / power);
}

test('telephone-band tones keep their level and phase in both directions', () => {
  for (const frequencyHz of [100, 440, 1000, 2000, 3000, 3400]) {
    assert.ok(errorDb(doubleRate(tone(8000, frequencyHz, 2000)), tone(16_000, frequencyHz, 4000)) < -45);
    assert.ok(errorDb(halveRate(tone(16_000, frequencyHz, 4000)), tone(8000, frequencyHz, 2000)) < -45);
  }
});

test('halving takes out what 8 kHz cannot hold', () => {
  for (const frequencyHz of [4700, 5500, 7000]) {
    const rest = halveRate(tone(16_000, frequencyHz, 4000)).subarray(64, -64);
    assert.ok(rest.every((sample) => Math.abs(sample) < 16));
  }
});

test('a constant stays the constant and a loud step saturates', () => {
  const level = new Int16Array(400).fill(12_345);
  assert.ok(
    doubleRate(level)
      .subarray(64, -64)
      .every((sample) => Math.abs(sample - 12_345) <= 1),
  );
  const step = Int16Array.from({ length: 400 }, (_, i) => (i % 100 < 50 ? 32_767 : -32_768));
  assert.ok(doubleRate(step).every((sample) => sample >= -32_768 && sample <= 32_767));
  assert.equal(doubleRateToFloat(Int16Array.of(-32_768))[0], -1);
});

test('a stream in pieces gives what one piece gives', () => {
  const pcm = tone(16_000, 700, 3200);
  const whole = new RateHalver().push(pcm);
  const halver = new RateHalver();
  const pieces: number[] = [];
  for (const [from, to] of [
    [0, 2],
    [2, 320],
    [320, 1000],
    [1000, 3200],
  ] as const) {
    pieces.push(...halver.push(pcm.subarray(from, to)));
  }
  assert.deepEqual(pieces, [...whole]);
});

test('nothing in, nothing out', () => {
  assert.equal(doubleRate(new Int16Array(0)).length, 0);
  assert.equal(halveRate(new Int16Array(1)).length, 0);
});
