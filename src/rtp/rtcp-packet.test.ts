import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeRtcp, encodeRtcp, isRtcp, type RtcpPacket } from './rtcp-packet.ts';

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffff_ffff);
const ntp = fc.record({ seconds: uint32, fraction: uint32 });
const text = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 255,
});

const receptionReport = fc.record({
  ssrc: uint32,
  fractionLost: uint8,
  packetsLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
  highestSequence: uint32,
  jitterUnits: uint32,
  lastReport: uint32,
  delaySinceLastReport: uint32,
});
const reports = fc.array(receptionReport, { maxLength: 31 });

const metrics = fc.record({
  ssrc: uint32,
  lossRate: uint8,
  discardRate: uint8,
  burstDensity: uint8,
  gapDensity: uint8,
  burstMs: uint16,
  gapMs: uint16,
  roundTripMs: uint16,
  endSystemDelayMs: uint16,
  rFactor: uint8,
  mosListening: uint8,
  mosConversation: uint8,
  jitterBufferMs: uint16,
  jitterBufferMaxMs: uint16,
  jitterBufferAbsoluteMaxMs: uint16,
});

const extendedReport = fc.oneof(
  fc.record({ type: fc.constant('receiver-reference-time' as const), ntp }),
  fc.record({
    type: fc.constant('dlrr' as const),
    reports: fc.array(fc.record({ ssrc: uint32, lastReport: uint32, delaySinceLastReport: uint32 }), { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('voip-metrics' as const), metrics }),
);

const senderReport = fc.record({
  type: fc.constant('sender-report' as const),
  ssrc: uint32,
  ntp,
  rtpTimestamp: uint32,
  packetCount: uint32,
  octetCount: uint32,
  reports,
});
const receiverReport = fc.record({ type: fc.constant('receiver-report' as const), ssrc: uint32, reports });
const chunk = fc.record({ ssrc: uint32, cname: text, tool: text }, { requiredKeys: ['ssrc'] });
const sourceDescription = fc.record({
  type: fc.constant('source-description' as const),
  chunks: fc.array(chunk, { maxLength: 31 }),
});
const goodbye = fc.record({ type: fc.constant('goodbye' as const), ssrcs: fc.array(uint32, { maxLength: 31 }) });
const extended = fc.record({
  type: fc.constant('extended-report' as const),
  ssrc: uint32,
  reports: fc.array(extendedReport, { maxLength: 4 }),
});

const compound: fc.Arbitrary<readonly RtcpPacket[]> = fc
  .tuple(
    fc.oneof(senderReport, receiverReport),
    fc.array(fc.oneof(senderReport, receiverReport, sourceDescription, goodbye, extended), { maxLength: 3 }),
  )
  // Plain objects, as the decoder makes them.
  .map(([first, others]) => structuredClone([first, ...others]));

function encoded(packets: readonly RtcpPacket[]): Uint8Array {
  const into = new Uint8Array(65_536).fill(0xff);
  return into.slice(0, encodeRtcp(packets, into));
}

const bye = { type: 'goodbye', ssrcs: [1] } as const;
const emptyReport = { type: 'receiver-report', ssrc: 0x01020304, reports: [] } as const;

test('RFC 3550 §6, RFC 3611 §4: what is written is read again, whole words throughout', () => {
  fc.assert(
    fc.property(compound, (packets) => {
      const bytes = encoded(packets);
      assert.equal(bytes.length % 4, 0);
      assert.ok(isRtcp(bytes));
      assert.deepEqual(decodeRtcp(bytes), packets);
    }),
  );
});

test('RFC 3550 §6.4.1: a sender report, byte for byte', () => {
  const report = {
    ssrc: 0x0a0b0c0d,
    fractionLost: 64,
    packetsLost: -2,
    highestSequence: 0x0001_ffff,
    jitterUnits: 17,
    lastReport: 0x11223344,
    delaySinceLastReport: 0x8000,
  };
  const bytes = encoded([
    {
      type: 'sender-report',
      ssrc: 0x01020304,
      ntp: { seconds: 0xe0000001, fraction: 0x80000000 },
      rtpTimestamp: 160,
      packetCount: 3,
      octetCount: 480,
      reports: [report],
    },
    { type: 'source-description', chunks: [{ ssrc: 0x01020304, cname: 'ab' }] },
    bye,
  ]);
  assert.equal(
    Buffer.from(bytes).toString('hex'),
    '81c8000c01020304e000000180000000000000a000000003000001e0' +
      '0a0b0c0d40fffffe0001ffff000000111122334400008000' +
      '81ca0003010203040102616200000000' +
      '81cb000100000001',
  );
});

test('nothing that comes makes the decoder throw or read beyond its end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodeRtcp(bytes);
    }),
    { numRuns: 5000 },
  );
  const mutation = fc.array(fc.tuple(fc.nat(400), uint8), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(compound, mutation, fc.nat(400), (packets, changes, cut) => {
      const bytes = encoded(packets);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const shortened = bytes.subarray(0, Math.max(0, bytes.length - (cut % 9)));
      const read = decodeRtcp(shortened);
      // What is read can be written, and says the same again.
      if (read !== undefined && read.length > 0) assert.deepEqual(decodeRtcp(encoded(read)) ?? [], read);
    }),
    { numRuns: 2000 },
  );
});

test('RFC 3550 A.2: what is no compound is refused whole', () => {
  const good = encoded([emptyReport, bye]);
  assert.equal(decodeRtcp(good)?.length, 2);
  const changed = (at: number, value: number): Uint8Array => good.with(at, value);
  for (const [reason, bytes] of [
    ['nothing', new Uint8Array(0)],
    ['another version', changed(0, 0x40)],
    ['no report first', encoded([bye])],
    ['a length beyond the end', changed(3, 9)],
    ['a count beyond the length', changed(0, 0x81)],
    ['a padded first packet', changed(0, 0xa0)],
    ['padding of no bytes', changed(8, 0xa1).with(15, 0)],
    ['padding of half a word', changed(8, 0xa1).with(15, 2)],
    ['padding longer than the packet', changed(8, 0xa1).with(15, 12)],
    ['half a word at the end', new Uint8Array([...good, 0x80])],
    ['a BYE of more sources than it has', changed(8, 0x82)],
  ] as const) {
    assert.equal(decodeRtcp(bytes), undefined, reason);
  }
  const padded = new Uint8Array([...encoded([emptyReport]), 0xa1, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4]);
  assert.deepEqual(decodeRtcp(padded), [emptyReport, bye]);
});

test('other packets, items and blocks are passed over; names are printable', () => {
  const application = [0x80, 204, 0, 2, 0, 0, 0, 1, 65, 66, 67, 68];
  // NAME, CNAME with a line end, end.
  const description = [0x81, 202, 0, 4, 0, 0, 0, 7, 2, 2, 65, 66, 1, 4, 97, 10, 200, 98, 0, 0];
  description[3] = description.length / 4 - 1;
  const unknownBlock = [0x80, 207, 0, 4, 0, 0, 0, 7, 99, 0, 0, 0, 4, 0, 0, 1, 1, 2, 3, 4];
  const bytes = new Uint8Array([...encoded([emptyReport]), ...application, ...description, ...unknownBlock]);
  assert.deepEqual(decodeRtcp(bytes), [
    emptyReport,
    { type: 'source-description', chunks: [{ ssrc: 7, cname: 'a??b' }] },
    { type: 'extended-report', ssrc: 7, reports: [] },
  ]);
});

test('what does not fit is not written', () => {
  assert.equal(encodeRtcp([emptyReport, bye], new Uint8Array(15)), undefined);
  assert.equal(encodeRtcp([emptyReport, bye], new Uint8Array(16)), 16);
});
