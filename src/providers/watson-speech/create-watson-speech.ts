import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import { readOptions } from './options.ts';
import { WatsonRecognitionSession } from './recognition-session.ts';
import type { WatsonSpeechPorts } from './service-connection.ts';
import { synthesize } from './synthesis.ts';

/**
 * Watson Speech to Text for one call, over its WebSocket. `options` as `watsonSpeechOptions` reads them; throws an `Error`
 * that names the fault and no value. A session that loses its socket has failed; opening another one is for a wrapper.
 */
export function createWatsonSpeechToText(options: unknown, sessionId: string, ports: WatsonSpeechPorts): SpeechToText {
  const service = readOptions(options);
  const authorization = ports.authorizationBy(service.trust, service.authorization);
  return {
    spec: 'stt/1',
    name: `Watson (${new URL(service.url).host})`,
    open: (recognition, onEvent) =>
      new WatsonRecognitionSession({ sessionId, service, authorization }, recognition, onEvent, ports),
  };
}

/** Watson Text to Speech for one call, over its WebSocket: a connection for each text of at most 5 KB. */
export function createWatsonTextToSpeech(options: unknown, sessionId: string, ports: WatsonSpeechPorts): TextToSpeech {
  const service = readOptions(options);
  const authorization = ports.authorizationBy(service.trust, service.authorization);
  return {
    spec: 'tts/1',
    name: `Watson (${new URL(service.url).host})`,
    synthesize: (request, signal) => synthesize({ sessionId, service, authorization }, request, ports, signal),
  };
}
