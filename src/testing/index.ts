export { fakeSpeechToText, fakeTextToSpeech } from './fake-speech.ts';
export {
  createScriptedPhone,
  type PhoneEvent,
  type PhonePorts,
  type PhoneReaction,
  type PhoneScript,
  type ScriptedPhone,
  type TransferScript,
} from './scripted-phone.ts';
export { type Exposed, parseExposition, type Sample } from './parse-exposition.ts';
export { type QueueUnderTest, type ReportQueueCase, reportQueueCases } from './report-queue-cases.ts';
export { SimClock } from './sim-clock.ts';
export { createSimMediaPlane, type SimMediaOptions } from './sim-media-plane.ts';
export { wordErrorRate } from './word-error-rate.ts';
export { calm, type NetworkWeather, type OnDatagram, SimNetwork } from './sim-network.ts';
export { botConformance, type ConformanceCase, type ServedBot, servedBotConformance } from './bot-conformance.ts';
export {
  type BotAnswer,
  type BotProtocol,
  conformingBot,
  type HeardTurn,
  type ServedRequest,
} from './conforming-bot.ts';
export { type RecordedExchange, replayExchange } from './recorded-exchange.ts';
export {
  type SpeechToTextSubject,
  speechToTextCases,
  type TextToSpeechSubject,
  textToSpeechCases,
} from './speech-conformance.ts';
