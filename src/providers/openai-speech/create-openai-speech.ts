import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  httpUrl,
  parametersAt,
  readServiceOptions,
  speakOverHttp,
  type SpeechServicePorts,
  transcribeOverHttp,
  UtteranceRecognition,
} from '../speech-connection/index.ts';
import { formContentType, printForm, readTranscript } from './transcription.ts';

/** Everything before `/audio/transcriptions` and `/audio/speech`. */
const defaultUrl = 'https://api.openai.com/v1';
const usualModel = 'gpt-4o-mini-transcribe';
const usualVoiceModel = 'gpt-4o-mini-tts';
const usualVoice = 'alloy';
/** Of one text, in characters. */
const longestText = 4096;
/** The service's `pcm` has no other rate. */
const spokenHz = 24_000;

const keyHeaders = (key: string) => ({ authorization: `Bearer ${key}` });

/** Recognition by an endpoint that transcribes files, utterance by utterance. */
export function createOpenaiSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('OpenAI', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const url = httpUrl({ url: service.url, path: '/audio/transcriptions' });
  const { host } = new URL(url);
  return {
    spec: 'stt/1',
    name: `OpenAI (${host})`,
    open: (recognition, onEvent) => {
      const parameters = { model: usualModel, ...parametersAt(recognition.sampleRateHz, service) };
      const ask = (pcm: Int16Array) => ({
        ...credentials,
        url,
        contentType: formContentType,
        body: printForm(parameters, pcm, recognition.sampleRateHz),
      });
      const transcribe = transcribeOverHttp(ask, readTranscript, service, ports);
      return new UtteranceRecognition(transcribe, recognition, onEvent, ports);
    },
  };
}

/** Synthesis by `POST /audio/speech` (platform.openai.com/docs/api-reference/audio/createSpeech): samples at 24 kHz. */
export function createOpenaiTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('OpenAI', options, defaultUrl);
  const credentials = credentialsOf(service, ports, keyHeaders);
  const url = httpUrl({ url: service.url, path: '/audio/speech' });
  const { host } = new URL(url);
  return {
    spec: 'tts/1',
    name: `OpenAI (${host})`,
    async *synthesize(request, signal) {
      const { text } = request;
      if (text.length > longestText) throw new Error(`${host} takes texts of at most ${longestText} characters`);
      const body = {
        model: usualVoiceModel,
        voice: usualVoice,
        ...service.parameters,
        input: text,
        response_format: 'pcm',
      };
      const spoken = {
        ...credentials,
        url,
        body: JSON.stringify(body),
        encoding: 'linear16',
        fromHz: spokenHz,
      } as const;
      yield* speakOverHttp(spoken, service, request, ports, signal);
    },
  };
}
