export { createGoogleSpeechToText, createGoogleTextToSpeech } from './create-google-speech.ts';
