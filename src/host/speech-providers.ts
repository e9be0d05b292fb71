/** The speech services of others, by the word that chooses them. */
import { createAwsSpeechToText, createAwsTextToSpeech } from '../providers/aws-speech/index.ts';
import { createAzureSpeechToText, createAzureTextToSpeech } from '../providers/azure-speech/index.ts';
import { createGoogleSpeechToText, createGoogleTextToSpeech } from '../providers/google-speech/index.ts';
import { createElevenlabsSpeechToText, createElevenlabsTextToSpeech } from '../providers/elevenlabs/index.ts';
import { createOpenaiSpeechToText, createOpenaiTextToSpeech } from '../providers/openai-speech/index.ts';
import { createAdapterSpeechToText, createAdapterTextToSpeech } from '../providers/speech-adapter/index.ts';
import type { SpeechServicePorts } from '../providers/speech-connection/index.ts';
import { createWatsonSpeechToText, createWatsonTextToSpeech } from '../providers/watson-speech/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { createEspeakTextToSpeech, type RunVoiceProgram } from '../providers/espeak-ng/index.ts';
import { createDeepgramSpeechToText, createDeepgramTextToSpeech } from '../providers/deepgram/index.ts';
import type { SpeechProvider, SpeechToText, TextToSpeech } from '../speech/index.ts';

type Service = Exclude<SpeechProvider, 'local'>;
type Voice = Service | 'espeak-ng';
type Ports = SpeechServicePorts & { readonly runVoiceProgram: RunVoiceProgram };
type Create<Engine> = (options: JsonObject, sessionId: string, ports: Ports) => Engine;

const recognisers: Readonly<Record<Service, Create<SpeechToText>>> = {
  watson: createWatsonSpeechToText,
  deepgram: (options, _sessionId, ports) => createDeepgramSpeechToText(options, ports),
  openai: (options, _sessionId, ports) => createOpenaiSpeechToText(options, ports),
  elevenlabs: (options, _sessionId, ports) => createElevenlabsSpeechToText(options, ports),
  websocket: createAdapterSpeechToText,
  azure: (options, _sessionId, ports) => createAzureSpeechToText(options, ports),
  google: (options, _sessionId, ports) => createGoogleSpeechToText(options, ports),
  aws: (options, _sessionId, ports) => createAwsSpeechToText(options, ports),
};

const voices: Readonly<Record<Voice, Create<TextToSpeech>>> = {
  'espeak-ng': (options, _sessionId, { runVoiceProgram }) => createEspeakTextToSpeech(options, runVoiceProgram),
  watson: createWatsonTextToSpeech,
  deepgram: (options, _sessionId, ports) => createDeepgramTextToSpeech(options, ports),
  openai: (options, _sessionId, ports) => createOpenaiTextToSpeech(options, ports),
  elevenlabs: (options, _sessionId, ports) => createElevenlabsTextToSpeech(options, ports),
  websocket: createAdapterTextToSpeech,
  azure: (options, _sessionId, ports) => createAzureTextToSpeech(options, ports),
  google: (options, _sessionId, ports) => createGoogleTextToSpeech(options, ports),
  aws: (options, _sessionId, ports) => createAwsTextToSpeech(options, ports),
};

/** Throws an `Error` that names the fault and no value when the options cannot be read. */
export function createRecogniser(kind: Service, ...of: Parameters<Create<SpeechToText>>): SpeechToText {
  return recognisers[kind](...of);
}

/** As `createRecogniser`. */
export function createVoice(kind: Voice, ...of: Parameters<Create<TextToSpeech>>): TextToSpeech {
  return voices[kind](...of);
}
