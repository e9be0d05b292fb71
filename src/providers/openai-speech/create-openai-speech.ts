import { err } from '../../kit/index.ts';
import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  askService,
  credentialsOf,
  httpUrl,
  parametersAt,
  readServiceOptions,
  speakOverHttp,
  type SpeechServicePorts,
  type Transcribe,
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
const maxTranscriptBytes = 1024 * 1024;
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
      const transcribe: Transcribe = async (pcm, signal) => {
        const body = printForm(parameters, pcm, recognition.sampleRateHz);
        const question = { ...credentials, url, contentType: formContentType, body, maxReplyBytes: maxTranscriptBytes };
        const answer = await askService(question, service, ports, signal);
        if (!answer.ok) return answer;
        const words = readTranscript(answer.value);
        return words.ok ? words : err(`${host} ${words.error}.`);
      };
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
