export type {
  RecognitionEvent,
  RecognitionOptions,
  RecognitionSession,
  SampleRateHz,
  SpeechToText,
  SynthesisRequest,
  TextToSpeech,
} from './contract.ts';
export { sentenceEnds } from './sentence-ends.ts';
