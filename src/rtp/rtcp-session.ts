/**
 * RTCP between the two ends of a call (RFC 3550 §6.2 to §6.4, RFC 3611 §4.4 and §4.5): when a report is due, what it says, and
 * what reports of the far end say. Pure: instants come in, packets go out. Left out: what groups need (timing out members,
 * timer reconsideration) and a change of our SSRC on a collision, as packets of others than the far end never come here.
 */
import type { Random } from '../kit/index.ts';
import type { ExtendedReport, ReportEcho, VoipMetrics } from './extended-report.ts';
import { compactOf, type NtpTime, ntpTimeOf } from './ntp-time.ts';
import type { SourceStatistics } from './receive-statistics.ts';
import type { ReceptionReport, RtcpPacket } from './rtcp-packet.ts';

const leastIntervalMs = 5000;
/** Of what the session may take (§6.2). Each of the two ends sends half of the one and of the other. */
const rtcpShare = 0.05;
/** Makes up for what the randomisation of a large group brings; for a small one it costs nothing: e - 3/2 (§6.3.1). */
const compensation = Math.E - 1.5;
/** IP and UDP headers, which the size of a packet includes. */
const lowerHeaderBytes = 28;
/** Reports of ours that the far end may still answer. */
const rememberedReports = 8;
/** What a far end says of jitter beyond this is no measurement. */
const maxJitterMs = 60_000;

/** The stream that this side sends, at the instant of the report. */
export interface SentStream {
  readonly ssrc: number;
  /** The media time of the instant. */
  readonly rtpTimestamp: number;
  readonly packetsSent: number;
  /** Of payload. */
  readonly octetsSent: number;
}

/** What a reception report tells of the stream that comes. */
export type ReceivedStream = Omit<SourceStatistics, 'bursts'>;

/** Of the stream that is sent from here: what reports of the far end speak of. */
export interface OwnStream {
  readonly ssrc: number;
  /** Of its timestamps. */
  readonly clockRateHz: number;
}

/** What the far end says of the stream that it gets from here. */
export interface FarEndView {
  /** Of the packets since its report before: 0 to 1. */
  readonly lossShare: number;
  /** Since the beginning; negative when duplicates outnumber losses. */
  readonly packetsLost: number;
  readonly jitterMs: number;
}

export interface RtcpSessionOptions {
  /** RFC 7022 §4.2: random for each call, so that it tells nobody who or where this is. */
  readonly cname: string;
  readonly random: Random;
  /** Of audio, headers included: bytes a second in one direction. */
  readonly sessionBytesPerS: number;
  /** To be added to `nowMs` for the time since 1970. */
  readonly wallOffsetMs: number;
}

/** The last report of a kind that came, to be answered with how long ago that was. */
interface HeardReport {
  readonly ssrc: number;
  readonly compact: number;
  readonly atMs: number;
}

export class RtcpSession {
  readonly #options: RtcpSessionOptions;
  /** When reports of ours left, by the middle bits of their NTP time. */
  readonly #sentReports: { readonly compact: number; readonly atMs: number }[] = [];
  #nextReportMs = Number.POSITIVE_INFINITY;
  #averageBytes = 128;
  #packetsAtReport = [0, 0];
  #expectedBefore = 0;
  #receivedBefore = 0;
  #reportedSsrc = -1;
  #senderReport: HeardReport | undefined = undefined;
  #referenceTime: HeardReport | undefined = undefined;
  #roundTripSumMs = 0;
  #roundTripCount = 0;
  /** The last one; undefined until the far end has answered a report. */
  roundTripMs: number | undefined = undefined;
  roundTripMaxMs = 0;
  /** Of the last report; undefined without one. */
  farEnd: FarEndView | undefined = undefined;
  /** Reports that spoke of the stream from here. */
  farEndReports = 0;
  /** What the far end calls itself, printable ASCII. */
  cname: string | undefined = undefined;
  tool: string | undefined = undefined;
  /** It has sent an extended report, so that it understands them. */
  knowsExtendedReports = false;

  constructor(options: RtcpSessionOptions) {
    this.#options = options;
  }

  /** Mean of all measured; undefined without any. */
  get roundTripMeanMs(): number | undefined {
    return this.#roundTripCount === 0 ? undefined : this.#roundTripSumMs / this.#roundTripCount;
  }

  /** The session begins: the first report comes after half the usual time. */
  start(nowMs: number): void {
    if (this.#nextReportMs === Number.POSITIVE_INFINITY) this.#schedule(nowMs, leastIntervalMs / 2);
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextReportMs;
  }

  /** The report that is due, and when the next one is. `sent` without packets, `source` undefined: nothing was sent or has come. */
  report(
    nowMs: number,
    sent: SentStream,
    source: ReceivedStream | undefined,
    metrics?: VoipMetrics,
  ): readonly RtcpPacket[] {
    const ntp = ntpTimeOf(nowMs + this.#options.wallOffsetMs);
    const reports = source === undefined ? [] : [this.#receptionReport(source, nowMs)];
    // Who has sent since the report before the last one is a sender (§6.3.8).
    const [lastButOne = 0, last = 0] = this.#packetsAtReport;
    const isSender = sent.packetsSent > lastButOne;
    this.#packetsAtReport = [last, sent.packetsSent];
    this.#remember(compactOf(ntp), nowMs);
    const { ssrc, rtpTimestamp, packetsSent, octetsSent } = sent;
    const extended = this.#extendedReports(ntp, nowMs, metrics);
    return [
      isSender
        ? {
            type: 'sender-report',
            ssrc,
            ntp,
            rtpTimestamp,
            packetCount: packetsSent >>> 0,
            octetCount: octetsSent >>> 0,
            reports,
          }
        : { type: 'receiver-report', ssrc, reports },
      { type: 'source-description', chunks: [{ ssrc, cname: this.#options.cname }] },
      ...(extended.length === 0 ? [] : [{ type: 'extended-report' as const, ssrc, reports: extended }]),
    ];
  }

  /** A compound of `bytes` has left: the next one is due an interval later. */
  onSent(bytes: number, nowMs: number): void {
    this.#weigh(bytes);
    this.#schedule(nowMs, leastIntervalMs);
  }

  /** A valid compound of the far end of `bytes`. */
  onPackets(packets: readonly RtcpPacket[], bytes: number, own: OwnStream, nowMs: number): void {
    this.#weigh(bytes);
    for (const packet of packets) this.#onPacket(packet, own, nowMs);
  }

  #onPacket(packet: RtcpPacket, own: OwnStream, nowMs: number): void {
    switch (packet.type) {
      case 'sender-report':
        this.#senderReport = { ssrc: packet.ssrc, compact: compactOf(packet.ntp), atMs: nowMs };
        this.#onReports(packet.reports, own, nowMs);
        return;
      case 'receiver-report':
        this.#onReports(packet.reports, own, nowMs);
        return;
      case 'source-description':
        for (const { cname, tool } of packet.chunks) {
          this.cname = cname ?? this.cname;
          this.tool = tool ?? this.tool;
        }
        return;
      case 'goodbye':
        if (this.#senderReport !== undefined && packet.ssrcs.includes(this.#senderReport.ssrc)) {
          this.#senderReport = undefined;
        }
        return;
      case 'extended-report':
        this.knowsExtendedReports = true;
        for (const report of packet.reports) this.#onExtended(report, packet.ssrc, own, nowMs);
        return;
      default:
        packet satisfies never;
    }
  }

  #onReports(reports: readonly ReceptionReport[], own: OwnStream, nowMs: number): void {
    for (const report of reports) {
      if (report.ssrc !== own.ssrc) continue;
      const { fractionLost, packetsLost, jitterUnits, lastReport, delaySinceLastReport } = report;
      this.farEndReports++;
      this.farEnd = {
        lossShare: fractionLost / 256,
        packetsLost,
        jitterMs: Math.min(maxJitterMs, (jitterUnits * 1000) / own.clockRateHz),
      };
      this.#onEcho(lastReport, delaySinceLastReport, nowMs);
    }
  }

  #onExtended(report: ExtendedReport, ssrc: number, own: OwnStream, nowMs: number): void {
    if (report.type === 'receiver-reference-time') {
      this.#referenceTime = { ssrc, compact: compactOf(report.ntp), atMs: nowMs };
    } else if (report.type === 'dlrr') {
      for (const echo of report.reports) {
        if (echo.ssrc === own.ssrc) this.#onEcho(echo.lastReport, echo.delaySinceLastReport, nowMs);
      }
    }
  }

  /** §6.4.1: the way there and back, without the time at the far end. Only an answer to a report of ours counts. */
  #onEcho(lastReport: number, delayUnits: number, nowMs: number): void {
    const sent = this.#sentReports.find(({ compact }) => compact === lastReport);
    if (lastReport === 0 || sent === undefined) return;
    const elapsedMs = nowMs - sent.atMs;
    // Its clock and its rounding may make the delay a little longer than it can have been.
    const roundTripMs = Math.max(0, elapsedMs - (delayUnits * 1000) / 65_536);
    this.roundTripMs = roundTripMs;
    this.roundTripMaxMs = Math.max(this.roundTripMaxMs, roundTripMs);
    this.#roundTripSumMs += roundTripMs;
    this.#roundTripCount++;
  }

  #receptionReport(source: ReceivedStream, nowMs: number): ReceptionReport {
    const { ssrc, packetsExpected, packetsReceived, highestSequence, jitterUnits } = source;
    // A source that began anew has a count of its own.
    const isSame = ssrc === this.#reportedSsrc && packetsExpected >= this.#expectedBefore;
    const expected = packetsExpected - (isSame ? this.#expectedBefore : 0);
    const lost = expected - (packetsReceived - (isSame ? this.#receivedBefore : 0));
    this.#reportedSsrc = ssrc;
    this.#expectedBefore = packetsExpected;
    this.#receivedBefore = packetsReceived;
    return {
      ssrc,
      fractionLost: expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected)),
      packetsLost: Math.min(0x7f_ffff, Math.max(-0x80_0000, packetsExpected - packetsReceived)),
      highestSequence,
      jitterUnits,
      ...echoOf(this.#senderReport?.ssrc === ssrc ? this.#senderReport : undefined, nowMs),
    };
  }

  /** To who understands them. A reference time of ours is worth an answer to far ends that send nothing, too. */
  #extendedReports(ntp: NtpTime, nowMs: number, metrics: VoipMetrics | undefined): ExtendedReport[] {
    if (!this.knowsExtendedReports) return [];
    const heard = this.#referenceTime;
    return [
      { type: 'receiver-reference-time', ntp },
      ...(heard === undefined
        ? []
        : [{ type: 'dlrr' as const, reports: [{ ssrc: heard.ssrc, ...echoOf(heard, nowMs) }] }]),
      ...(metrics === undefined ? [] : [{ type: 'voip-metrics' as const, metrics }]),
    ];
  }

  #remember(compact: number, atMs: number): void {
    this.#sentReports.push({ compact, atMs });
    if (this.#sentReports.length > rememberedReports) this.#sentReports.shift();
  }

  #weigh(bytes: number): void {
    this.#averageBytes += (bytes + lowerHeaderBytes - this.#averageBytes) / 16;
  }

  #schedule(nowMs: number, leastMs: number): void {
    const { random, sessionBytesPerS } = this.#options;
    const fairMs = (1000 * this.#averageBytes) / (sessionBytesPerS * rtcpShare);
    const spread = 0.5 + random.uint32() / 2 ** 32;
    this.#nextReportMs = nowMs + (Math.max(leastMs, fairMs) * spread) / compensation;
  }
}

function echoOf(heard: HeardReport | undefined, nowMs: number): ReportEcho {
  if (heard === undefined) return { lastReport: 0, delaySinceLastReport: 0 };
  const delayUnits = Math.round(((nowMs - heard.atMs) * 65_536) / 1000);
  return { lastReport: heard.compact, delaySinceLastReport: Math.min(0xffff_ffff, Math.max(0, delayUnits)) };
}
