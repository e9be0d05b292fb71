import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  readServiceOptions,
  type SpeechServicePorts,
  streamingRecogniser,
  webSocketUrl,
  webSocketVoice,
} from '../speech-connection/index.ts';
import {
  printExpected,
  printSpeak,
  printStart,
  readRecognitionMessage,
  readSynthesisMessage,
  stopMessage,
} from './messages.ts';

const keyHeaders = (key: string) => ({ authorization: `Bearer ${key}` });

/** Recognition by an engine of anybody's that speaks the protocol of docs/speech-adapter.md. */
export function createAdapterSpeechToText(
  options: unknown,
  ports: SpeechServicePorts,
  sessionId: string,
): SpeechToText {
  const { service, order } = read(options, ports, sessionId);
  return streamingRecogniser(service, ports, (recognition, parameters) => ({
    encoding: 'linear16',
    saysListening: true,
    // It may leave them out.
    lacksInstants: true,
    begin: () => ({ order, start: [printStart(recognition, parameters)], read: readRecognitionMessage }),
    printExpected,
    stop: [stopMessage],
  }));
}

/** Synthesis by such an engine: a connection for each text. */
export function createAdapterTextToSpeech(
  options: unknown,
  ports: SpeechServicePorts,
  sessionId: string,
): TextToSpeech {
  const { service, order } = read(options, ports, sessionId);
  return webSocketVoice(service, ports, undefined, (request) => ({
    ...order,
    encoding: 'linear16',
    messages: [printSpeak(request, service.parameters)],
    readText: readSynthesisMessage,
  }));
}

function read(options: unknown, ports: SpeechServicePorts, sessionId: string) {
  const service = readServiceOptions('Adapter', options);
  const { headers, authorization } = credentialsOf(service, ports, keyHeaders);
  const url = webSocketUrl({ url: service.url, path: '' });
  return { service, order: { url, headers: { ...headers, 'vgw-session-id': sessionId }, authorization } };
}
