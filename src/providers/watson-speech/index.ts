export { createWatsonSpeechToText, createWatsonTextToSpeech } from './create-watson-speech.ts';
