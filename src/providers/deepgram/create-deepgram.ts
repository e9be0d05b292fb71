import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  encodingFor,
  httpUrl,
  parametersAt,
  readServiceOptions,
  speakOverHttp,
  type SpeechServicePorts,
  WebSocketRecognition,
} from '../speech-connection/index.ts';
import { closeMessage, keepAliveMessage, listenUrl, ResultReader } from './recognition-messages.ts';

const defaultUrl = 'https://api.deepgram.com';
const usualVoice = 'aura-2-thalia-en';
/** A connection that gets nothing for 10 s is closed. */
const keepAliveEveryMs = 4000;
/** Of one request of synthesis, in characters. */
const longestText = 2000;

const keyHeaders = (key: string) => ({ authorization: `Token ${key}` });

/** Recognition by Deepgram for one call. As `createWatsonSpeechToText` in all but the protocol. */
export function createDeepgramSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('Deepgram', options, defaultUrl);
  const { url } = service;
  const credentials = credentialsOf(service, ports, keyHeaders);
  return {
    spec: 'stt/1',
    name: `Deepgram (${new URL(url).host})`,
    open: (recognition, onEvent) => {
      const parameters = parametersAt(recognition.sampleRateHz, service);
      const protocol = {
        encoding: encodingFor(recognition.sampleRateHz),
        saysListening: false,
        begin: () => {
          const reader = new ResultReader();
          return {
            order: { url: listenUrl(url, parameters, recognition), ...credentials },
            start: [],
            read: (message: string) => reader.read(message),
          };
        },
        stop: [closeMessage],
        keepAlive: { everyMs: keepAliveEveryMs, message: keepAliveMessage },
      };
      return new WebSocketRecognition(protocol, service, recognition, onEvent, ports);
    },
  };
}

/**
 * Synthesis by Deepgram for one call: `POST /v1/speak`, whose answer is audio without a container, sent as it is made
 * (developers.deepgram.com/reference/text-to-speech/speak-request).
 */
export function createDeepgramTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('Deepgram', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const { host } = new URL(service.url);
  const { voice = usualVoice, ...others } = service.parameters;
  return {
    spec: 'tts/1',
    name: `Deepgram (${host})`,
    async *synthesize(request, signal) {
      const { text, sampleRateHz } = request;
      if (text.length > longestText) throw new Error(`${host} takes texts of at most ${longestText} characters`);
      const encoding = encodingFor(sampleRateHz) === 'ulaw' ? 'mulaw' : 'linear16';
      const query = { model: voice, ...others, encoding, sample_rate: sampleRateHz, container: 'none' };
      const spoken = {
        ...credentials,
        url: httpUrl({ url: service.url, path: '/v1/speak', query }),
        body: JSON.stringify({ text }),
      };
      yield* speakOverHttp(spoken, service, request, ports, signal);
    },
  };
}
