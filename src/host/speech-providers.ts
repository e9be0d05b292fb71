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
type Create<Engine> = (options: JsonObject, ports: Ports, sessionId: string) => Engine;

const recognisers: Readonly<Record<Service, Create<SpeechToText>>> = {
  watson: createWatsonSpeechToText,
  deepgram: createDeepgramSpeechToText,
  openai: createOpenaiSpeechToText,
  elevenlabs: createElevenlabsSpeechToText,
  websocket: createAdapterSpeechToText,
  azure: createAzureSpeechToText,
  google: createGoogleSpeechToText,
  aws: createAwsSpeechToText,
};

const voices: Readonly<Record<Voice, Create<TextToSpeech>>> = {
  'espeak-ng': (options, { runVoiceProgram }) => createEspeakTextToSpeech(options, runVoiceProgram),
  watson: createWatsonTextToSpeech,
  deepgram: createDeepgramTextToSpeech,
  openai: createOpenaiTextToSpeech,
  elevenlabs: createElevenlabsTextToSpeech,
  websocket: createAdapterTextToSpeech,
  azure: createAzureTextToSpeech,
  google: createGoogleTextToSpeech,
  aws: createAwsTextToSpeech,
};

/** Throws an `Error` that names the fault and no value when the options cannot be read. */
export function createRecogniser(kind: Service, ...of: Parameters<Create<SpeechToText>>): SpeechToText {
  return recognisers[kind](...of);
}

/** As `createRecogniser`. */
export function createVoice(kind: Voice, ...of: Parameters<Create<TextToSpeech>>): TextToSpeech {
  return voices[kind](...of);
}
