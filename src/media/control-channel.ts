/** RTCP of one call: who is listened to, where reports go, and what they come to (RFC 3550 §6, RFC 3605, RFC 5761). */
import { isUnspecifiedAddress, randomHex } from '../kit/index.ts';
import {
  decodeRtcp,
  encodeRtcp,
  estimateRating,
  maxDelayMs,
  opinionOf,
  type RtcpPacket,
  RtcpSession,
  type SourceStatistics,
  type VoipMetrics,
} from '../rtp/index.ts';
import type { NegotiatedAudio, RtpSummary, SourcePolicy } from './contract.ts';
import { frameMs } from './frame.ts';
import type { MediaPorts, RtpSocket } from './ports.ts';
import type { RtpListener } from './rtp-listener.ts';
import type { RtpSender } from './rtp-sender.ts';
import { SourceGuard } from './source-guard.ts';

/** Room for a report with every block of ours. */
const maxCompoundBytes = 512;
/** RFC 7022 §4.2 wants 96 bits. */
const cnameDigits = 24;
/** A packet of G.711 in each frame time with its headers. */
const sessionBytesPerS = (1000 / frameMs) * (160 + 40);

type ControlSummary = Pick<
  RtpSummary,
  | 'rtcpPacketsSent'
  | 'rtcpPacketsReceived'
  | 'rtcpPacketsRefused'
  | 'roundTripMs'
  | 'roundTripMaxMs'
  | 'farPacketsLost'
  | 'farJitterMs'
  | 'farName'
  | 'farTool'
>;

export class ControlChannel {
  readonly #socket: RtpSocket;
  readonly #sender: RtpSender;
  readonly #listener: RtpListener;
  readonly #session: RtcpSession;
  readonly #guard: SourceGuard;
  readonly #bytes = new Uint8Array(maxCompoundBytes);
  #remote: NegotiatedAudio | undefined = undefined;
  #isStarted = false;
  #packetsSent = 0;
  #packetsReceived = 0;
  #packetsRefused = 0;

  constructor(
    policy: SourcePolicy,
    socket: RtpSocket,
    sender: RtpSender,
    listener: RtpListener,
    { random, wallOffsetMs }: Pick<MediaPorts, 'random' | 'wallOffsetMs'>,
  ) {
    this.#socket = socket;
    this.#sender = sender;
    this.#listener = listener;
    // Who may be learnt is learnt from RTP; RTCP of another address is nobody's.
    this.#guard = new SourceGuard(policy === 'strict' ? 'strict' : 'latch');
    this.#session = new RtcpSession({
      cname: randomHex(random, cnameDigits),
      random,
      sessionBytesPerS,
      wallOffsetMs,
    });
  }

  /** What reports have told so far. */
  get view(): Pick<RtcpSession, 'farEnd' | 'farEndReports' | 'roundTripMs'> {
    return this.#session;
  }

  expect(remote: NegotiatedAudio): void {
    this.#remote = remote;
    if (remote.rtcp?.isExtended === true) this.#session.knowsExtendedReports = true;
  }

  /** From now on there are reports. */
  start(nowMs: number): void {
    this.#isStarted = true;
    this.#session.start(nowMs);
  }

  /** A datagram at the RTCP port. */
  onDatagram(bytes: Uint8Array, address: string, port: number, nowMs: number): void {
    const remote = this.#remote;
    const isHere = remote !== undefined && remote.rtcp?.isMuxed !== true;
    if (isHere) this.#follow(remote);
    if (!isHere || !this.#guard.isAllowed(address, port)) this.#packetsRefused++;
    else if (this.onCompound(this.#socket.openControl(bytes), nowMs)) this.#guard.confirm(address, port);
  }

  /** What came from an allowed source. Returns whether it was a compound. */
  onCompound(bytes: Uint8Array, nowMs: number): boolean {
    const packets = bytes.length === 0 ? undefined : decodeRtcp(bytes);
    if (packets === undefined) {
      this.#packetsRefused++;
      return false;
    }
    this.#packetsReceived++;
    this.#session.onPackets(packets, bytes.length, this.#sender, nowMs);
    return true;
  }

  /** Sends the report when it is due. `framesAhead`: how far the next packet is ahead of `nowMs`. */
  tick(nowMs: number, framesAhead: number): void {
    if (!this.#isStarted || !this.#session.isDue(nowMs)) return;
    const length = this.#send(this.#report(nowMs, framesAhead));
    this.#session.onSent(length, nowMs);
  }

  /** A last report and the end of the stream; who has sent nothing says nothing (RFC 3550 §6.3.7). */
  close(nowMs: number, framesAhead: number): void {
    const hasSent = this.#sender.packetsSent > 0 || this.#packetsSent > 0;
    if (!this.#isStarted || !hasSent) return;
    this.#send([...this.#report(nowMs, framesAhead), { type: 'goodbye', ssrcs: [this.#sender.ssrc] }]);
  }

  summary(): ControlSummary {
    const { roundTripMeanMs, roundTripMaxMs, farEnd, cname, tool } = this.#session;
    return {
      rtcpPacketsSent: this.#packetsSent,
      rtcpPacketsReceived: this.#packetsReceived,
      rtcpPacketsRefused: this.#packetsRefused,
      roundTripMs: roundTripMeanMs ?? null,
      roundTripMaxMs: roundTripMeanMs === undefined ? null : roundTripMaxMs,
      farPacketsLost: farEnd?.packetsLost ?? null,
      farJitterMs: farEnd?.jitterMs ?? null,
      farName: cname ?? null,
      farTool: tool ?? null,
    };
  }

  #report(nowMs: number, framesAhead: number): readonly RtcpPacket[] {
    const { ssrc, packetsSent, octetsSent } = this.#sender;
    const rtpTimestamp = this.#sender.timestampBefore(framesAhead);
    const { source } = this.#listener.statistics;
    const metrics = source === undefined ? undefined : this.#metrics(source, nowMs);
    return this.#session.report(nowMs, { ssrc, rtpTimestamp, packetsSent, octetsSent }, source, metrics);
  }

  /** RFC 3611 §4.7, for far ends that want it. */
  #metrics({ ssrc, packetsExpected, packetsReceived, bursts }: SourceStatistics, nowMs: number): VoipMetrics {
    const { jitterBuffer } = this.#listener;
    const roundTripMs = this.#session.roundTripMs ?? 0;
    const bufferMs = jitterBuffer.delayMs(nowMs);
    const lossShare = Math.max(0, packetsExpected - packetsReceived) / packetsExpected;
    const discardShare = jitterBuffer.packetsLate / packetsExpected;
    const rating = estimateRating(lossShare + discardShare, roundTripMs / 2 + frameMs + bufferMs);
    return {
      ssrc,
      lossRate: in256ths(lossShare),
      discardRate: in256ths(discardShare),
      burstDensity: in256ths(bursts.burstDensity),
      gapDensity: in256ths(bursts.gapDensity),
      burstMs: in16Bits(bursts.burstPackets * frameMs),
      gapMs: in16Bits(bursts.gapPackets * frameMs),
      roundTripMs: in16Bits(roundTripMs),
      endSystemDelayMs: in16Bits(frameMs + bufferMs),
      rFactor: Math.round(rating),
      mosListening: Math.round(10 * opinionOf(estimateRating(lossShare + discardShare, 0))),
      mosConversation: Math.round(10 * opinionOf(rating)),
      jitterBufferMs: in16Bits(bufferMs),
      jitterBufferMaxMs: in16Bits(jitterBuffer.targetMs),
      jitterBufferAbsoluteMaxMs: maxDelayMs,
    };
  }

  /** Returns the length of the compound, whether or not there is a place for it. */
  #send(packets: readonly RtcpPacket[]): number {
    const remote = this.#remote;
    const length = encodeRtcp(packets, this.#bytes);
    if (remote === undefined || length === undefined) return 0;
    const compound = this.#bytes.subarray(0, length);
    const isMuxed = remote.rtcp?.isMuxed === true;
    if (!isMuxed) this.#follow(remote);
    const { address, port } = isMuxed ? this.#listener.guard : this.#guard;
    // The address of hold as of RFC 2543 is nowhere.
    if (port === 0 || isUnspecifiedAddress(address)) return length;
    this.#socket.sendControl(compound, address, port, isMuxed);
    this.#packetsSent++;
    return length;
  }

  /** RTCP goes to and comes from the address of RTP, also one that was learnt since, unless signalling names another. */
  #follow(remote: NegotiatedAudio): void {
    const { address, port = portAbove(remote.remotePort) } = remote.rtcp ?? {};
    this.#guard.expect(address ?? this.#listener.guard.address, port);
  }
}

function in256ths(share: number): number {
  return Math.min(255, Math.floor(share * 256));
}

function in16Bits(value: number): number {
  return Math.min(0xffff, Math.max(0, Math.round(value)));
}

/** RFC 3550 §11. */
function portAbove(rtpPort: number): number {
  return rtpPort < 65_535 ? rtpPort + 1 : 0;
}
