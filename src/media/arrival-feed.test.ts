import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JitterBuffer } from '../rtp/index.ts';
import { ArrivalFeed } from './arrival-feed.ts';

const packetSamples = 160;

interface Numbers {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc?: number;
}

/** A feed behind a jitter buffer, which judges as in a call, and everything that was heard. */
class Line {
  readonly heard: number[] = [];
  readonly voiceAtMs: number[] = [];
  readonly #jitterBuffer = new JitterBuffer(8000, packetSamples);
  readonly #frame = new Int16Array(packetSamples);
  readonly feed = new ArrivalFeed(2048, 8000, (samples, from, count, atMs) => {
    for (let i = 0; i < count; i++) this.heard.push(samples?.[from + i] ?? 0);
    if (samples !== undefined) this.voiceAtMs.push(atMs);
  });

  /** A packet whose samples are all `value`. */
  push(numbers: Numbers, value: number, nowMs: number, count = packetSamples): void {
    const samples = new Int16Array(count).fill(value);
    const header = headerOf(numbers);
    this.feed.push(header, samples, count, this.#jitterBuffer.push(header, samples, count, nowMs), nowMs);
  }

  tick(nowMs: number): void {
    this.#jitterBuffer.pull(nowMs, this.#frame);
    this.feed.tick(nowMs);
  }

  get heardMs(): number {
    return this.heard.length / 8;
  }

  /** What was heard as runs of one value: `[value, ms]`. */
  runs(): [number, number][] {
    const runs: [number, number][] = [];
    for (const value of this.heard) {
      const last = runs.at(-1);
      if (last?.[0] === value) last[1] += 1 / 8;
      else runs.push([value, 1 / 8]);
    }
    return runs;
  }
}

function headerOf({ sequenceNumber, timestamp, ssrc = 7 }: Numbers) {
  const wrapped = { sequenceNumber: sequenceNumber & 0xffff, timestamp: timestamp >>> 0 };
  return { marker: false, payloadType: 0, ssrc, ...wrapped };
}

interface Fate {
  /** 0 to 50: at most two packets overtake. */
  readonly delayMs: number;
  readonly isLost: boolean;
  readonly copies: number;
  /** So many frames without a packet before this one. */
  readonly pauseFrames: number;
}

/** Runs the packets of `fates` and 200 ms after them; the values of those that arrived, and the last instant. */
function run(line: Line, fates: readonly Fate[], firstSequence: number): { arrived: number[]; endMs: number } {
  let frame = 1;
  const sent = fates.map((fate, index) => {
    frame += 1 + fate.pauseFrames;
    const timestamp = (frame - firstSequence) * packetSamples;
    return { ...fate, value: index + 1, atMs: frame * 20 + 3, sequenceNumber: firstSequence + index, timestamp };
  });
  const arrivals = sent
    .flatMap((packet) =>
      packet.isLost
        ? []
        : Array.from({ length: packet.copies }, (_, copy) => ({
            ...packet,
            atMs: packet.atMs + packet.delayMs + copy * 15,
          })),
    )
    .sort((a, b) => a.atMs - b.atMs);
  const endMs = frame * 20 + 200;
  let next = 0;
  for (let nowMs = 20; nowMs <= endMs; nowMs += 20) {
    for (; (arrivals[next]?.atMs ?? Infinity) <= nowMs; next++) {
      const { value, atMs, ...numbers } = arrivals[next]!;
      line.push(numbers, value, atMs);
    }
    line.tick(nowMs);
  }
  return { arrived: sent.filter(({ isLost }) => !isLost).map(({ value }) => value), endMs };
}

const fateOf = (pauseFrames: fc.Arbitrary<number>): fc.Arbitrary<Fate> =>
  fc.record({
    delayMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 })),
    isLost: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    copies: fc.integer({ min: 1, max: 3 }),
    pauseFrames,
  });
const calm: Fate = { delayMs: 0, isLost: false, copies: 1, pauseFrames: 0 };
const firstSequences = fc.constantFrom(0, 1000, 0xfff0);

test('reordered, doubled and lost now and then: every sample in its place, silence in place of what is lost', () => {
  fc.assert(
    fc.property(fc.array(fateOf(fc.constant(0)), { maxLength: 60 }), firstSequences, (drawn, firstSequence) => {
      // Every other packet is in time: never does so little arrive that time goes on by itself.
      const fates = [calm, ...drawn.map((fate, i) => (i % 2 === 0 ? fate : calm)), calm];
      const line = new Line();
      run(line, fates, firstSequence);
      const expected = fates.map(({ isLost }, index) => (isLost ? 0 : index + 1));
      const from = line.heard.indexOf(1);
      const heard = line.heard.slice(from, from + fates.length * packetSamples);
      assert.deepEqual(
        heard,
        expected.flatMap((value) => Array.from({ length: packetSamples }, () => value)),
      );
      assert.ok(line.heard.slice(0, from).every((value) => value === 0));
    }),
  );
});

test('with pauses too: every packet that arrives is heard whole and in order, and as much as time goes by', () => {
  fc.assert(
    fc.property(
      fc.array(fateOf(fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40 }))), {
        maxLength: 60,
      }),
      firstSequences,
      (drawn, firstSequence) => {
        const line = new Line();
        const { arrived, endMs } = run(line, [calm, ...drawn, calm], firstSequence);
        assert.deepEqual(
          line.runs().filter(([value]) => value !== 0),
          arrived.map((value) => [value, 20]),
        );
        // One packet, and the time that a packet may be late.
        assert.ok(Math.abs(line.heardMs - endMs) <= 20 + 50, `${line.heardMs} of ${endMs}`);
      },
    ),
  );
});

test('silence suppression on a calm network: as much is heard as time goes by, within a packet', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), (pauses) => {
      const line = new Line();
      const { endMs } = run(line, [calm, ...pauses.map((pauseFrames) => ({ ...calm, pauseFrames }))], 5);
      assert.ok(Math.abs(line.heardMs - endMs) <= 20, `${line.heardMs} of ${endMs}`);
    }),
  );
});

test('a packet in sequence is heard at the instant it arrives', () => {
  const line = new Line();
  for (let i = 0; i < 5; i++) line.push({ sequenceNumber: i, timestamp: i * 160 }, i + 1, 100 + i * 20 + (i % 3));
  assert.deepEqual(line.voiceAtMs, [100, 121, 142, 160, 181]);
});

test('three packets wait for a lost one, the fourth ends that; alone they wait for 60 ms', () => {
  const line = new Line();
  const at = (n: number): Numbers => ({ sequenceNumber: n, timestamp: n * 160 });
  line.push(at(0), 1, 0);
  for (const n of [4, 3, 2]) line.push(at(n), n + 1, 10);
  assert.deepEqual(line.voiceAtMs, [0]);
  line.push(at(5), 6, 11);
  assert.deepEqual(line.voiceAtMs, [0, 10, 10, 10, 11]);
  line.push(at(1), 2, 12);
  line.push(at(7), 8, 60);
  line.tick(100);
  assert.equal(line.voiceAtMs.length, 5);
  line.tick(120);
  assert.deepEqual(
    line.runs().flatMap(([value]) => (value === 0 ? [] : [value])),
    [1, 3, 4, 5, 6, 8],
  );
});

test('a far end that never sends, or dies: silence goes on with the clock, one frame per tick', () => {
  const line = new Line();
  for (let nowMs = 20; nowMs <= 200; nowMs += 20) line.tick(nowMs);
  assert.equal(line.heardMs, 200);
  line.push({ sequenceNumber: 9, timestamp: 5 }, 1, 215);
  for (let nowMs = 220; nowMs <= 1220; nowMs += 20) line.tick(nowMs);
  assert.ok(line.heardMs > 1180 && line.heardMs <= 1220, `${line.heardMs}`);
});

test('packets without audio keep their place and are silence', () => {
  const line = new Line();
  line.push({ sequenceNumber: 0, timestamp: 0 }, 1, 0);
  for (let n = 1; n <= 10; n++) {
    line.feed.pass(headerOf({ sequenceNumber: n, timestamp: 160 }), n * 20);
    line.tick(n * 20);
  }
  line.push({ sequenceNumber: 11, timestamp: 11 * 160 }, 2, 220);
  assert.deepEqual(line.runs(), [
    [1, 20],
    [0, 200],
    [2, 20],
  ]);
});

test('another SSRC is heard from its second packet on, one that strayed never', () => {
  const line = new Line();
  for (let i = 0; i < 5; i++) line.push({ sequenceNumber: i, timestamp: i * 160 }, 1, i * 20);
  line.push({ sequenceNumber: 500, timestamp: 9, ssrc: 8 }, 9, 85);
  line.push({ sequenceNumber: 5, timestamp: 800 }, 1, 100);
  for (let i = 0; i < 3; i++) line.push({ sequenceNumber: i, timestamp: 70_000 + i * 160, ssrc: 9 }, 2, 120 + i * 20);
  assert.deepEqual(line.runs(), [
    [1, 120],
    [0, 20],
    [2, 40],
  ]);
});

test('a sender that numbers anew but keeps its timestamps is heard on', () => {
  const line = new Line();
  for (let i = 0; i < 5; i++) line.push({ sequenceNumber: 900 + i, timestamp: i * 160 }, i + 1, i * 20);
  for (let i = 5; i < 10; i++) line.push({ sequenceNumber: i, timestamp: i * 160 }, i + 1, i * 20);
  assert.deepEqual(
    line.runs(),
    Array.from({ length: 10 }, (_, i) => [i + 1, 20]),
  );
});

test('a thread that stood still puts no silence between packets that wait in its socket', () => {
  const line = new Line();
  for (let i = 0; i < 5; i++) {
    line.push({ sequenceNumber: i, timestamp: i * 160 }, i + 1, i * 20);
    line.tick(i * 20 + 5);
  }
  // Three ticks are made up for at once, then the socket is read.
  for (let i = 0; i < 3; i++) line.tick(205);
  for (let i = 5; i < 11; i++) line.push({ sequenceNumber: i, timestamp: i * 160 }, i + 1, 206);
  assert.deepEqual(
    line.runs(),
    Array.from({ length: 11 }, (_, i) => [i + 1, 20]),
  );
});

test('whoever sends faster than time goes by is heard as fast as time, but for a burst', () => {
  const line = new Line();
  for (let i = 0; i < 5000; i++) {
    line.push({ sequenceNumber: i, timestamp: i * 160 }, 1, i);
    if (i % 20 === 0) line.tick(i);
  }
  assert.ok(line.heardMs <= 5000 * 1.1 + 400, `${line.heardMs}`);
  const leaping = new Line();
  for (let i = 0; i < 500; i++) leaping.push({ sequenceNumber: i, timestamp: i * 8000 }, 1, i * 20);
  assert.ok(leaping.heardMs <= 10_000 * 1.1 + 400, `${leaping.heardMs}`);
});

test('packets of any length: 10, 30 and 60 ms', () => {
  for (const ms of [10, 30, 60]) {
    const line = new Line();
    for (let i = 0; i < 20; i++) {
      line.push({ sequenceNumber: i, timestamp: i * ms * 8 }, i + 1, i * ms, ms * 8);
      line.tick(i * ms + 1);
    }
    const runs = line.runs();
    // Time before the first packet may be silence.
    if (runs[0]?.[0] === 0) runs.shift();
    assert.deepEqual(
      runs,
      Array.from({ length: 20 }, (_, i) => [i + 1, ms]),
    );
  }
});
