/**
 * What `outdial/testing` offers: a bot tested by a call, and the suites that connections to bots and speech engines are held
 * against. Nothing here knows a test runner.
 */
export type { BotAnswer, BotFunction, BotOptions, BotTurn } from './connect-bot.ts';
export {
  type BotConnection,
  connectToBot,
  connectToSpeechEngine,
  type SpeechConnection,
  type SpeechEngineOptions,
} from './connect-to.ts';
export {
  dialBot,
  type DialOptions,
  type SayOptions,
  type TestedCall,
  type TestedEnd,
  type TestedTurn,
} from './dial-bot.ts';
export {
  type BotProtocol,
  botConformance,
  type ConformanceCase,
  conformingBot,
  type ServedBot,
  servedBotConformance,
  speechToTextCases,
  type SpeechToTextSubject,
  textToSpeechCases,
  type TextToSpeechSubject,
} from '../testing/index.ts';
