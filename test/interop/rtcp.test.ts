/** RTP and RTCP of a call as tshark reads them, against what its record says (RFC 3550, RFC 3611). */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeWav, tone } from '../../src/audio/index.ts';
import { encodeRtpPacket } from '../../src/rtp/index.ts';
import { startBaresip } from './baresip.ts';
import { type Capture, captureUdp } from './pcap.ts';
import { skipWithout } from './programs.ts';
import { type CallRecordShape, withRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const to = 'sip:callee@127.0.0.1:25093';
const peer = { port: 25_093, mediaPort: 26_300 };
const rtpPort = 26_310;
const hangUp = { vgwAction: { command: 'vgwActHangup' } };
const silence = new Uint8Array(160).fill(0xff);

/** A stream of G.711 from the capture to the gateway: every tenth packet is left out, every other one comes 12 ms late. */
async function speak(capture: Capture, until: AbortSignal): Promise<void> {
  const gatewayPort = await capture.firstSource;
  const bytes = new Uint8Array(172);
  const startMs = performance.now();
  for (let index = 0; !until.aborted; index++) {
    await pause(Math.max(0, startMs + index * 20 + (index % 2) * 12 - performance.now()));
    if (until.aborted) return;
    if (index % 10 === 5) continue;
    const header = { marker: false, payloadType: 0, sequenceNumber: index, timestamp: index * 160, ssrc: 0x5151 };
    encodeRtpPacket({ ...header, payload: silence }, bytes);
    capture.send(bytes.slice(), gatewayPort);
  }
}

interface Stream {
  readonly packets: number;
  readonly lost: number;
  readonly meanJitterMs: number;
}

/** The rows of `rtp,streams` by SSRC, as far as its columns can be told apart. */
function streamsOf(report: string): ReadonlyMap<string, Stream> {
  const rows = report.matchAll(/0x([\dA-F]+) +\S+ +(\d+) +(-?\d+) \([\d.-]+%\) +(.+)$/gm);
  return new Map(
    [...rows].map(([, ssrc = '', packets, lost, rest = '']) => {
      // Delta least, mean and most, then jitter least, mean and most.
      const numbers = rest.trim().split(/ +/).map(Number);
      return [ssrc, { packets: Number(packets), lost: Number(lost), meanJitterMs: numbers[4] ?? Number.NaN }];
    }),
  );
}

describe(
  'RTP and RTCP in the eyes of tshark',
  { skip: skipWithout('sipp') || skipWithout('tshark') || skipWithout('baresip') },
  () => {
    it('RFC 3550 §6, RFC 3611: reports without a fault, and one loss and jitter on the wire and in the record', async () => {
      const rtp = await captureUdp(rtpPort);
      const rtcp = await captureUdp(rtpPort + 1);
      const over = new AbortController();
      try {
        await withRealGateway({ POST_RESPONSE_TIMEOUT: '6000' }, async (gateway) => {
          const answer = step.answerFor(rtpPort, ['a=rtcp-xr:voip-metrics']);
          const steps = [
            step.receive('INVITE'),
            step.ringing,
            answer,
            step.receive('ACK'),
            step.receive('BYE'),
            step.ok,
          ];
          const sipp = await runSipp({ ...peer, steps });
          const speaking = speak(rtp, over.signal);
          const { record } = await gateway.call(to, ({ text }) => (text === 'vgwPostResponseTimeout' ? hangUp : {}));
          over.abort();
          await Promise.all([sipp.done, speaking]);
          const { rtpNetworkSummary: summary } = record;
          assert.ok(summary !== null);
          await checkReports(rtcp, summary);
          await checkStreams(rtp, summary);
        });
      } finally {
        over.abort();
        await Promise.all([rtp.close(), rtcp.close()]);
      }
    });

    it('RFC 3550 §5.1: both streams of a call with baresip, without a gap, as many packets as the record says', async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'outdial-tapped-'));
      t.after(() => rm(folder, { recursive: true, force: true }));
      const samples = tone(440, 8000, 4000);
      await writeFile(join(folder, 'callee.wav'), encodeWav({ sampleRateHz: 8000, channelCount: 1, samples }));
      const baresip = await startBaresip(folder, tapped.phone);
      const tap = await tapCall();
      try {
        await withRealGateway({ POST_RESPONSE_TIMEOUT: '20000' }, async (gateway) => {
          const { record } = await gateway.call(`sip:callee@127.0.0.1:${tapped.sip}`, () => ({}));
          const { rtpNetworkSummary: summary } = record;
          assert.ok(summary !== null, baresip.output());
          const report = await tap.rtp.statistics('rtp,streams', ['-d', `udp.port==${tapped.toPhone},rtp`]);
          const streams = [...streamsOf(report).values()];
          assert.deepEqual(
            streams.map(({ lost }) => lost),
            [0, 0],
            report,
          );
          assert.equal(summary.packetsLost, 0);
          // The last packets may be on their way when the call ends.
          const [fewest = 0, most = 0] = [summary.packetsSent, summary.packetsReceived].toSorted((a, b) => a - b);
          const [fewer = 0, more = 0] = streams.map(({ packets }) => packets).toSorted((a, b) => a - b);
          assert.ok(fewest > 150, `${fewest} packets`);
          assert.ok(Math.abs(fewer - fewest) <= 10 && Math.abs(more - most) <= 10, `${report} ${fewest} ${most}`);
        });
      } finally {
        await Promise.all([tap.close(), baresip.close()]);
      }
    });
  },
);

/** Where the gateway finds the phone that is tapped, where the phone is, and the ports that either of them sends its audio to. */
const tapped = { sip: 25_094, phone: 25_095, toPhone: 26_320, toGateway: 26_330 };

/** Stands between the gateway and a phone: hands SIP on with other ports for the audio, and the audio itself, which it keeps. */
async function tapCall(): Promise<{ readonly rtp: Capture; close(): Promise<void> }> {
  const [sip, fromPhone] = [createSocket('udp4'), createSocket('udp4')];
  const ports = { gateway: 0, phone: 0, signalling: 0 };
  const rtp = await captureUdp(tapped.toPhone, (payload) => fromPhone.send(payload, ports.phone, '127.0.0.1'));
  fromPhone.on('message', (payload) => rtp.send(payload, ports.gateway));
  sip.on('message', (message, { port }) => {
    const isOfPhone = port === tapped.phone;
    if (!isOfPhone) ports.signalling = port;
    const [head = '', body = ''] = message.toString('latin1').split('\r\n\r\n');
    const audio = body.replace(/^c=.*$/m, 'c=IN IP4 127.0.0.1').replace(/m=audio (\d+)/, (_line, number: string) => {
      ports[isOfPhone ? 'phone' : 'gateway'] = Number(number);
      return `m=audio ${isOfPhone ? tapped.toPhone : tapped.toGateway}`;
    });
    const handed = head
      // Answers of the phone go where the Via says.
      .replace(/^(Via: SIP\/2\.0\/UDP 127\.0\.0\.1:)\d+/m, `$1${isOfPhone ? ports.signalling : tapped.sip}`)
      .replace(/^(Content-Length: )\d+/m, `$1${audio.length}`);
    const bytes = Buffer.from(`${handed}\r\n\r\n${audio}`, 'latin1');
    sip.send(bytes, isOfPhone ? ports.signalling : tapped.phone, '127.0.0.1');
  });
  await Promise.all([
    new Promise<void>((resolve) => void sip.bind(tapped.sip, '127.0.0.1', resolve)),
    new Promise<void>((resolve) => void fromPhone.bind(tapped.toGateway, '127.0.0.1', resolve)),
  ]);
  return {
    rtp,
    async close() {
      sip.close();
      fromPhone.close();
      await rtp.close();
    },
  };
}

type Summary = NonNullable<CallRecordShape['rtpNetworkSummary']>;

async function checkReports(rtcp: Capture, summary: Summary): Promise<void> {
  const fields = [
    '_ws.malformed',
    'rtcp.pt',
    'rtcp.length_check',
    'rtcp.sdes.type',
    'rtcp.xr.bt',
    'rtcp.sender.packetcount',
    'rtcp.sender.octetcount',
    'rtcp.ssrc.fraction',
    'rtcp.ssrc.cum_nr',
  ];
  const rows = await rtcp.read('rtcp or _ws.malformed', fields, ['-d', `udp.port==${rtpPort + 1},rtcp`]);
  assert.equal(rows.length, summary.rtcpPacketsSent);
  assert.ok(rows.length >= 2, `${rows.length} compounds`);
  for (const [index, [malformed, types, checks, items, blocks, packets, octets]] of rows.entries()) {
    assert.equal(malformed, '');
    // Sender report, source description, extended report, and at the end goodbye.
    assert.equal(types, index === rows.length - 1 ? '200,202,207,203' : '200,202,207');
    assert.match(checks ?? '', /^(?:1|True)(?:,(?:1|True))*$/);
    assert.match(items ?? '', /^1\b/);
    // Reference time and VoIP metrics.
    assert.equal(blocks, '4,7');
    assert.equal(Number(octets), Number(packets) * 160);
  }
  const [fraction, lost] = rows.at(-1)?.slice(-2) ?? [];
  // Of the last interval in the sender report, of the whole call in the VoIP metrics.
  const shares = (fraction ?? '').split(',').map((value) => Number(value) / 256);
  assert.ok(shares.length === 2 && shares.every((share) => Math.abs(share - 0.1) < 0.06), fraction);
  assert.ok(Math.abs(Number(lost) - summary.packetsLost) <= 1, `${lost} told, ${summary.packetsLost} in the record`);
}

async function checkStreams(rtp: Capture, summary: Summary): Promise<void> {
  const report = await rtp.statistics('rtp,streams', ['-d', `udp.port==${rtpPort},rtp`]);
  const streams = streamsOf(report);
  assert.equal(streams.size, 2, report);
  const received = streams.get('00005151') ?? streams.get('5151');
  const sent = [...streams.values()].find((stream) => stream !== received);
  assert.ok(received !== undefined && sent !== undefined, report);
  assert.equal(sent.packets, summary.packetsSent);
  assert.equal(sent.lost, 0);
  // The last packets may be on their way when the call ends.
  assert.ok(Math.abs(received.packets - summary.packetsReceived) <= 10, report);
  assert.ok(Math.abs(received.lost - summary.packetsLost) <= 1, report);
  assert.ok(received.meanJitterMs > 8, report);
  assert.ok(Math.abs(received.meanJitterMs - (summary.jitterMeanMs ?? 0)) < 5, `${report} ${summary.jitterMeanMs}`);
  assert.ok(summary.quality.some(({ lossPercent }) => lossPercent !== null && lossPercent >= 9));
  assert.ok(summary.mos !== null && summary.mos < 3.6, String(summary.mos));
}
