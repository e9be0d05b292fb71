import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  encodingFor,
  httpUrl,
  httpVoice,
  readServiceOptions,
  type SpeechServicePorts,
  streamingRecogniser,
} from '../speech-connection/index.ts';
import { closeMessage, keepAliveMessage, listenUrl, ResultReader } from './recognition-messages.ts';

const defaultUrl = 'https://api.deepgram.com';
const usualVoice = 'aura-2-thalia-en';
/** A connection that gets nothing for 10 s is closed. */
const keepAliveEveryMs = 4000;
/** Of one request of synthesis. */
const limit = { most: 2000, unit: 'characters' } as const;

const keyHeaders = (key: string) => ({ authorization: `Token ${key}` });

/** Recognition by Deepgram for one call. As `createWatsonSpeechToText` in all but the protocol. */
export function createDeepgramSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('Deepgram', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  return streamingRecogniser(service, ports, (recognition, parameters) => ({
    saysListening: false,
    begin: () => {
      const reader = new ResultReader();
      return {
        order: { url: listenUrl(service.url, parameters, recognition), ...credentials },
        start: [],
        read: (message) => reader.read(message),
      };
    },
    stop: [closeMessage],
    keepAlive: { everyMs: keepAliveEveryMs, message: keepAliveMessage },
  }));
}

/**
 * Synthesis by Deepgram for one call: `POST /v1/speak`, whose answer is audio without a container, sent as it is made
 * (developers.deepgram.com/reference/text-to-speech/speak-request).
 */
export function createDeepgramTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('Deepgram', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const { voice = usualVoice, ...others } = service.parameters;
  return httpVoice(service, ports, limit, ({ text, sampleRateHz }) => {
    const encoding = encodingFor(sampleRateHz) === 'ulaw' ? 'mulaw' : 'linear16';
    const query = { model: voice, ...others, encoding, sample_rate: sampleRateHz, container: 'none' };
    return {
      ...credentials,
      url: httpUrl({ url: service.url, path: '/v1/speak', query }),
      body: JSON.stringify({ text }),
    };
  });
}
