export { createOpenaiSpeechToText, createOpenaiTextToSpeech } from './create-openai-speech.ts';
