export { createWatsonSpeechToText, createWatsonTextToSpeech } from './create-watson-speech.ts';
export type { WatsonSpeechPorts } from './service-connection.ts';
