import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  readServiceOptions,
  type SpeechServicePorts,
  streamingRecogniser,
  webSocketVoice,
} from '../speech-connection/index.ts';
import { printStart, readRecognitionMessage, recognizeUrl, stopMessage } from './recognition-messages.ts';
import { limit, printText, readSynthesisError, synthesizeUrl } from './synthesis-messages.ts';

/**
 * Watson Speech to Text for one call, over its WebSocket. `options` as `readServiceOptions` reads them; throws an `Error`
 * that names the fault and no value. A session that loses its socket has failed; opening another one is for a wrapper.
 */
export function createWatsonSpeechToText(options: unknown, ports: SpeechServicePorts, sessionId: string): SpeechToText {
  const service = readServiceOptions('Watson', options);
  const { authorization } = credentialsOf(service, ports);
  return streamingRecogniser(service, ports, ({ sampleRateHz, endOfSpeechMs }, parameters) => ({
    saysListening: true,
    begin: () => ({
      order: { url: recognizeUrl(service.url, parameters), headers: { 'vgw-session-id': sessionId }, authorization },
      start: [printStart(parameters, sampleRateHz, endOfSpeechMs)],
      read: readRecognitionMessage,
    }),
    stop: [stopMessage],
  }));
}

/** Watson Text to Speech for one call, over its WebSocket: a connection for each text of at most 5 KB. */
export function createWatsonTextToSpeech(options: unknown, ports: SpeechServicePorts, sessionId: string): TextToSpeech {
  const service = readServiceOptions('Watson', options);
  const { authorization } = credentialsOf(service, ports);
  const url = synthesizeUrl(service.url, service.parameters);
  return webSocketVoice(service, ports, limit, ({ text, sampleRateHz }) => ({
    url,
    headers: { 'vgw-session-id': sessionId },
    authorization,
    messages: [printText(text, sampleRateHz)],
    readText: readSynthesisNews,
  }));
}

function readSynthesisNews(message: string): { readonly error: string } | undefined {
  const error = readSynthesisError(message);
  return error === undefined ? undefined : { error };
}
