import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LossConcealment } from './loss-concealment.ts';

/** A voice that holds a vowel: harmonics of its pitch, falling off. */
function vowel(pitchHz: number, rateHz: number, durationMs: number): Int16Array {
  return Int16Array.from({ length: (durationMs * rateHz) / 1000 }, (_, n) => {
    let sum = 0;
    for (let k = 1; k * pitchHz < 3400; k++) sum += Math.sin((2 * Math.PI * k * pitchHz * n) / rateHz + k * k) / k;
    return Math.round(4000 * sum);
  });
}

/** What becomes of `pcm` in frames of 20 ms when those that `isLost` never came. */
function heard(pcm: Int16Array, rateHz: number, isLost: (frame: number) => boolean): Int16Array {
  const concealment = new LossConcealment(rateHz);
  const out = pcm.slice();
  const size = rateHz / 50;
  for (let frame = 0; (frame + 1) * size <= out.length; frame++) {
    if (isLost(frame)) concealment.conceal(out, frame * size, (frame + 1) * size);
    else concealment.receive(out, frame * size, (frame + 1) * size);
  }
  return out;
}

function energy(pcm: Int16Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += pcm[i]! * pcm[i]!;
  return sum;
}

function errorShare(made: Int16Array, wanted: Int16Array, from: number, to: number): number {
  const difference = made.map((sample, i) => sample - wanted[i]!);
  return energy(difference, from, to) / energy(wanted, from, to);
}

const largestStep = (pcm: Int16Array): number =>
  pcm.reduce((most, sample, i) => Math.max(most, i === 0 ? 0 : Math.abs(sample - pcm[i - 1]!)), 0);

for (const rateHz of [8000, 16_000]) {
  test(`a held vowel goes on through a gap of 20 ms, at every pitch and without a click (${rateHz} Hz)`, () => {
    for (const pitchHz of [70, 100, 123, 160, 210, 250, 333]) {
      const pcm = vowel(pitchHz, rateHz, 300);
      const out = heard(pcm, rateHz, (frame) => frame === 8);
      const from = 0.16 * rateHz;
      const share = errorShare(out, pcm, from, from + 0.02 * rateHz);
      assert.ok(share < 0.1, `${pitchHz} Hz: ${share}`);
      assert.ok(largestStep(out) < 1.3 * largestStep(pcm), `${pitchHz} Hz`);
      assert.deepEqual(out.subarray(from + 0.03 * rateHz), pcm.subarray(from + 0.03 * rateHz));
    }
  });

  test(`a gap fades and is silent from 60 ms on; speech behind it begins whole (${rateHz} Hz)`, () => {
    const pcm = vowel(120, rateHz, 600);
    const out = heard(pcm, rateHz, (frame) => frame >= 10 && frame < 18);
    const size = rateHz / 50;
    const levels = [10, 11, 12, 13].map((frame) => energy(out, frame * size, (frame + 1) * size));
    assert.ok(levels[0]! > levels[1]! && levels[1]! > levels[2]! && levels[3] === 0, levels.join(' '));
    assert.deepEqual(out.subarray(18 * size), pcm.subarray(18 * size));
  });
}

test('speech that changes slowly is better off than with the last frame again, or with silence', () => {
  // A pitch that glides from 100 to 180 Hz in a second, every tenth frame lost.
  const rateHz = 8000;
  let phase = 0;
  const pcm = Int16Array.from({ length: rateHz }, (_, n) => {
    phase += (2 * Math.PI * (100 + (80 * n) / rateHz)) / rateHz;
    let sum = 0;
    for (let k = 1; k < 18; k++) sum += Math.sin(k * phase + k * k) / k;
    return Math.round(4000 * sum);
  });
  const isLost = (frame: number): boolean => frame % 10 === 5;
  const repeated = pcm.slice();
  for (let frame = 5; frame < 50; frame += 10) repeated.copyWithin(frame * 160, (frame - 1) * 160, frame * 160);
  const made = heard(pcm, rateHz, isLost);
  const errorOf = (out: Int16Array): number => {
    let sum = 0;
    for (let frame = 5; frame < 50; frame += 10) sum += errorShare(out, pcm, frame * 160, frame * 160 + 160);
    return sum / 5;
  };
  assert.ok(errorOf(made) < 0.6, `${errorOf(made)}`);
  assert.ok(errorOf(made) < 0.5 * errorOf(repeated), `${errorOf(made)} ${errorOf(repeated)}`);
});

test('a leap in the audio is no click', () => {
  const pcm = vowel(110, 8000, 400);
  const leapt = Int16Array.from([...pcm.subarray(0, 1600), ...pcm.subarray(1633)]);
  const concealment = new LossConcealment(8000);
  const out = leapt.slice();
  concealment.receive(out, 0, 1600);
  concealment.leap();
  concealment.receive(out, 1600, out.length);
  assert.ok(largestStep(out) <= 1.3 * largestStep(pcm));
});

test('whatever is missing: never louder than what was heard, and the same in any portions', () => {
  const portions = fc.array(fc.record({ isLost: fc.boolean(), count: fc.integer({ min: 1, max: 700 }) }), {
    maxLength: 30,
  });
  const sample = fc.integer({ min: -20_000, max: 20_000 });
  fc.assert(
    fc.property(portions, fc.array(sample, { minLength: 50, maxLength: 50 }), (parts, pattern) => {
      const total = parts.reduce((sum, { count }) => sum + count, 0);
      const pcm = Int16Array.from({ length: total }, (_, i) => pattern[i % 50]!);
      const whole = new LossConcealment(8000);
      const split = new LossConcealment(8000);
      const once = pcm.slice();
      const twice = pcm.slice();
      let from = 0;
      for (const { isLost, count } of parts) {
        const to = from + count;
        const middle = from + (count >> 1);
        for (const [concealment, out, cuts] of [
          [whole, once, [from, to]],
          [split, twice, [from, middle, to]],
        ] as const) {
          for (let i = 1; i < cuts.length; i++) {
            if (isLost) concealment.conceal(out, cuts[i - 1]!, cuts[i]!);
            else concealment.receive(out, cuts[i - 1]!, cuts[i]!);
          }
        }
        from = to;
      }
      assert.deepEqual(once, twice);
      assert.ok(once.every((made) => Math.abs(made) <= Math.max(...pattern.map(Math.abs), 0) + 1));
    }),
    { numRuns: 200 },
  );
});
