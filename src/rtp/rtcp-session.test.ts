import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kit/index.ts';
import { ntpTimeOf } from './ntp-time.ts';
import type { RtcpPacket } from './rtcp-packet.ts';
import { RtcpSession } from './rtcp-session.ts';

const wallOffsetMs = Date.UTC(2026, 0, 1);

function newSession(seed = 1, sessionBytesPerS = 10_000): RtcpSession {
  const random = seededRandom(seed);
  return new RtcpSession({ cname: 'me', random, sessionBytesPerS, wallOffsetMs });
}

const own = (ssrc: number) => ({ ssrc, clockRateHz: 8000 });

const sentBy = (ssrc: number, packetsSent = 10) => ({
  ssrc,
  rtpTimestamp: 4000,
  packetsSent,
  octetsSent: packetsSent * 160,
});

function blocksOf(packets: readonly RtcpPacket[]) {
  const [first] = packets;
  assert.ok(first?.type === 'sender-report' || first?.type === 'receiver-report');
  return first.reports;
}

test('RFC 3550 §6.2: reports every 2.05 to 6.16 s, the first one after half of that, none of two sessions in step', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const session = newSession(seed);
      let lastMs = 1000;
      session.start(lastMs);
      const gaps: number[] = [];
      for (let nowMs = 1000; gaps.length < 20; nowMs += 20) {
        if (!session.isDue(nowMs)) continue;
        session.report(nowMs, sentBy(1), undefined);
        session.onSent(60, nowMs);
        gaps.push(nowMs - lastMs);
        lastMs = nowMs;
      }
      const [first = 0, ...others] = gaps;
      assert.ok(first >= 1026 && first <= 3098, String(first));
      for (const gap of others) assert.ok(gap >= 2052 && gap <= 6177, String(gap));
      assert.ok(new Set(others).size > 10);
    }),
    { numRuns: 50 },
  );
});

test('RFC 3550 §6.2: where 5 % of the session is little, reports are rarer', () => {
  const session = newSession(3, 100);
  session.start(0);
  session.onSent(500, 0);
  // (128 + (528 - 128) / 16) bytes at 5 bytes a second, spread from half to one and a half and compensated.
  assert.ok(!session.isDue(12_000));
  assert.ok(session.isDue(38_000));
});

test('RFC 3550 §6.4.1: the round trip is the time since our report without the time at the far end', () => {
  const us = newSession(1);
  const them = newSession(2);
  us.onPackets(them.report(0, sentBy(2), undefined), 60, own(1), 40);
  const ours = us.report(1000, sentBy(1), undefined);
  them.onPackets(ours, 60, own(2), 1030);
  const source = { ssrc: 1, packetsExpected: 10, packetsReceived: 9, highestSequence: 70_000, jitterUnits: 80 };
  const theirs = them.report(4000, sentBy(2), source);
  us.onPackets(theirs, 60, own(1), 4045);
  assert.ok(Math.abs((us.roundTripMs ?? 0) - 75) < 0.1, String(us.roundTripMs));
  assert.equal(us.roundTripMeanMs, us.roundTripMs);
  assert.deepEqual(us.farEnd, { lossShare: 25 / 256, packetsLost: 1, jitterMs: 10 });
  assert.equal(us.cname, 'me');
  assert.equal(them.roundTripMs, undefined);
});

test('who answers no report of ours, or speaks of another stream, changes nothing', () => {
  const us = newSession();
  us.report(1000, sentBy(1), undefined);
  const block = { ssrc: 1, fractionLost: 255, packetsLost: 7, highestSequence: 1, jitterUnits: 0xffff_ffff };
  const told = (ssrc: number, lastReport: number): void =>
    us.onPackets(
      [{ type: 'receiver-report', ssrc: 2, reports: [{ ...block, ssrc, lastReport, delaySinceLastReport: 0 }] }],
      32,
      own(1),
      1500,
    );
  const jitterMs = (): number | undefined => us.farEnd?.jitterMs;
  told(99, 0);
  assert.equal(jitterMs(), undefined);
  told(1, 0);
  told(1, 0x1234_5678);
  assert.equal(us.roundTripMs, undefined);
  assert.equal(jitterMs(), 60_000);
});

test('RFC 3550 A.3: the fraction is of the packets since the last report, and of the present source alone', () => {
  const us = newSession();
  const source = { ssrc: 5, highestSequence: 0, jitterUnits: 0 };
  const fraction = (ssrc: number, packetsExpected: number, packetsReceived: number): number | undefined =>
    blocksOf(us.report(0, sentBy(1), { ...source, ssrc, packetsExpected, packetsReceived }))[0]?.fractionLost;
  assert.equal(fraction(5, 100, 75), 64);
  assert.equal(fraction(5, 200, 175), 0);
  assert.equal(fraction(5, 300, 300), 0);
  assert.equal(fraction(6, 10, 5), 128);
  assert.equal(fraction(6, 1010, 5), 255);
  assert.equal(fraction(6, 20, 10), 128);
});

test('RFC 3550 §6.4, §6.3.8: who sends nothing for two reports is no sender any more', () => {
  const us = newSession();
  const types = [5, 9, 9, 9, 9, 10].map((packetsSent) => us.report(0, sentBy(1, packetsSent), undefined)[0]?.type);
  assert.deepEqual(types, [
    'sender-report',
    'sender-report',
    'sender-report',
    'receiver-report',
    'receiver-report',
    'sender-report',
  ]);
});

test('RFC 3550 §6.4.1: a report of the source is answered, of another or of one that left it is not', () => {
  const us = newSession();
  const source = { ssrc: 2, packetsExpected: 1, packetsReceived: 1, highestSequence: 0, jitterUnits: 0 };
  const report = newSession(2).report(0, sentBy(2), undefined);
  us.onPackets(report, 60, own(1), 500);
  const [block] = blocksOf(us.report(1500, sentBy(1), source));
  const { seconds, fraction } = ntpTimeOf(wallOffsetMs);
  assert.equal(block?.lastReport, (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0);
  assert.equal(block?.delaySinceLastReport, 65_536);
  assert.equal(blocksOf(us.report(1500, sentBy(1), { ...source, ssrc: 3 }))[0]?.lastReport, 0);
  us.onPackets([...report, { type: 'goodbye', ssrcs: [2] }], 60, own(1), 1600);
  assert.equal(blocksOf(us.report(1700, sentBy(1), source))[0]?.lastReport, 0);
});

test('RFC 3611 §4.4, §4.5: extended reports go to who sends them, and measure the way to who only listens', () => {
  const us = newSession(1);
  const them = newSession(2);
  assert.equal(us.report(0, sentBy(1), undefined).length, 2);
  us.knowsExtendedReports = true;
  them.onPackets(us.report(1000, sentBy(1, 0), undefined), 80, own(2), 1020);
  const answer = them.report(3000, sentBy(2, 0), undefined);
  assert.equal(answer[2]?.type, 'extended-report');
  us.onPackets(answer, 80, own(1), 3025);
  assert.ok(Math.abs((us.roundTripMs ?? 0) - 45) < 0.1, String(us.roundTripMs));
});

test('RFC 3550 §4: NTP counts from 1900, and wraps in 2036', () => {
  assert.deepEqual(ntpTimeOf(0), { seconds: 2_208_988_800, fraction: 0 });
  assert.deepEqual(ntpTimeOf(1500), { seconds: 2_208_988_801, fraction: 0x8000_0000 });
  assert.equal(ntpTimeOf(Date.UTC(2036, 1, 7, 6, 28, 16)).seconds, 0);
});
