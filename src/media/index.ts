export type {
  AudioCodec,
  MediaCommand,
  MediaEvent,
  MediaPlane,
  NegotiatedAudio,
  RecordingOrder,
  RtpSummary,
  SourcePolicy,
} from './contract.ts';
