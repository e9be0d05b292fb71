export type {
  AddressFamily,
  AudioCodec,
  MediaCommand,
  MediaEvent,
  MediaPlane,
  NegotiatedAudio,
  NetworkLimits,
  NetworkWarning,
  RecordingOrder,
  RtpSummary,
  SourcePolicy,
  SpeechManner,
} from './contract.ts';
export { createMediaCore, type MediaCore } from './media-core.ts';
export type { AbortHandle, MediaPorts, RecordingSink, RtpSocket } from './ports.ts';
