import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  parametersAt,
  readServiceOptions,
  speakOverWebSocket,
  type SpeechServicePorts,
  webSocketUrl,
  WebSocketRecognition,
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
  sessionId: string,
  ports: SpeechServicePorts,
): SpeechToText {
  const { service, url, credentials } = read(options, sessionId, ports);
  return {
    spec: 'stt/1',
    name: `Adapter (${new URL(url).host})`,
    open: (recognition, onEvent) => {
      const start = printStart(recognition, parametersAt(recognition.sampleRateHz, service));
      const protocol = {
        encoding: 'linear16',
        saysListening: true,
        // It may leave them out.
        lacksInstants: true,
        begin: () => ({ order: { url, ...credentials }, start: [start], read: readRecognitionMessage }),
        printExpected,
        stop: [stopMessage],
      } as const;
      return new WebSocketRecognition(protocol, service, recognition, onEvent, ports);
    },
  };
}

/** Synthesis by such an engine: a connection for each text. */
export function createAdapterTextToSpeech(
  options: unknown,
  sessionId: string,
  ports: SpeechServicePorts,
): TextToSpeech {
  const { service, url, credentials } = read(options, sessionId, ports);
  return {
    spec: 'tts/1',
    name: `Adapter (${new URL(url).host})`,
    synthesize: (request, signal) =>
      speakOverWebSocket(
        {
          url,
          ...credentials,
          encoding: 'linear16',
          messages: [printSpeak(request, service.parameters)],
          readText: readSynthesisMessage,
        },
        service,
        request,
        ports,
        signal,
      ),
  };
}

function read(options: unknown, sessionId: string, ports: SpeechServicePorts) {
  const service = readServiceOptions('Adapter', options);
  const { headers, authorization } = credentialsOf(service, ports, keyHeaders);
  return {
    service,
    url: webSocketUrl({ url: service.url, path: '' }),
    credentials: { headers: { ...headers, 'vgw-session-id': sessionId }, authorization },
  };
}
