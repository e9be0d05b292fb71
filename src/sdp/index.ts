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
  refuseOffer,
  telephoneCodecs,
} from './audio-negotiation.ts';
export { allCodecs, type OfferedCodec } from './audio-formats.ts';
export { type CryptoSuite, cryptoSuites, type LocalEncryption } from './crypto-attribute.ts';
export { parseSdp, printSdp, type SdpParseError, type SessionDescription } from './session-description.ts';
