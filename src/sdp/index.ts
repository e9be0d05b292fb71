export {
  acceptAudioAnswer,
  type AgreedAudio,
  answerAudioOffer,
  type AudioAnswer,
  type AudioAnswerOptions,
  type AudioOfferOptions,
  createAudioOffer,
  type Direction,
  type OfferedCodec,
  refuseOffer,
} from './audio-negotiation.ts';
export { parseSdp, printSdp, type SdpParseError, type SessionDescription } from './session-description.ts';
