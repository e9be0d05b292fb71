export { createAdapterSpeechToText, createAdapterTextToSpeech } from './create-speech-adapter.ts';
