/**
 * The blocks of an extended report (RFC 3611): receiver reference time (§4.4), DLRR (§4.5) and VoIP metrics (§4.7). Left out: the
 * others, which are passed over by their length.
 */
import { type NtpTime, readNtpTime, writeNtpTime } from './ntp-time.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './network-order.ts';

/** The last report of a stream, given back to who sent it. */
export interface ReportEcho {
  /** The middle 32 bits of the NTP timestamp of the last report; 0 without one. */
  readonly lastReport: number;
  /** Since that came, in 1/65536 s. */
  readonly delaySinceLastReport: number;
}

/** RFC 3611 §4.7: what a receiver made of a stream of speech. 127 stands for what is not known, where it says so. */
export interface VoipMetrics {
  readonly ssrc: number;
  /** In 1/256, since the stream began: lost in the network, and dropped because they came too late. */
  readonly lossRate: number;
  readonly discardRate: number;
  /** Share of packets lost or dropped within bursts, and between them, in 1/256. */
  readonly burstDensity: number;
  readonly gapDensity: number;
  /** Mean lengths in ms. */
  readonly burstMs: number;
  readonly gapMs: number;
  /** 0 when not known. */
  readonly roundTripMs: number;
  readonly endSystemDelayMs: number;
  /** 0 to 100, or 127. */
  readonly rFactor: number;
  /** Ten times the mean opinion score, 10 to 50, or 127: of listening, and with the delay of conversation. */
  readonly mosListening: number;
  readonly mosConversation: number;
  /** The jitter buffer: now, at present bounds, and at most. */
  readonly jitterBufferMs: number;
  readonly jitterBufferMaxMs: number;
  readonly jitterBufferAbsoluteMaxMs: number;
}

export type ExtendedReport =
  | { readonly type: 'receiver-reference-time'; readonly ntp: NtpTime }
  | { readonly type: 'dlrr'; readonly reports: readonly (ReportEcho & { readonly ssrc: number })[] }
  | { readonly type: 'voip-metrics'; readonly metrics: VoipMetrics };

const blockTypes = { receiverReferenceTime: 4, dlrr: 5, voipMetrics: 7 } as const;

/** Undefined for blocks of other types, and of another length than their type has: a receiver must pass over both. */
export function decodeBlock(bytes: Uint8Array, start: number, end: number): ExtendedReport | undefined {
  const at = start + 4;
  const length = end - at;
  switch (bytes[start]) {
    case blockTypes.receiverReferenceTime:
      return length === 8 ? { type: 'receiver-reference-time', ntp: readNtpTime(bytes, at) } : undefined;
    case blockTypes.dlrr:
      if (length % 12 !== 0) return undefined;
      return {
        type: 'dlrr',
        reports: Array.from({ length: length / 12 }, (_, i) => ({
          ssrc: readUint32(bytes, at + 12 * i),
          lastReport: readUint32(bytes, at + 12 * i + 4),
          delaySinceLastReport: readUint32(bytes, at + 12 * i + 8),
        })),
      };
    case blockTypes.voipMetrics:
      return length === 32 ? { type: 'voip-metrics', metrics: decodeVoipMetrics(bytes, at) } : undefined;
    default:
      return undefined;
  }
}

function decodeVoipMetrics(bytes: Uint8Array, at: number): VoipMetrics {
  const byte = (offset: number): number => bytes[at + offset] ?? 0;
  return {
    ssrc: readUint32(bytes, at),
    lossRate: byte(4),
    discardRate: byte(5),
    burstDensity: byte(6),
    gapDensity: byte(7),
    burstMs: readUint16(bytes, at + 8),
    gapMs: readUint16(bytes, at + 10),
    roundTripMs: readUint16(bytes, at + 12),
    endSystemDelayMs: readUint16(bytes, at + 14),
    rFactor: byte(20),
    mosListening: byte(22),
    mosConversation: byte(23),
    jitterBufferMs: readUint16(bytes, at + 26),
    jitterBufferMaxMs: readUint16(bytes, at + 28),
    jitterBufferAbsoluteMaxMs: readUint16(bytes, at + 30),
  };
}

export function blockLength(report: ExtendedReport): number {
  if (report.type === 'dlrr') return 4 + 12 * report.reports.length;
  return report.type === 'voip-metrics' ? 36 : 12;
}

/** Writes a block to where there are zeros. Returns where the next one goes. */
export function encodeBlock(report: ExtendedReport, into: Uint8Array, start: number): number {
  const at = start + 4;
  const length = blockLength(report);
  writeUint16(into, start + 2, length / 4 - 1);
  switch (report.type) {
    case 'receiver-reference-time':
      into[start] = blockTypes.receiverReferenceTime;
      writeNtpTime(into, at, report.ntp);
      break;
    case 'dlrr':
      into[start] = blockTypes.dlrr;
      for (const [index, { ssrc, lastReport, delaySinceLastReport }] of report.reports.entries()) {
        writeUint32(into, at + 12 * index, ssrc);
        writeUint32(into, at + 12 * index + 4, lastReport);
        writeUint32(into, at + 12 * index + 8, delaySinceLastReport);
      }
      break;
    case 'voip-metrics':
      into[start] = blockTypes.voipMetrics;
      encodeVoipMetrics(report.metrics, into, at);
      break;
    default:
      report satisfies never;
  }
  return start + length;
}

/** Signal and noise levels, echo and the external R factor: not known. */
const unknown = 127;
/** The loss threshold between burst and gap that RFC 3611 §4.7.2 recommends. */
export const gapPackets = 16;
/** RFC 3611 §4.7.6: standard concealment (3), an adaptive jitter buffer (3). */
const receiverConfiguration = 0xf0;

function encodeVoipMetrics(metrics: VoipMetrics, into: Uint8Array, at: number): void {
  writeUint32(into, at, metrics.ssrc);
  into.set([metrics.lossRate, metrics.discardRate, metrics.burstDensity, metrics.gapDensity], at + 4);
  writeUint16(into, at + 8, metrics.burstMs);
  writeUint16(into, at + 10, metrics.gapMs);
  writeUint16(into, at + 12, metrics.roundTripMs);
  writeUint16(into, at + 14, metrics.endSystemDelayMs);
  into.set([unknown, unknown, unknown, gapPackets], at + 16);
  into.set([metrics.rFactor, unknown, metrics.mosListening, metrics.mosConversation], at + 20);
  into[at + 24] = receiverConfiguration;
  writeUint16(into, at + 26, metrics.jitterBufferMs);
  writeUint16(into, at + 28, metrics.jitterBufferMaxMs);
  writeUint16(into, at + 30, metrics.jitterBufferAbsoluteMaxMs);
}
