export {
  acceptAudioAnswer,
  type AgreedAudio,
  answerAudioOffer,
  type AudioAnswer,
  type AudioAnswerOptions,
  type AudioOfferOptions,
  createAudioOffer,
  type Direction,
  notEncrypted,
  type OfferedCodec,
  refuseOffer,
} from './audio-negotiation.ts';
export { type CryptoSuite, cryptoSuites, type LocalEncryption } from './crypto-attribute.ts';
export { parseSdp, printSdp, type SdpParseError, type SessionDescription } from './session-description.ts';
