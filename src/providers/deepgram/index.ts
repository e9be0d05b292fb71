export { createDeepgramSpeechToText, createDeepgramTextToSpeech } from './create-deepgram.ts';
