export { createAzureSpeechToText, createAzureTextToSpeech } from './create-azure-speech.ts';
