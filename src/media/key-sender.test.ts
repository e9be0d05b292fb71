/** Keys on the wire, packet by packet (RFC 4733 §2.5.1). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DtmfDetector } from '../audio/index.ts';
import { seededRandom } from '../kit/index.ts';
import { decodeRtpPacket, RtpPacket } from '../rtp/index.ts';
import type { MediaEvent, NegotiatedAudio } from './contract.ts';
import { KeySender } from './key-sender.ts';
import { RtpSender } from './rtp-sender.ts';

const remote: NegotiatedAudio = {
  remoteAddress: '192.0.2.1',
  remotePort: 4000,
  codec: 'PCMU',
  payloadType: 0,
  telephoneEventPayloadType: 101,
  canSend: true,
  canReceive: true,
};
const key = (digit: string, durationMs = 60, attenuationDb = 7) => ({ digit, durationMs, attenuationDb });

/** A stream that sends silence where no key goes; `frames` counts frame times. */
class Stream {
  readonly events: MediaEvent[] = [];
  /** What was sent as audio. */
  readonly pcm: number[] = [];
  readonly packets: { pt: number; marker: boolean; seq: number; units: number; payload: number[] }[] = [];
  readonly keys = new KeySender((event) => this.events.push(event));
  readonly #sender: RtpSender;
  #nowMs = 0;
  #first: { readonly seq: number; readonly timestamp: number } | undefined = undefined;

  constructor() {
    const socket = {
      port: 1,
      close: () => undefined,
      encrypt: () => undefined,
      open: (bytes: Uint8Array) => bytes,
      openControl: (bytes: Uint8Array) => bytes,
      sendControl: () => undefined,
      send: (bytes: Uint8Array) => {
        const packet = new RtpPacket();
        assert.equal(decodeRtpPacket(bytes, packet), undefined);
        const { payloadType: pt, marker, sequenceNumber, timestamp, payloadStart, payloadEnd } = packet;
        this.#first ??= { seq: sequenceNumber, timestamp };
        const seq = (sequenceNumber - this.#first.seq) & 0xffff;
        const units = (timestamp - this.#first.timestamp) >>> 0;
        const payload = pt === 101 ? [...bytes.subarray(payloadStart, payloadEnd)] : [];
        this.packets.push({ pt, marker, seq, units, payload });
        return this.#nowMs;
      },
    };
    this.#sender = new RtpSender(socket, seededRandom(3));
    this.#sender.use('PCMU', 8000);
  }

  frames(count: number, to = remote): void {
    for (let index = 0; index < count; index += 1) {
      const frame = new Int16Array(160);
      const sent = this.keys.isSending ? this.keys.sendFrame(this.#sender, to, 'x', 1, this.#nowMs, frame) : undefined;
      if (sent === undefined) this.#sender.send(frame, 0, 'x', 1);
      this.pcm.push(...frame);
      this.#nowMs += 20;
    }
  }
}

test('one key: marker on the first packet, one timestamp, growing duration, the end three times', () => {
  const stream = new Stream();
  stream.frames(2);
  stream.keys.send({ type: 'send-keys', playbackId: 'k', keys: [key('#', 50)], gapMs: 200 }, 40);
  stream.frames(7);
  assert.deepEqual(
    stream.packets.map(({ pt, marker, seq, units }) => [pt, marker, seq, units]),
    [
      [0, true, 0, 0],
      [0, false, 1, 160],
      [101, true, 2, 320],
      [101, false, 3, 320],
      [101, false, 4, 320],
      [101, false, 5, 320],
      [101, false, 6, 320],
      [0, false, 7, 1120],
      [0, false, 8, 1280],
    ],
  );
  assert.deepEqual(
    stream.packets.flatMap(({ pt, payload }) => (pt === 101 ? [payload] : [])),
    [
      [11, 7, 0, 160],
      [11, 7, 1, 64],
      [11, 0x87, 1, 144],
      [11, 0x87, 1, 144],
      [11, 0x87, 1, 144],
    ],
  );
  assert.deepEqual(stream.events, [
    { type: 'playback-finished', playbackId: 'k', isComplete: true, playedMs: 80, atMs: 120 },
  ]);
});

test('several keys: silence between them, no two keys in one', () => {
  const stream = new Stream();
  stream.keys.send({ type: 'send-keys', playbackId: 'k', keys: [key('1'), key('1'), key('D')], gapMs: 100 }, 0);
  stream.frames(21);
  const shape = stream.packets.map(({ pt, marker, payload }) =>
    pt === 0 ? '.' : `${marker ? ' ' : ''}${payload[0]}${(payload[1] ?? 0) > 127 ? 'e' : ''}`,
  );
  assert.equal(shape.join(''), ' 111e1e1e... 111e1e1e... 151515e15e15e');
  assert.equal(stream.keys.isSending, false);
});

test('no pause asked for: the ends of a key still come three times before the next', () => {
  const stream = new Stream();
  stream.keys.send({ type: 'send-keys', playbackId: 'k', keys: [key('1', 40), key('2', 40)], gapMs: 0 }, 0);
  stream.frames(8);
  assert.deepEqual(
    stream.packets.map(({ payload }) => payload[0]),
    [1, 1, 1, 1, 2, 2, 2, 2],
  );
});

test('without telephone events the keys sound, each as long as asked, with the pauses between them', () => {
  const stream = new Stream();
  const { telephoneEventPayloadType: _, ...withoutEvents } = remote;
  stream.keys.send({ type: 'send-keys', playbackId: 'k', keys: [key('1', 50), key('#', 110)], gapMs: 70 }, 0);
  stream.frames(30, withoutEvents);
  assert.ok(stream.packets.every(({ pt, seq }, i) => pt === 0 && seq === i));
  const heard: unknown[] = [];
  const detector = new DtmfDetector(8000, (digit, durationMs) => heard.push([digit, Math.round(durationMs / 10)]));
  detector.push(Int16Array.from(stream.pcm), 0, stream.pcm.length, 0);
  assert.deepEqual(heard, [
    ['1', 5],
    ['#', 11],
  ]);
  const soundSamples = (50 + 70 + 110) * 8;
  assert.ok(stream.pcm.slice(50 * 8, 120 * 8).every((sample) => sample === 0));
  assert.ok(stream.pcm.slice(soundSamples).every((sample) => sample === 0));
  assert.deepEqual(stream.events, [
    { type: 'playback-finished', playbackId: 'k', isComplete: true, playedMs: 220, atMs: 220 },
  ]);
});

test('stopped: nothing more of it is sent', () => {
  const stream = new Stream();
  stream.keys.send({ type: 'send-keys', playbackId: 'k', keys: [key('1'), key('2')], gapMs: 0 }, 0);
  stream.frames(2);
  stream.keys.stop(40);
  stream.frames(2);
  assert.deepEqual(
    stream.packets.map(({ pt }) => pt),
    [101, 101, 0, 0],
  );
  assert.deepEqual(stream.events, [
    { type: 'playback-finished', playbackId: 'k', isComplete: false, playedMs: 40, atMs: 40 },
  ]);
});
