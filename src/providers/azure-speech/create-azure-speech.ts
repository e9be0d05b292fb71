import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  httpVoice,
  readServiceOptions,
  type SpeechServicePorts,
  utteranceRecogniser,
} from '../speech-connection/index.ts';
import {
  printSpeech,
  printUtterance,
  readRecognition,
  recognitionUrl,
  synthesisHeaders,
  synthesisUrl,
  wavContentType,
} from './messages.ts';

const keyHeaders = (key: string) => ({ 'ocp-apim-subscription-key': key });

/** Recognition by Azure, utterance by utterance. The URL names the region: there is no usual one. */
export function createAzureSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const service = readServiceOptions('Azure', options);
  const credentials = credentialsOf(service, ports, keyHeaders);
  return utteranceRecogniser(
    service,
    ports,
    (pcm, sampleRateHz, parameters) => ({
      ...credentials,
      url: recognitionUrl(service.url, parameters),
      contentType: wavContentType,
      body: printUtterance(pcm, sampleRateHz),
    }),
    readRecognition,
  );
}

/** Synthesis by Azure, heard while it comes. */
export function createAzureTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('Azure', options);
  const { headers, authorization } = credentialsOf(service, ports, keyHeaders);
  const url = synthesisUrl(service.url);
  return httpVoice(service, ports, undefined, ({ text, sampleRateHz }) => ({
    url,
    headers: { ...headers, ...synthesisHeaders(sampleRateHz) },
    authorization,
    body: printSpeech(text, service.parameters),
  }));
}
