export { cachingTextToSpeech } from './caching-synthesis.ts';
export { isBelieved } from './confidence.ts';
export type {
  ListeningOptions,
  RecognitionEvent,
  RecognitionOptions,
  RecognitionSession,
  SampleRateHz,
  SpeechToText,
  SynthesisRequest,
  TextToSpeech,
} from './contract.ts';
export { type ExpectedSpeech, expectedLimits, spellAsExpected, withinLimits } from './expected-speech.ts';
export { normalizeWords } from './plain-words.ts';
export { sentenceEnds } from './sentence-ends.ts';
export { failoverSpeechToText } from './failover-recognition.ts';
export { failoverTextToSpeech } from './failover-synthesis.ts';
export {
  type CallSpeech,
  hasPlace,
  type SpeechChoice,
  type SpeechPorts,
  type SpeechProvider,
  type SpeechSelection,
  type SpeechService,
  type VoiceProvider,
} from './selection.ts';
export { PreparedPrompts, type PromptNews, type PromptOrder } from './prepared-prompts.ts';
export { splitLong, splitSentences } from './split-sentences.ts';
export { SpokenTexts } from './spoken-texts.ts';
export { withoutMarkup } from './without-markup.ts';
