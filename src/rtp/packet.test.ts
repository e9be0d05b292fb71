import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeRtpPacket, encodeRtpHeader, encodeRtpPacket, RtpPacket } from './index.ts';

const fields = fc.record({
  marker: fc.boolean(),
  payloadType: fc.nat(127),
  sequenceNumber: fc.nat(0xffff),
  timestamp: fc.nat(0xffff_ffff),
  ssrc: fc.nat(0xffff_ffff),
  csrcs: fc.array(fc.nat(0xffff_ffff), { maxLength: 15 }),
  extension: fc.option(
    fc.record({
      profile: fc.nat(0xffff),
      data: fc.nat(5).chain((words) => fc.uint8Array({ minLength: 4 * words, maxLength: 4 * words })),
    }),
    { nil: undefined },
  ),
  payload: fc.uint8Array({ maxLength: 200 }),
  paddingBytes: fc.nat(255),
});

test('what is written is read', () => {
  const packet = new RtpPacket();
  const into = new Uint8Array(1000);
  fc.assert(
    fc.property(fields, ({ extension, ...rest }) => {
      const given = extension === undefined ? rest : { ...rest, extension };
      const length = encodeRtpPacket(given, into);
      assert.ok(length !== undefined);
      const bytes = into.slice(0, length);
      assert.equal(decodeRtpPacket(bytes, packet), undefined);
      const { marker, payloadType, sequenceNumber, timestamp, ssrc } = packet;
      assert.deepEqual(
        { marker, payloadType, sequenceNumber, timestamp, ssrc },
        {
          marker: rest.marker,
          payloadType: rest.payloadType,
          sequenceNumber: rest.sequenceNumber,
          timestamp: rest.timestamp,
          ssrc: rest.ssrc,
        },
      );
      assert.equal(packet.csrcCount, rest.csrcs.length);
      assert.equal(packet.extensionProfile, extension?.profile);
      assert.deepEqual(bytes.slice(packet.extensionStart, packet.extensionEnd), extension?.data ?? new Uint8Array(0));
      assert.deepEqual(bytes.slice(packet.payloadStart, packet.payloadEnd), rest.payload);
    }),
  );
});

test('the plain header is byte-exact', () => {
  const bytes = new Uint8Array(12);
  const header = { marker: true, payloadType: 8, sequenceNumber: 0x0102, timestamp: 0xa0b0c0d0, ssrc: 0xfffefdfc };
  encodeRtpHeader(header, bytes);
  assert.deepEqual([...bytes], [0x80, 0x88, 1, 2, 0xa0, 0xb0, 0xc0, 0xd0, 0xff, 0xfe, 0xfd, 0xfc]);
  const whole = new Uint8Array(12);
  assert.equal(encodeRtpPacket({ ...header, payload: new Uint8Array(0) }, whole), 12);
  assert.deepEqual(whole, bytes);
});

test('faults are told apart', () => {
  const packet = new RtpPacket();
  const plain = [0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
  const decode = (...bytes: number[]): string | undefined => decodeRtpPacket(Uint8Array.from(bytes), packet);
  assert.equal(decode(...plain), undefined);
  assert.equal(packet.payloadStart, packet.payloadEnd);
  assert.equal(decode(...plain.slice(0, 11)), 'too-short');
  assert.equal(decode(0x40, ...plain.slice(1)), 'wrong-version');
  assert.equal(decode(0x81, ...plain.slice(1), 0, 0, 0), 'csrc-overrun');
  assert.equal(decode(0x90, ...plain.slice(1), 0, 0, 0), 'extension-overrun');
  assert.equal(decode(0x90, ...plain.slice(1), 0, 0, 0, 1, 9, 9, 9), 'extension-overrun');
  assert.equal(decode(0xa0, ...plain.slice(1), 0), 'bad-padding');
  assert.equal(decode(0xa0, ...plain.slice(1), 2), 'bad-padding');
  assert.equal(decode(0xa0, ...plain.slice(1), 1), undefined);
});

test('no bytes throw or lead out of the datagram', () => {
  const packet = new RtpPacket();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      if (bytes.length > 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
      if (decodeRtpPacket(bytes, packet) !== undefined) return;
      assert.ok(12 <= packet.payloadStart && packet.payloadStart <= packet.payloadEnd);
      assert.ok(packet.payloadEnd <= bytes.length && packet.extensionEnd <= packet.payloadStart);
    }),
    { numRuns: 2000 },
  );
});

test('what does not fit is refused', () => {
  const header = { marker: false, payloadType: 0, sequenceNumber: 0, timestamp: 0, ssrc: 0 };
  assert.equal(encodeRtpPacket({ ...header, payload: new Uint8Array(10) }, new Uint8Array(21)), undefined);
  const csrcs = Array.from({ length: 16 }, () => 1);
  assert.equal(encodeRtpPacket({ ...header, csrcs, payload: new Uint8Array(0) }, new Uint8Array(200)), undefined);
});
