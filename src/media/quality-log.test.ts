import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRtpPacket } from '../rtp/index.ts';
import { QualityLog } from './quality-log.ts';
import { RtpListener } from './rtp-listener.ts';

const nothing = (): void => undefined;
const remote = {
  remoteAddress: '192.0.2.2',
  remotePort: 20_000,
  codec: 'PCMU',
  payloadType: 0,
  canSend: true,
  canReceive: true,
} as const;

class Stream {
  readonly listener = new RtpListener('strict', nothing, nothing, nothing);
  readonly log = new QualityLog(this.listener, undefined);
  readonly #bytes = new Uint8Array(172);
  #number = 0;

  constructor() {
    this.listener.expect(remote, 8000);
    this.log.tick(0);
  }

  /** `count` packets in time, then one that is lost if `isLossy`. */
  receive(count: number, nowMs: number, isLossy = false): void {
    for (let i = 0; i < count; i++) {
      const sequenceNumber = this.#number++ & 0xffff;
      const header = { marker: false, payloadType: 0, sequenceNumber, timestamp: this.#number * 160, ssrc: 5 };
      encodeRtpPacket({ ...header, payload: new Uint8Array(160) }, this.#bytes);
      this.listener.onDatagram(this.#bytes, remote.remoteAddress, remote.remotePort, nowMs);
    }
    if (isLossy) this.#number++;
  }
}

test('a sample every 5 s: what came, what was lost of it, and what one thinks of that', () => {
  const stream = new Stream();
  stream.receive(1, 10);
  stream.log.tick(5000);
  // One packet in ten.
  for (let i = 0; i < 5; i++) stream.receive(9, 5020 + i * 20, true);
  stream.receive(1, 5200);
  stream.log.tick(10_000);
  stream.log.tick(15_000);
  const { quality, mos, mosMin } = stream.log.summary(15_500);
  assert.deepEqual(
    quality.map(({ atMs, packetsReceived, lossPercent }) => [atMs, packetsReceived, lossPercent]),
    [
      [0, 1, 0],
      [5000, 46, 9.8],
      [10_000, 0, null],
    ],
  );
  const [good, bad, silent] = quality.map((sample) => sample.mos);
  assert.ok(good !== null && good !== undefined && good > 4.3, String(good));
  assert.ok(bad !== null && bad !== undefined && bad < 3.5 && bad > 2.5, String(bad));
  assert.equal(silent, null);
  assert.equal(mosMin, bad);
  assert.ok(mos !== null && Math.abs(mos - (good + bad) / 2) < 0.01);
  assert.ok(quality.every(({ farMos, roundTripMs }) => farMos === null && roundTripMs === null));
});

test('however long the call, its samples are few, reach from its beginning to its end, and hold the worst', () => {
  const stream = new Stream();
  const endMs = 10 * 3_600_000;
  for (let nowMs = 5000; nowMs <= endMs; nowMs += 5000) {
    stream.receive(5, nowMs, nowMs === 1_800_000);
    stream.log.tick(nowMs);
  }
  const { quality } = stream.log.summary(endMs);
  assert.ok(quality.length > 100 && quality.length <= 240, String(quality.length));
  assert.equal(quality[0]?.atMs, 0);
  assert.ok((quality.at(-1)?.atMs ?? 0) > endMs - 400_000);
  assert.equal(
    quality.reduce((sum, { packetsReceived }) => sum + packetsReceived, 0),
    stream.listener.statistics.packetsReceived,
  );
  const lossy = quality.filter(({ lossPercent }) => lossPercent !== null && lossPercent > 0);
  assert.equal(lossy.length, 1);
});

test('a call that is over within a second has no sample', () => {
  const stream = new Stream();
  stream.receive(5, 100);
  assert.deepEqual(stream.log.summary(900).quality, []);
  assert.equal(new QualityLog(stream.listener, undefined).summary(900).mos, null);
});
