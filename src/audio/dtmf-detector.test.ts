/** Keys in audio, against the limits of ITU-T Q.24. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../kit/index.ts';
import { columnsHz, DtmfGenerator, keyAt, rowsHz } from './dtmf.ts';
import { DtmfDetector } from './dtmf-detector.ts';
import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from './g711.ts';
import { joinSamples } from './join-samples.ts';

const rateHz = 8000;
const allKeys = Array.from({ length: 16 }, (_, i) => keyAt(i >> 2, i & 3));

interface Pair {
  readonly lowHz: number;
  readonly highHz: number;
  /** dBm0 of each tone. */
  readonly lowDbm0: number;
  readonly highDbm0: number;
}

function pairOf(key: string, change: Partial<Pair> = {}): Pair {
  const at = allKeys.indexOf(key);
  return { lowHz: rowsHz[at >> 2]!, highHz: columnsHz[at & 3]!, lowDbm0: -10, highDbm0: -10, ...change };
}

const amplitude = (dbm0: number): number => 22_747 * 10 ** (dbm0 / 20);
const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const uniform = (seed: number): (() => number) => {
  const random = seededRandom(seed);
  return () => random.uint32() / 2 ** 32;
};

function sound(pair: Pair, durationMs: number, phase = 0): Int16Array {
  return Int16Array.from({ length: Math.round((durationMs * rateHz) / 1000) }, (_, n) =>
    Math.round(
      amplitude(pair.lowDbm0) * Math.sin((2 * Math.PI * pair.lowHz * n) / rateHz + phase) +
        amplitude(pair.highDbm0) * Math.sin((2 * Math.PI * pair.highHz * n) / rateHz + 2.1 * phase),
    ),
  );
}

const pause = (durationMs: number): Int16Array => new Int16Array(Math.round((durationMs * rateHz) / 1000));
const joined = (...parts: readonly Int16Array[]): Int16Array => joinSamples(parts);

/** The keys of a stream that comes in packets of `packetSamples`. */
function keysIn(pcm: Int16Array, packetSamples = 160): { keys: string; durations: number[] } {
  let keys = '';
  const durations: number[] = [];
  const detector = new DtmfDetector(rateHz, (key, durationMs) => {
    keys += key;
    durations.push(durationMs);
  });
  const whole = joined(pcm, pause(200));
  for (let at = 0; at < whole.length; at += packetSamples) {
    detector.push(whole, at, Math.min(packetSamples, whole.length - at), at / 8);
  }
  return { keys, durations };
}

/** Of sounds at 12 places of the grid of blocks, the share in which exactly this key was found. */
function hitRate(key: string, make: (i: number) => Int16Array): number {
  let hits = 0;
  for (let i = 0; i < 12; i++) if (keysIn(joined(pause(20 + i * 1.1), make(i))).keys === key) hits++;
  return hits / 12;
}

test('every key is found, with its length, through both laws of G.711 and in packets of any length', () => {
  const all = joined(
    pause(100),
    ...allKeys.flatMap((key) => {
      const pcm = new Int16Array(800);
      new DtmfGenerator(key, rateHz, 10).generate(pcm);
      return [pcm, pause(60)];
    }),
  );
  const bytes = new Uint8Array(all.length);
  const ulaw = new Int16Array(all.length);
  const alaw = new Int16Array(all.length);
  encodeUlaw(all, bytes);
  decodeUlaw(bytes, ulaw);
  encodeAlaw(all, bytes);
  decodeAlaw(bytes, alaw);
  for (const pcm of [all, ulaw, alaw]) {
    for (const packetSamples of [80, 160, 240, 1]) {
      const { keys, durations } = keysIn(pcm, packetSamples);
      assert.equal(keys, allKeys.join(''));
      assert.ok(
        durations.every((ms) => Math.abs(ms - 100) <= 6),
        durations.join(' '),
      );
    }
  }
});

test('ITU-T Q.24: 40 ms are a key wherever they begin, 23 ms are none', () => {
  for (const key of allKeys) {
    assert.equal(
      hitRate(key, (i) => sound(pairOf(key), 40, i)),
      1,
      key,
    );
    assert.equal(
      hitRate('', (i) => sound(pairOf(key), 23, i)),
      1,
      key,
    );
  }
});

test('ITU-T Q.24: a pause of 40 ms parts two presses, an interruption of 10 ms does not, nor as a rule a lost packet', () => {
  for (const key of ['1', '5', 'D']) {
    const twice = (gapMs: number) => (i: number) =>
      joined(sound(pairOf(key), 50, i), pause(gapMs), sound(pairOf(key), 50, i + 1));
    assert.equal(hitRate(key + key, twice(40)), 1, key);
    assert.equal(hitRate(key, twice(10)), 1, key);
    assert.ok(hitRate(key, twice(20)) >= 0.9, key);
  }
});

test('ITU-T Q.24: tones that are 1.5 % off are heard, those that are 3.5 % off are not', () => {
  // Each row and each column.
  for (const key of ['1', '5', '9', 'D']) {
    const { lowHz, highHz } = pairOf(key);
    for (const [low, high] of [
      [1.015, 1],
      [0.985, 1],
      [1, 1.015],
      [1, 0.985],
      [1.015, 1.015],
      [0.985, 0.985],
      [1.015, 0.985],
    ] as const) {
      const pair = pairOf(key, { lowHz: lowHz * low, highHz: highHz * high });
      assert.equal(
        hitRate(key, (i) => sound(pair, 50, i)),
        1,
        `${key} ${low} ${high}`,
      );
    }
    for (const [low, high] of [
      [1.035, 1],
      [0.965, 1],
      [1, 1.035],
      [1, 0.965],
      [1.035, 0.965],
    ] as const) {
      const pair = pairOf(key, { lowHz: lowHz * low, highHz: highHz * high });
      assert.equal(
        hitRate(key, (i) => sound(pair, 100, i)),
        0,
        `${key} ${low} ${high}`,
      );
    }
  }
});

test('ITU-T Q.24: the high tone may be 4 dB above the low one or 8 dB below it, not 9 above nor 13 below', () => {
  for (const key of allKeys) {
    assert.equal(
      hitRate(key, (i) => sound(pairOf(key, { highDbm0: -6 }), 50, i)),
      1,
      `${key} -6`,
    );
    assert.equal(
      hitRate(key, (i) => sound(pairOf(key, { highDbm0: -18 }), 50, i)),
      1,
      `${key} -18`,
    );
    assert.equal(
      hitRate(key, (i) => sound(pairOf(key, { highDbm0: -1 }), 50, i)),
      0,
      `${key} -1`,
    );
    assert.equal(
      hitRate(key, (i) => sound(pairOf(key, { highDbm0: -23 }), 50, i)),
      0,
      `${key} -23`,
    );
  }
});

test('ITU-T Q.24: heard from -25 dBm0 a tone to full scale, not at -40', () => {
  for (const key of allKeys) {
    for (const dbm0 of [-25, -3.2]) {
      const pair = pairOf(key, { lowDbm0: dbm0, highDbm0: dbm0 });
      assert.equal(
        hitRate(key, (i) => sound(pair, 45, i)),
        1,
        `${key} ${dbm0}`,
      );
    }
    const faint = pairOf(key, { lowDbm0: -40, highDbm0: -40 });
    assert.equal(
      hitRate(key, (i) => sound(faint, 100, i)),
      0,
      key,
    );
  }
});

test('keys amid noise 15 dB below them, and none in the noise alone', () => {
  const random = uniform(5);
  const noise = (dbm0: number, length: number): Int16Array =>
    Int16Array.from({ length }, () => Math.round(gaussian(random) * 16_085 * 10 ** (dbm0 / 20)));
  for (const key of allKeys) {
    const noisy = (i: number): Int16Array => {
      const pcm = sound(pairOf(key), 60, i);
      const hiss = noise(-22, pcm.length);
      return pcm.map((sample, n) => sample + hiss[n]!);
    };
    assert.ok(hitRate(key, noisy) >= 0.9, key);
  }
  assert.equal(keysIn(noise(-10, 60 * rateHz)).keys, '');
});

test('a key is told when it is let go, at an instant within 60 ms of that', () => {
  const told: [string, number, number][] = [];
  const detector = new DtmfDetector(rateHz, (...key) => told.push(key));
  const pcm = joined(pause(100), sound(pairOf('7'), 300), pause(300));
  for (let at = 0; at < pcm.length; at += 160) detector.push(pcm, at, 160, (at + 160) / 8);
  const [key, durationMs, atMs] = told[0] ?? [];
  assert.equal(key, '7');
  assert.ok(Math.abs(durationMs! - 300) <= 6, `${durationMs}`);
  assert.ok(atMs! >= 400 && atMs! <= 460, `${atMs}`);
  assert.equal(told.length, 1);
});
