import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatewayError, ok, seededRandom } from '../kit/index.ts';
import { decodeRtcp, encodeRtcp, type RtcpPacket } from '../rtp/index.ts';
import {
  createMediaCore,
  type MediaCommand,
  type MediaEvent,
  type MediaPorts,
  type NegotiatedAudio,
  type NetworkLimits,
  type NetworkWarning,
  type RtpSummary,
  type SourcePolicy,
} from './index.ts';

const wayMs = 35;

interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly address: string;
  readonly atMs: number;
}

/** A call at port 10000 and a phone at port 20000 of one core, 35 ms from each other. */
class World {
  nowMs = 0;
  readonly wire: Datagram[] = [];
  /** RTCP by whoever sent it. */
  readonly controls: Datagram[] = [];
  readonly warnings: NetworkWarning[] = [];
  readonly summaries = new Map<string, RtpSummary>();
  /** Of the datagrams of RTP to a port. */
  isLost: (to: number, count: number) => boolean = () => false;
  #count = 0;
  readonly #ports = new Map([
    ['call', 10_000],
    ['phone', 20_000],
  ]);

  readonly #mediaPorts: MediaPorts = {
    openSocket: (sessionId) => {
      const port = this.#ports.get(sessionId) ?? 0;
      return ok({
        port,
        send: (bytes, address, to) => {
          if (!this.isLost(to, this.#count++)) this.#post(bytes, port, to, address);
          return this.nowMs;
        },
        sendControl: (bytes, address, to, isMuxed) => {
          this.controls.push(this.#post(bytes, isMuxed ? port : port + 1, to, address));
        },
        encrypt: () => undefined,
        open: (bytes) => bytes,
        openControl: (bytes) => bytes,
        close: () => undefined,
      });
    },
    openSpeech: () => ({
      speechToText: { spec: 'stt/1', name: 'none', open: () => ({ write: () => undefined, close: () => undefined }) },
      textToSpeech: { spec: 'tts/1', name: 'none', synthesize: () => assert.fail('nothing is said') },
    }),
    fetchAudio: () => Promise.reject(new Error('none')),
    openRecording: () => assert.fail('nothing is recorded'),
    random: seededRandom(7),
    nowMs: () => this.nowMs,
    wallOffsetMs: Date.UTC(2026, 0, 1),
    emit: (sessionId: string, event: MediaEvent) => {
      if (event.type === 'network-warning' && sessionId === 'call') this.warnings.push(event.warning);
      if (event.type === 'closed') this.summaries.set(sessionId, event.rtp);
      if (event.type === 'failed') assert.fail(gatewayError('internal.bug', event.error.message).message);
    },
    newAbort: () => new AbortController(),
  };
  readonly core = createMediaCore(this.#mediaPorts);

  #post(bytes: Uint8Array, from: number, to: number, address: string): Datagram {
    const datagram = { bytes: bytes.slice(), from, to, address, atMs: this.nowMs + wayMs };
    this.wire.push(datagram);
    return datagram;
  }

  command(sessionId: string, command: MediaCommand): void {
    this.core.command(sessionId, command, this.nowMs);
  }

  open(sourcePolicy: SourcePolicy = 'strict', networkLimits?: NetworkLimits): void {
    const recognition = { endOfSpeechMs: 500, confidenceThreshold: 0 } as const;
    const limits = networkLimits === undefined ? {} : { networkLimits };
    for (const sessionId of this.#ports.keys()) {
      this.command(sessionId, { type: 'open', recognition, sourcePolicy, ...limits });
    }
  }

  connect(sessionId: string, changes: Partial<NegotiatedAudio> = {}, isEarly = false): void {
    const remotePort = sessionId === 'call' ? 20_000 : 10_000;
    const remoteAddress = sessionId === 'call' ? '192.0.2.2' : '192.0.2.1';
    const remote = {
      remoteAddress,
      remotePort,
      codec: 'PCMU',
      payloadType: 0,
      canSend: true,
      canReceive: true,
    } as const;
    this.command(sessionId, { type: 'connect', remote: { ...remote, ...changes }, ...(isEarly ? { isEarly } : {}) });
  }

  join(sourcePolicy: SourcePolicy = 'strict', changes: Partial<NegotiatedAudio> = {}): void {
    this.open(sourcePolicy);
    this.connect('call', changes);
    this.connect('phone', changes);
  }

  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    while (this.nowMs < endMs) {
      this.nowMs += 20;
      const due = this.wire.filter(({ atMs }) => atMs <= this.nowMs);
      this.wire.splice(0, this.wire.length, ...this.wire.filter(({ atMs }) => atMs > this.nowMs));
      for (const datagram of due) this.deliver(datagram);
      this.core.tick(this.nowMs);
    }
  }

  deliver(
    { bytes, from, to, atMs }: Omit<Datagram, 'address'>,
    source = from < 20_000 ? '192.0.2.1' : '192.0.2.2',
  ): void {
    const sessionId = to < 20_000 ? 'call' : 'phone';
    if (to % 2 === 0) this.core.packet(sessionId, bytes, source, from, atMs);
    else this.core.controlPacket(sessionId, bytes, source, from, atMs);
  }

  close(sessionId: string): RtpSummary {
    this.command(sessionId, { type: 'close' });
    return this.summaries.get(sessionId) ?? assert.fail();
  }

  sentBy(port: number): readonly (readonly RtcpPacket[])[] {
    return this.controls.filter(({ from }) => from === port).map(({ bytes }) => decodeRtcp(bytes) ?? assert.fail());
  }
}

test('RFC 3550 §6: both ends report, and each knows the round trip and what the other one has lost', () => {
  const world = new World();
  world.join();
  // One packet in five on the way to the phone.
  world.isLost = (to, count) => to === 20_000 && count % 10 === 2;
  world.run(30_000);
  const call = world.close('call');
  const phone = world.close('phone');
  for (const { roundTripMs, roundTripMaxMs } of [call, phone]) {
    assert.ok(Math.abs((roundTripMs ?? 0) - 2 * wayMs) < 0.5, String(roundTripMs));
    assert.ok(Math.abs((roundTripMaxMs ?? 0) - 2 * wayMs) < 0.5);
  }
  assert.ok(call.rtcpPacketsSent >= 5 && call.rtcpPacketsSent <= 15, String(call.rtcpPacketsSent));
  // The last compound of each is on its way when both have hung up.
  assert.equal(phone.rtcpPacketsReceived, call.rtcpPacketsSent - 1);
  assert.equal(call.rtcpPacketsRefused + phone.rtcpPacketsRefused, 0);
  assert.equal(phone.farPacketsLost, 0);
  const behind = phone.packetsLost - (call.farPacketsLost ?? 0);
  assert.ok(phone.packetsLost > 250 && behind >= 0 && behind < 80, `${behind} of ${phone.packetsLost}`);
  assert.equal(call.farJitterMs, 0);
});

test('RFC 3550 §6.4.1, §6.5, §6.6: the compounds say who, when and how much, and the last one goodbye', () => {
  const world = new World();
  world.join();
  world.run(20_000);
  const summary = world.close('call');
  const compounds = world.sentBy(10_001);
  assert.equal(compounds.length, summary.rtcpPacketsSent);
  const cnames = new Set<string | undefined>();
  for (const [report, description] of compounds) {
    assert.ok(report?.type === 'sender-report' && description?.type === 'source-description');
    cnames.add(description.chunks[0]?.cname);
    assert.equal(report.octetCount, report.packetCount * 160);
    assert.equal(description.chunks[0]?.ssrc, report.ssrc);
    assert.ok(report.packetCount <= summary.packetsSent);
  }
  // One name for the call, with no host in it.
  assert.equal(cnames.size, 1);
  assert.match([...cnames][0] ?? '', /^[\da-f]{24}$/);
  const [first, second] = compounds.flatMap(([report]) => (report?.type === 'sender-report' ? [report] : []));
  assert.ok(first !== undefined && second !== undefined);
  // Media time and wall clock run together.
  const seconds = second.ntp.seconds - first.ntp.seconds + (second.ntp.fraction - first.ntp.fraction) / 2 ** 32;
  const units = (second.rtpTimestamp - first.rtpTimestamp) >>> 0;
  assert.ok(Math.abs(units - seconds * 8000) < 2, `${units} units in ${seconds} s`);
  assert.deepEqual(
    compounds.map((packets) => packets.at(-1)?.type === 'goodbye'),
    compounds.map((_, index) => index === compounds.length - 1),
  );
});

test('strict: RTCP is taken from the port above that of the SDP alone, and sent nowhere else', () => {
  const world = new World();
  world.join();
  world.run(1000);
  const bytes = new Uint8Array(64);
  const length = encodeRtcp([{ type: 'receiver-report', ssrc: 9, reports: [] }], bytes);
  const report = bytes.subarray(0, length);
  const datagram = { bytes: report, to: 10_001, atMs: world.nowMs };
  world.deliver({ ...datagram, from: 20_003 });
  world.deliver({ ...datagram, from: 20_000 });
  world.deliver({ ...datagram, from: 20_001 }, '203.0.113.9');
  world.deliver({ ...datagram, from: 20_001, bytes: new Uint8Array(8) });
  world.deliver({ ...datagram, from: 20_001 });
  // At the port of RTP it was not agreed on.
  world.deliver({ ...datagram, from: 20_000, to: 10_000 });
  const { rtcpPacketsReceived, rtcpPacketsRefused, packetsMalformed } = world.close('call');
  assert.deepEqual(
    { rtcpPacketsReceived, rtcpPacketsRefused, packetsMalformed },
    { rtcpPacketsReceived: 1, rtcpPacketsRefused: 4, packetsMalformed: 1 },
  );
  assert.ok(world.controls.every(({ to, address }) => to === 20_001 && address === '192.0.2.2'));
});

test('latch: the first valid RTCP of the address fixes the port that reports go to; learn follows RTP to its address', () => {
  const bytes = new Uint8Array(64);
  const report = bytes.subarray(0, encodeRtcp([{ type: 'receiver-report', ssrc: 9, reports: [] }], bytes));
  const latching = new World();
  latching.open('latch');
  latching.connect('call');
  latching.deliver({ bytes: report, from: 40_404, to: 10_001, atMs: 0 }, '203.0.113.9');
  latching.deliver({ bytes: report, from: 30_303, to: 10_001, atMs: 0 }, '192.0.2.2');
  latching.run(10_000);
  assert.ok(latching.controls.length > 0);
  assert.ok(latching.controls.every(({ to, address }) => to === 30_303 && address === '192.0.2.2'));

  const learning = new World();
  learning.open('learn');
  learning.connect('call');
  learning.deliver({ bytes: report, from: 30_303, to: 10_001, atMs: 0 }, '203.0.113.9');
  const rtp = new Uint8Array(172);
  rtp[0] = 0x80;
  learning.deliver({ bytes: rtp, from: 30_302, to: 10_000, atMs: 0 }, '203.0.113.9');
  learning.run(10_000);
  assert.equal(learning.close('call').rtcpPacketsRefused, 1);
  assert.ok(learning.controls.length > 0);
  assert.ok(learning.controls.every(({ to, address }) => to === 20_001 && address === '203.0.113.9'));
});

test('RFC 5761: what was agreed to share the port of RTP does, both ways', () => {
  const world = new World();
  world.open();
  world.connect('call', { rtcp: { port: 20_000, isMuxed: true } });
  world.connect('phone', { rtcp: { port: 10_000, isMuxed: true } });
  world.run(15_000);
  const call = world.close('call');
  assert.ok(call.rtcpPacketsReceived >= 2);
  assert.ok(Math.abs((call.roundTripMs ?? 0) - 2 * wayMs) < 0.5);
  assert.equal(call.packetsMalformed + call.packetsFromStrangers + call.rtcpPacketsRefused, 0);
  assert.ok(world.controls.every(({ from, to }) => from % 2 === 0 && to % 2 === 0));
});

test('RFC 3605, RFC 3556: reports go to the port that is named, and nowhere when they are not wanted', () => {
  const named = new World();
  named.open();
  named.connect('call', { rtcp: { port: 53_020, address: '192.0.2.77' } });
  named.run(8000);
  assert.ok(named.controls.length > 0);
  assert.ok(named.controls.every(({ to, address }) => to === 53_020 && address === '192.0.2.77'));
  for (const changes of [{ rtcp: { port: 0 } }, { remoteAddress: '0.0.0.0', canSend: false }, { remotePort: 65_535 }]) {
    const silent = new World();
    silent.open();
    silent.connect('call', changes);
    silent.run(20_000);
    assert.equal(silent.close('call').rtcpPacketsSent, 0);
    assert.equal(silent.controls.length, 0);
  }
});

test('RFC 3550 §6.3.7: before the answer nothing is reported, and a call without a packet says no goodbye', () => {
  const world = new World();
  world.open();
  world.connect('call', { canSend: false }, true);
  world.run(10_000);
  assert.equal(world.close('call').rtcpPacketsSent, 0);
});

test('RFC 3264 §5.1: a call on hold reports on as a receiver', () => {
  const world = new World();
  world.join();
  world.run(10_000);
  world.connect('call', { canSend: false, canReceive: false });
  world.run(25_000);
  assert.equal(world.sentBy(10_001).at(-1)?.[0]?.type, 'receiver-report');
});

test('both directions are sampled and rated, the other one by what the far end reports, and bad ones are warned of', () => {
  const world = new World();
  world.open('strict', { packetsLost: 0, jitterMs: 1000, roundTripMs: 60, mos: 3.6 });
  world.connect('call');
  world.connect('phone');
  // One packet in five on the way to the phone.
  world.isLost = (to, count) => to === 20_000 && count % 10 === 2;
  world.run(40_000);
  const call = world.close('call');
  const phone = world.close('phone');
  assert.equal(call.quality.length, 8);
  assert.deepEqual(
    call.quality.slice(1).map(({ atMs }, index) => atMs - (call.quality[index]?.atMs ?? 0)),
    Array.from({ length: 7 }, () => 5000),
  );
  assert.ok(call.mosMin !== null && call.mosMin > 4.3, String(call.mosMin));
  assert.ok(phone.mos !== null && call.farMos !== null && Math.abs(phone.mos - call.farMos) < 0.15);
  assert.ok(phone.mos < 2.9 && phone.mos > 1.9, String(phone.mos));
  for (const { farLossPercent, roundTripMs, packetsReceived } of call.quality.slice(1)) {
    assert.ok(farLossPercent === null || Math.abs(farLossPercent - 20) < 3, String(farLossPercent));
    assert.ok(roundTripMs === null || Math.abs(roundTripMs - 2 * wayMs) < 1);
    assert.ok(Math.abs(packetsReceived - 250) <= 1, String(packetsReceived));
  }
  assert.ok(call.quality.filter(({ farMos }) => farMos !== null).length >= 5);
  const kinds = world.warnings.map(({ kind }) => kind);
  assert.deepEqual(new Set(kinds), new Set(['round-trip', 'mos']));
  assert.ok(kinds.length <= 4);
});

test('RFC 3611 §4.7: who asks for extended reports is told of losses, bursts, delays and what they come to', () => {
  const world = new World();
  world.open();
  world.connect('call', { rtcp: { port: 20_001, isExtended: true } });
  world.connect('phone');
  // Three packets in a row are lost on the way to the call, once in each 4 s.
  let received = 0;
  world.isLost = (to) => to === 10_000 && received++ % 200 < 3;
  world.run(30_000);
  const { packetsLost, packetsReceived, mos } = world.close('call');
  const blocks = world
    .sentBy(10_001)
    .flatMap((packets) =>
      packets.flatMap((packet) =>
        packet.type === 'extended-report'
          ? packet.reports.flatMap((report) => (report.type === 'voip-metrics' ? [report.metrics] : []))
          : [],
      ),
    );
  const last = blocks.at(-1);
  assert.ok(last !== undefined && blocks.length >= 3, String(blocks.length));
  assert.equal(last.lossRate, Math.floor((256 * packetsLost) / (packetsLost + packetsReceived)));
  assert.equal(last.discardRate, 0);
  assert.equal(last.burstDensity, 255);
  assert.equal(last.gapDensity, 0);
  assert.equal(last.burstMs, 60);
  assert.ok(last.gapMs > 3000 && last.gapMs < 4500, String(last.gapMs));
  assert.ok(Math.abs(last.roundTripMs - 2 * wayMs) <= 1);
  assert.ok(mos !== null && Math.abs(last.mosConversation - 10 * mos) < 3, `${last.mosConversation} ${mos}`);
  assert.ok(last.jitterBufferMs >= 20 && last.jitterBufferMs <= last.jitterBufferAbsoluteMaxMs);
  // The phone has not asked, but knows them now.
  assert.ok(world.sentBy(20_001).some((packets) => packets.some(({ type }) => type === 'extended-report')));
});
