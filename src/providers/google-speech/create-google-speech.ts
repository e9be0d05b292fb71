import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  askService,
  credentialsOf,
  httpUrl,
  readServiceOptions,
  type ServiceCredentials,
  type ServiceOptions,
  type SpeechServicePorts,
  utteranceRecogniser,
  voiceOf,
} from '../speech-connection/index.ts';
import { grantOf } from './service-account.ts';
import { printRecognition, printSynthesis, readRecognition, readSynthesis } from './messages.ts';

const recognitionUrl = 'https://speech.googleapis.com';
const synthesisUrl = 'https://texttospeech.googleapis.com';
const limit = { most: 5000, unit: 'bytes' } as const;
const maxSpeechBytes = 64 * 1024 * 1024;
/** Handed out in pieces: a listener takes what it has room for. */
const pieceMs = 500;

const keyHeaders = (key: string) => ({ 'x-goog-api-key': key });

/** Recognition by Google, utterance by utterance. */
export function createGoogleSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('Google', options, recognitionUrl);
  const credentials = googleCredentials(service, ports);
  const url = httpUrl({ url: service.url, path: '/v1/speech:recognize' });
  return utteranceRecogniser(
    service,
    ports,
    (pcm, sampleRateHz, parameters) => ({
      ...credentials,
      url,
      body: printRecognition(parameters, pcm, sampleRateHz),
    }),
    readRecognition,
  );
}

/** Synthesis by Google: each text comes whole, when all of it is spoken. */
export function createGoogleTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('Google', options, synthesisUrl);
  const credentials = googleCredentials(service, ports);
  const url = httpUrl({ url: service.url, path: '/v1/text:synthesize' });
  return voiceOf(service, limit, async function* (request, signal) {
    const body = printSynthesis(request, service.parameters);
    const question = { ...credentials, url, body, maxReplyBytes: maxSpeechBytes };
    const answer = await askService(question, service, ports, signal);
    if (signal.aborted) return;
    if (!answer.ok) throw new Error(answer.error);
    const audio = readSynthesis(answer.value, request.sampleRateHz);
    if (!audio.ok) throw new Error(`${service.host} ${audio.error}`);
    const pieceSamples = (request.sampleRateHz * pieceMs) / 1000;
    for (let at = 0; at < audio.value.length && !signal.aborted; at += pieceSamples) {
      yield audio.value.slice(at, at + pieceSamples);
    }
  });
}

function googleCredentials(service: ServiceOptions, ports: SpeechServicePorts): ServiceCredentials {
  const { authorization: method, trust } = service;
  if (method.kind !== 'key-file') return credentialsOf(service, ports, keyHeaders);
  const grant = grantOf(method, () => ports.wallMs());
  return { headers: {}, authorization: ports.authorizationBy(trust, grant) };
}
