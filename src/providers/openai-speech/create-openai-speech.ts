import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  httpUrl,
  httpVoice,
  readServiceOptions,
  type SpeechServicePorts,
  utteranceRecogniser,
} from '../speech-connection/index.ts';
import { formContentType, printForm, readTranscript } from './transcription.ts';

/** Everything before `/audio/transcriptions` and `/audio/speech`. */
const defaultUrl = 'https://api.openai.com/v1';
const usualModel = 'gpt-4o-mini-transcribe';
const usualVoiceModel = 'gpt-4o-mini-tts';
const usualVoice = 'alloy';
const limit = { most: 4096, unit: 'characters' } as const;
/** The service's `pcm` has no other rate. */
const spokenHz = 24_000;

const keyHeaders = (key: string) => ({ authorization: `Bearer ${key}` });

/** Recognition by an endpoint that transcribes files, utterance by utterance. */
export function createOpenaiSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('OpenAI', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const url = httpUrl({ url: service.url, path: '/audio/transcriptions' });
  return utteranceRecogniser(
    service,
    ports,
    (pcm, sampleRateHz, parameters) => ({
      ...credentials,
      url,
      contentType: formContentType,
      body: printForm({ model: usualModel, ...parameters }, pcm, sampleRateHz),
    }),
    readTranscript,
  );
}

/** Synthesis by `POST /audio/speech` (platform.openai.com/docs/api-reference/audio/createSpeech): samples at 24 kHz. */
export function createOpenaiTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('OpenAI', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const url = httpUrl({ url: service.url, path: '/audio/speech' });
  return httpVoice(service, ports, limit, ({ text }) => {
    const body = {
      model: usualVoiceModel,
      voice: usualVoice,
      ...service.parameters,
      input: text,
      response_format: 'pcm',
    };
    return { ...credentials, url, body: JSON.stringify(body), encoding: 'linear16', fromHz: spokenHz };
  });
}
