import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type FrameKind, JitterBuffer, type JitterVerdict } from './index.ts';

const frameSamples = 160;

interface Arrival {
  readonly index: number;
  readonly atMs: number;
}

interface Frame {
  readonly kind: FrameKind;
  /** The packet the frame came from, when it was received. */
  readonly index: number;
  readonly atMs: number;
}

class Line {
  readonly buffer = new JitterBuffer(8000, frameSamples);
  readonly frames: Frame[] = [];
  readonly verdicts: JitterVerdict[] = [];
  readonly #into = new Int16Array(frameSamples);
  #tickMs = 7;

  /** Packet `index` of a stream; its samples hold the index. */
  push(index: number, atMs: number, stream: { ssrc?: number; timestamp?: number; sequence?: number } = {}): void {
    const header = {
      marker: false,
      payloadType: 0,
      sequenceNumber: ((stream.sequence ?? 65_500) + index) & 0xffff,
      timestamp: ((stream.timestamp ?? 0xffff_f000) + index * frameSamples) >>> 0,
      ssrc: stream.ssrc ?? 1,
    };
    this.verdicts.push(this.buffer.push(header, new Int16Array(frameSamples).fill(1000 + index), frameSamples, atMs));
  }

  pullUntil(untilMs: number): void {
    for (; this.#tickMs <= untilMs; this.#tickMs += 20) {
      const kind = this.buffer.pull(this.#tickMs, this.#into);
      // The first 10 ms behind a gap are blended with what was made up in it.
      const index = this.#into.at(-1)! - 1000;
      this.frames.push({ kind, index, atMs: this.#tickMs });
      if (kind === 'received') assert.ok(this.#into.subarray(80).every((sample) => sample === index + 1000));
    }
  }

  run(arrivals: readonly Arrival[], endMs: number): void {
    for (const { index, atMs } of arrivals.toSorted((a, b) => a.atMs - b.atMs)) {
      this.pullUntil(atMs);
      this.push(index, atMs);
    }
    this.pullUntil(endMs);
  }

  received(): number[] {
    return this.frames.filter(({ kind }) => kind === 'received').map(({ index }) => index);
  }
}

const even = (count: number): Arrival[] => Array.from({ length: count }, (_, index) => ({ index, atMs: index * 20 }));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('an even stream comes out whole, 40 to 60 ms late', () => {
  const line = new Line();
  line.run(even(200), 4200);
  assert.deepEqual(line.received(), upTo(200));
  const first = line.frames.find(({ kind }) => kind === 'received')!;
  assert.ok(first.atMs >= 40 && first.atMs <= 60, `${first.atMs}`);
  assert.equal(line.buffer.packetsLate, 0);
});

test('on a clean network the delay shrinks towards its floor', () => {
  const line = new Line();
  line.run(even(3000), 60_000);
  assert.ok(line.buffer.delayMs(60_000) < 50);
  assert.ok(line.buffer.targetMs < 25);
});

test('reordering and copies are put right', () => {
  const line = new Line();
  const arrivals = even(100).flatMap(({ index, atMs }) => [
    { index, atMs: atMs + (index % 3 === 0 ? 25 : 0) },
    { index, atMs: atMs + 30 },
  ]);
  line.run(arrivals, 2200);
  assert.deepEqual(line.received(), upTo(100));
  assert.equal(line.buffer.packetsDuplicated, 100);
});

test('the first packet may be overtaken', () => {
  const line = new Line();
  line.run([...even(50).slice(2), { index: 0, atMs: 42 }, { index: 1, atMs: 43 }], 1200);
  assert.deepEqual(line.received(), upTo(50));
});

test('a lost packet is made up and fades; a long gap is silent', () => {
  const buffer = new JitterBuffer(8000, frameSamples);
  const into = new Int16Array(frameSamples);
  const header = { marker: false, payloadType: 0, ssrc: 1, sequenceNumber: 0, timestamp: 0 };
  buffer.push(header, new Int16Array(frameSamples).fill(8000), frameSamples, 0);
  let nowMs = 0;
  while (buffer.pull(nowMs, into) === 'silent') nowMs += 20;
  const means: number[] = [];
  for (let i = 0; i < 4; i++) {
    nowMs += 20;
    assert.equal(buffer.pull(nowMs, into), 'concealed');
    means.push(into.reduce((sum, sample) => sum + sample, 0) / frameSamples);
  }
  assert.ok(means[0]! > 6000 && means[1]! < means[0]! && means[2]! < means[1]! && means[3] === 0, means.join(' '));
});

test('the delay grows with the lateness of packets and stays under 200 ms', () => {
  const line = new Line();
  const arrivals = even(1000).map(({ index, atMs }) => ({ index, atMs: atMs + ((index * 7919) % 120) }));
  line.run(arrivals, 20_400);
  assert.ok(line.buffer.targetMs > 100 && line.buffer.targetMs <= 200);
  const settled = line.received().filter((index) => index >= 200);
  assert.deepEqual(settled, upTo(1000).slice(200));
});

test('the delay follows the jitter up, and down again when the network calms', () => {
  const line = new Line();
  const jitterMs = (index: number): number => (index >= 500 && index < 1500 ? (index * 7919) % 110 : 0);
  const arrivals = even(4000).map(({ index, atMs }) => ({ index, atMs: atMs + jitterMs(index) }));
  const at = (untilMs: number): number => {
    line.run(
      arrivals.splice(
        0,
        arrivals.findIndex(({ atMs }) => atMs > untilMs),
      ),
      untilMs,
    );
    return line.buffer.delayMs(untilMs);
  };
  const calmMs = at(9900);
  const roughMs = at(29_500);
  const calmAgainMs = at(79_000);
  assert.ok(calmMs < 60 && roughMs > 90 && calmAgainMs < 60, `${calmMs} ${roughMs} ${calmAgainMs}`);
  assert.ok(line.received().length > 3900);
});

test('a sender that suppresses silence is heard from the first word of each talkspurt', () => {
  const line = new Line();
  // A second of words, two of nothing: the timestamps go on, the sequence numbers do not.
  const words = even(450).filter(({ index }) => index % 150 < 50);
  let sequence = 0;
  for (const { index, atMs } of words) {
    line.pullUntil(atMs);
    line.push(index, atMs, { sequence: sequence - index, timestamp: 0 });
    sequence += 1;
  }
  line.pullUntil(10_000);
  assert.deepEqual(
    line.received(),
    words.map(({ index }) => index),
  );
  assert.equal(line.buffer.packetsLate, 0);
});

test('packet times other than the frame time', () => {
  for (const packetSamples of [80, 240, 480]) {
    const buffer = new JitterBuffer(8000, frameSamples);
    const into = new Int16Array(frameSamples);
    const heard: number[] = [];
    for (let nowMs = 0, sent = 0; nowMs < 2000; nowMs += 10) {
      while (sent * packetSamples < nowMs * 8 && sent * packetSamples < 12_000) {
        const samples = Int16Array.from({ length: packetSamples }, (_, i) => sent * packetSamples + i + 1);
        const header = {
          marker: false,
          payloadType: 0,
          ssrc: 1,
          sequenceNumber: sent,
          timestamp: sent * packetSamples,
        };
        buffer.push(header, samples, packetSamples, nowMs);
        sent++;
      }
      if (nowMs % 20 === 0 && buffer.pull(nowMs, into) === 'received') heard.push(...into);
    }
    assert.deepEqual(
      heard,
      Array.from({ length: 12_000 }, (_, i) => i + 1),
      `${packetSamples}`,
    );
  }
});

test('another SSRC is believed at its second packet in a row, a stray one never', () => {
  const line = new Line();
  for (let i = 0; i < 60; i++) {
    line.pullUntil(i * 20);
    line.push(i, i * 20);
    // Once in a while someone else's packet; never two that follow on.
    if (i % 4 === 0) line.push(i * 3, i * 20 + 1, { ssrc: 2 });
  }
  assert.equal(line.verdicts.filter((verdict) => verdict === 'implausible').length, 15);
  assert.deepEqual(line.received(), upTo(line.received().length));
  line.push(100, 1200, { ssrc: 3, timestamp: 5 });
  line.push(101, 1220, { ssrc: 3, timestamp: 5 });
  assert.equal(line.verdicts.at(-2), 'implausible');
  assert.equal(line.verdicts.at(-1), 'restarted');
  line.pullUntil(1300);
  assert.equal(line.received().at(-1), 101);
});

test('a leap of the timestamps of the same sender', () => {
  const line = new Line();
  for (let i = 0; i < 100; i++) {
    line.pullUntil(i * 20);
    line.push(i, i * 20, i < 50 ? {} : { timestamp: 1_000_000 });
  }
  line.pullUntil(2200);
  // The packet that leaps is spent on proving the leap, and what waited before it is given up.
  const heard = line.received();
  assert.deepEqual(
    heard.filter((i) => i < 47 || i > 50),
    upTo(100).filter((i) => i < 47 || i > 50),
  );
  assert.deepEqual(
    heard,
    heard.toSorted((a, b) => a - b),
  );
});

test('a sender whose clock stood still for a second is heard again', () => {
  const line = new Line();
  for (let i = 0; i < 100; i++) {
    const atMs = i * 20 + (i < 50 ? 0 : 700);
    line.pullUntil(atMs);
    line.push(i, atMs);
  }
  line.pullUntil(3000);
  assert.ok(line.received().includes(99));
  assert.ok(line.received().length >= 90, `${line.received().length}`);
});

test('a sender that comes back from hold is heard from its first packet', () => {
  const line = new Line();
  line.run([...even(50), ...even(50).map(({ index, atMs }) => ({ index: index + 50, atMs: atMs + 5000 }))], 6200);
  assert.deepEqual(line.received(), upTo(100));
});

test('frames that were never pulled are left out, not played later', () => {
  const line = new Line();
  line.run(even(50), 900);
  const delayMs = line.buffer.delayMs(907);
  line.buffer.skip(3);
  assert.equal(line.buffer.delayMs(907), delayMs - 60);
});

test('whatever the network does, frames come out in order, once, and not too late', () => {
  const network = fc.array(
    fc.record({
      delayMs: fc.integer({ min: 0, max: 250 }),
      copies: fc.integer({ min: 0, max: 3 }),
      copyDelayMs: fc.integer({ min: 0, max: 300 }),
    }),
    { minLength: 1, maxLength: 300 },
  );
  fc.assert(
    fc.property(network, (fates) => {
      const line = new Line();
      const arrivals = fates.flatMap(({ delayMs, copies, copyDelayMs }, index) =>
        Array.from({ length: copies }, (_, copy) => ({ index, atMs: index * 20 + delayMs + copy * copyDelayMs })),
      );
      line.run(arrivals, fates.length * 20 + 1500);
      let last = -1;
      for (const { kind, index, atMs } of line.frames) {
        if (kind !== 'received') continue;
        assert.ok(index > last, `${index} after ${last}`);
        last = index;
        // 250 ms of network at most, 200 of buffer, two frames of quantisation.
        assert.ok(atMs - index * 20 <= 250 + 200 + 45, `${index} at ${atMs}`);
      }
      assert.ok(line.buffer.targetMs >= 20 && line.buffer.targetMs <= 200);
    }),
    { numRuns: 300 },
  );
});

test('no header and no length break it', () => {
  const header = fc.record({
    marker: fc.boolean(),
    payloadType: fc.nat(127),
    sequenceNumber: fc.nat(0xffff),
    timestamp: fc.oneof(fc.nat(0xffff_ffff), fc.nat(20_000)),
    ssrc: fc.nat(1),
  });
  const samples = new Int16Array(2000).fill(5);
  fc.assert(
    fc.property(fc.array(fc.tuple(header, fc.nat(2000)), { maxLength: 100 }), (packets) => {
      const buffer = new JitterBuffer(8000, frameSamples);
      const into = new Int16Array(frameSamples);
      packets.forEach(([header, count], i) => {
        buffer.push(header, samples, count, i * 20);
        buffer.pull(i * 20 + 1, into);
        assert.ok(into.every((sample) => sample >= 0 && sample <= 5));
      });
    }),
  );
});
