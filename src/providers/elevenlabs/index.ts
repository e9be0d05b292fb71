export { createElevenlabsSpeechToText, createElevenlabsTextToSpeech } from './create-elevenlabs.ts';
