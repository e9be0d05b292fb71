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
import { printAudio, readRealtimeMessage, realtimeUrl } from './recognition-messages.ts';

const defaultUrl = 'https://api.elevenlabs.io';
/** "George", which every account has. */
const usualVoice = 'JBFqnCBsd6RMkjVDRZzb';
const usualVoiceModel = 'eleven_flash_v2_5';
/** The least of all models. */
const limit = { most: 5000, unit: 'characters' } as const;
/** These go into the URL, everything else into the body. */
const queryNames: ReadonlySet<string> = new Set(['enable_logging', 'optimize_streaming_latency']);

const keyHeaders = (key: string) => ({ 'xi-api-key': key });

/** Recognition by ElevenLabs for one call. As `createWatsonSpeechToText` in all but the protocol. */
export function createElevenlabsSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('ElevenLabs', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  return streamingRecogniser(service, ports, (recognition, parameters) => ({
    saysListening: true,
    lacksInstants: true,
    begin: () => ({
      order: { url: realtimeUrl(service.url, parameters, recognition), ...credentials },
      start: [],
      read: readRealtimeMessage,
    }),
    wrap: (audio) => printAudio(audio, recognition.sampleRateHz),
    stop: [],
  }));
}

/**
 * Synthesis by ElevenLabs for one call: `POST /v1/text-to-speech/<voice>/stream`, whose answer is bare audio, sent as it is
 * made (elevenlabs.io/docs/api-reference/text-to-speech/stream).
 */
export function createElevenlabsTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('ElevenLabs', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const { voice = usualVoice, model = usualVoiceModel, ...others } = service.parameters;
  const path = `/v1/text-to-speech/${encodeURIComponent(typeof voice === 'string' ? voice : usualVoice)}/stream`;
  const inQuery = Object.entries(others).filter(([name]) => queryNames.has(name));
  const inBody = Object.entries(others).filter(([name]) => !queryNames.has(name));
  return httpVoice(service, ports, limit, ({ text, sampleRateHz }) => {
    const format = encodingFor(sampleRateHz) === 'ulaw' ? 'ulaw_8000' : 'pcm_16000';
    const query = { ...Object.fromEntries(inQuery), output_format: format };
    return {
      ...credentials,
      url: httpUrl({ url: service.url, path, query }),
      body: JSON.stringify({ model_id: model, ...Object.fromEntries(inBody), text }),
    };
  });
}
