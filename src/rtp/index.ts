export { estimateRating, opinionOf } from './call-quality.ts';
export type { VoipMetrics } from './extended-report.ts';
export { type FrameKind, JitterBuffer, type JitterVerdict, maxDelayMs } from './jitter-buffer.ts';
export {
  decodeRtpPacket,
  encodeRtpHeader,
  encodeRtpPacket,
  type RtpFault,
  type RtpHeader,
  rtpHeaderBytes,
  RtpPacket,
  type RtpPacketFields,
} from './packet.ts';
export { LossConcealment } from './loss-concealment.ts';
export { ReceiveStatistics, type SourceStatistics } from './receive-statistics.ts';
export { decodeRtcp, encodeRtcp, isRtcp, type RtcpPacket } from './rtcp-packet.ts';
export { RtcpSession } from './rtcp-session.ts';
export { SampleClock } from './sample-clock.ts';
export { sequenceDistance } from './sequence-distance.ts';
export { findRtpHeaderEnd, SrtpIndex } from './srtp-index.ts';
export { encodeTelephoneEvent, TelephoneEventReceiver } from './telephone-event.ts';
