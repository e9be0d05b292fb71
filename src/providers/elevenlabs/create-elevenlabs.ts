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
import { printAudio, readRealtimeMessage, realtimeUrl } from './recognition-messages.ts';

const defaultUrl = 'https://api.elevenlabs.io';
/** "George", which every account has. */
const usualVoice = 'JBFqnCBsd6RMkjVDRZzb';
const usualVoiceModel = 'eleven_flash_v2_5';
/** Of one text, in characters: the least of all models. */
const longestText = 5000;
/** These go into the URL, everything else into the body. */
const queryNames: ReadonlySet<string> = new Set(['enable_logging', 'optimize_streaming_latency']);

const keyHeaders = (key: string) => ({ 'xi-api-key': key });

/** Recognition by ElevenLabs for one call. As `createWatsonSpeechToText` in all but the protocol. */
export function createElevenlabsSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('ElevenLabs', options, defaultUrl);
  const { url } = service;
  const credentials = credentialsOf(service, ports, keyHeaders);
  return {
    spec: 'stt/1',
    name: `ElevenLabs (${new URL(url).host})`,
    open: (recognition, onEvent) => {
      const { sampleRateHz } = recognition;
      const parameters = parametersAt(sampleRateHz, service);
      const protocol = {
        encoding: encodingFor(sampleRateHz),
        saysListening: true,
        lacksInstants: true as const,
        begin: () => ({
          order: { url: realtimeUrl(url, parameters, recognition), ...credentials },
          start: [],
          read: readRealtimeMessage,
        }),
        wrap: (audio: Uint8Array) => printAudio(audio, sampleRateHz),
        stop: [],
      };
      return new WebSocketRecognition(protocol, service, recognition, onEvent, ports);
    },
  };
}

/**
 * Synthesis by ElevenLabs for one call: `POST /v1/text-to-speech/<voice>/stream`, whose answer is bare audio, sent as it is
 * made (elevenlabs.io/docs/api-reference/text-to-speech/stream).
 */
export function createElevenlabsTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('ElevenLabs', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const { host } = new URL(service.url);
  const { voice = usualVoice, model = usualVoiceModel, ...others } = service.parameters;
  const path = `/v1/text-to-speech/${encodeURIComponent(typeof voice === 'string' ? voice : usualVoice)}/stream`;
  const inQuery = Object.entries(others).filter(([name]) => queryNames.has(name));
  const inBody = Object.entries(others).filter(([name]) => !queryNames.has(name));
  return {
    spec: 'tts/1',
    name: `ElevenLabs (${host})`,
    async *synthesize(request, signal) {
      const { text, sampleRateHz } = request;
      if (text.length > longestText) throw new Error(`${host} takes texts of at most ${longestText} characters`);
      const format = encodingFor(sampleRateHz) === 'ulaw' ? 'ulaw_8000' : 'pcm_16000';
      const query = { ...Object.fromEntries(inQuery), output_format: format };
      const spoken = {
        ...credentials,
        url: httpUrl({ url: service.url, path, query }),
        body: JSON.stringify({ model_id: model, ...Object.fromEntries(inBody), text }),
      };
      yield* speakOverHttp(spoken, service, request, ports, signal);
    },
  };
}
