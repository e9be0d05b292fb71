import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  credentialsOf,
  parametersAt,
  readServiceOptions,
  speakOverHttp,
  type SpeechServicePorts,
  transcribeOverHttp,
  UtteranceRecognition,
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
  return {
    spec: 'stt/1',
    name: `Azure (${new URL(service.url).host})`,
    open: (recognition, onEvent) => {
      const url = recognitionUrl(service.url, parametersAt(recognition.sampleRateHz, service));
      const ask = (pcm: Int16Array) => ({
        ...credentials,
        url,
        contentType: wavContentType,
        body: printUtterance(pcm, recognition.sampleRateHz),
      });
      const transcribe = transcribeOverHttp(ask, readRecognition, service, ports);
      return new UtteranceRecognition(transcribe, recognition, onEvent, ports);
    },
  };
}

/** Synthesis by Azure, heard while it comes. */
export function createAzureTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const service = readServiceOptions('Azure', options);
  const { headers, authorization } = credentialsOf(service, ports, keyHeaders);
  const url = synthesisUrl(service.url);
  return {
    spec: 'tts/1',
    name: `Azure (${new URL(url).host})`,
    synthesize: (request, signal) =>
      speakOverHttp(
        {
          url,
          headers: { ...headers, ...synthesisHeaders(request.sampleRateHz) },
          authorization,
          body: printSpeech(request.text, service.parameters),
        },
        service,
        request,
        ports,
        signal,
      ),
  };
}
