/** The engines of a service: what its maker's protocol says is handed over, everything else is the same for all makers. */
import type { JsonObject, Result } from '../../kit/index.ts';
import type {
  RecognitionOptions,
  SampleRateHz,
  SpeechToText,
  SynthesisRequest,
  TextToSpeech,
} from '../../speech/index.ts';
import { speakOverHttp, type SpokenRequest } from './http-synthesis.ts';
import { transcribeOverHttp, type UtteranceQuestion } from './http-transcription.ts';
import { parametersAt, type ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';
import { UtteranceRecognition, type Words } from './utterance-recognition.ts';
import { type RecognitionProtocol, WebSocketRecognition } from './web-socket-recognition.ts';
import { speakOverWebSocket, type SynthesisExchange } from './web-socket-synthesis.ts';

/** Recognition over a WebSocket; `parameters` are those of the call's sample rate. */
export function streamingRecogniser(
  service: ServiceOptions,
  ports: SpeechServicePorts,
  protocolOf: (recognition: RecognitionOptions, parameters: JsonObject) => RecognitionProtocol,
): SpeechToText {
  return {
    spec: 'stt/1',
    name: nameOf(service),
    open: (recognition, onEvent) => {
      const protocol = protocolOf(recognition, parametersAt(recognition.sampleRateHz, service));
      return new WebSocketRecognition(protocol, service, recognition, onEvent, ports);
    },
  };
}

/** Recognition utterance by utterance. `read` says what is wrong with an answer without naming the service. */
export function utteranceRecogniser(
  service: ServiceOptions,
  ports: SpeechServicePorts,
  ask: (pcm: Int16Array, sampleRateHz: SampleRateHz, parameters: JsonObject) => UtteranceQuestion,
  read: (body: string) => Result<Words, string>,
): SpeechToText {
  return {
    spec: 'stt/1',
    name: nameOf(service),
    open: (recognition, onEvent) => {
      const { sampleRateHz } = recognition;
      const parameters = parametersAt(sampleRateHz, service);
      const askAbout = (pcm: Int16Array): UtteranceQuestion => ask(pcm, sampleRateHz, parameters);
      return new UtteranceRecognition(transcribeOverHttp(askAbout, read, service, ports), recognition, onEvent, ports);
    },
  };
}

/** The longest text that a service takes. */
export interface TextLimit {
  readonly most: number;
  readonly unit: 'characters' | 'bytes';
}

/** Synthesis in whatever way; a text over the limit is not sent. */
export function voiceOf(
  service: ServiceOptions,
  limit: TextLimit | undefined,
  speak: (request: SynthesisRequest, signal: AbortSignal) => AsyncIterable<Int16Array>,
): TextToSpeech {
  return {
    spec: 'tts/1',
    name: nameOf(service),
    async *synthesize(request, signal) {
      if (signal.aborted) return;
      if (limit !== undefined) refuseLonger(request.text, limit, service.host);
      yield* speak(request, signal);
    },
  };
}

/** Synthesis that answers a POST with audio. */
export function httpVoice(
  service: ServiceOptions,
  ports: SpeechServicePorts,
  limit: TextLimit | undefined,
  print: (request: SynthesisRequest) => SpokenRequest,
): TextToSpeech {
  return voiceOf(service, limit, (request, signal) => speakOverHttp(print(request), service, request, ports, signal));
}

/** Synthesis over a WebSocket: a connection for each text. */
export function webSocketVoice(
  service: ServiceOptions,
  ports: SpeechServicePorts,
  limit: TextLimit | undefined,
  exchangeOf: (request: SynthesisRequest) => SynthesisExchange,
): TextToSpeech {
  return voiceOf(service, limit, (request, signal) =>
    speakOverWebSocket(exchangeOf(request), service, request, ports, signal),
  );
}

function nameOf({ maker, host }: ServiceOptions): string {
  return `${maker} (${host})`;
}

function refuseLonger(text: string, { most, unit }: TextLimit, host: string): void {
  const length = unit === 'bytes' ? new TextEncoder().encode(text).length : text.length;
  if (length > most) throw new Error(`${host} takes texts of at most ${most} ${unit}`);
}
