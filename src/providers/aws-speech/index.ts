export { createAwsSpeechToText, createAwsTextToSpeech } from './create-aws-speech.ts';
