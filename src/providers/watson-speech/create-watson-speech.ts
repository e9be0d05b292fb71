import type { Authorization } from '../../authorization/index.ts';
import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  encodingFor,
  parametersAt,
  readServiceOptions,
  type ServiceOptions,
  speakOverWebSocket,
  type SpeechServicePorts,
  WebSocketRecognition,
} from '../speech-connection/index.ts';
import { printStart, readRecognitionMessage, recognizeUrl, stopMessage } from './recognition-messages.ts';
import { longestTextBytes, printText, readSynthesisError, synthesizeUrl } from './synthesis-messages.ts';

/**
 * Watson Speech to Text for one call, over its WebSocket. `options` as `readServiceOptions` reads them; throws an `Error`
 * that names the fault and no value. A session that loses its socket has failed; opening another one is for a wrapper.
 */
export function createWatsonSpeechToText(options: unknown, sessionId: string, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('Watson', options);
  const { url } = service;
  const authorization = authorizationOf(service, ports);
  return {
    spec: 'stt/1',
    name: `Watson (${new URL(url).host})`,
    open: (recognition, onEvent) => {
      const { sampleRateHz, endOfSpeechMs } = recognition;
      const parameters = parametersAt(sampleRateHz, service);
      const protocol = {
        encoding: encodingFor(sampleRateHz),
        saysListening: true,
        begin: () => ({
          order: { url: recognizeUrl(url, parameters), headers: { 'vgw-session-id': sessionId }, authorization },
          start: [printStart(parameters, sampleRateHz, endOfSpeechMs)],
          read: readRecognitionMessage,
        }),
        stop: [stopMessage],
      };
      return new WebSocketRecognition(protocol, service, recognition, onEvent, ports);
    },
  };
}

/** Watson Text to Speech for one call, over its WebSocket: a connection for each text of at most 5 KB. */
export function createWatsonTextToSpeech(options: unknown, sessionId: string, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('Watson', options);
  const authorization = authorizationOf(service, ports);
  const { host } = new URL(service.url);
  const url = synthesizeUrl(service.url, service.parameters);
  return {
    spec: 'tts/1',
    name: `Watson (${host})`,
    async *synthesize(request, signal) {
      if (new TextEncoder().encode(request.text).length > longestTextBytes) {
        throw new Error(`${host} takes texts of at most ${longestTextBytes} bytes`);
      }
      const exchange = {
        url,
        headers: { 'vgw-session-id': sessionId },
        authorization,
        messages: [printText(request.text, request.sampleRateHz)],
        readText: readSynthesisNews,
      };
      yield* speakOverWebSocket(exchange, service, request, ports, signal);
    },
  };
}

function readSynthesisNews(message: string): { readonly error: string } | undefined {
  const error = readSynthesisError(message);
  return error === undefined ? undefined : { error };
}

function authorizationOf({ trust, authorization }: ServiceOptions, ports: SpeechServicePorts): Authorization {
  if (authorization.kind === 'key-file') throw new Error('Watson speech: a key file is no way to authenticate here.');
  return ports.authorizationBy(trust, authorization);
}
