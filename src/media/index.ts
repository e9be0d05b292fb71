export type { InformationCategory, ProgressFinding, ProgressSound } from '../audio/index.ts';
export {
  type FrameEncoder,
  noOpus,
  openDecoder,
  openEncoder,
  type OpenOpus,
  type OpusDecoder,
  type OpusEncoder,
  type OpusLibrary,
  type PacketDecoder,
  sampleRateOf,
} from './codec.ts';
export { noPackets } from './contract.ts';
export type {
  AddressFamily,
  AudioCodec,
  MediaCommand,
  MediaEncryption,
  MediaEvent,
  MediaPlane,
  NegotiatedAudio,
  NetworkLimits,
  NetworkWarning,
  QualitySample,
  OpusWishes,
  RecordingOrder,
  RtpSummary,
  SourcePolicy,
  SpeechManner,
  SrtpSuite,
} from './contract.ts';
export { DelayHistogram } from './delay-histogram.ts';
export { createMediaCore, type MediaCore } from './media-core.ts';
export type { AbortHandle, MediaPorts, RecordingSink, RtpSocket } from './ports.ts';
