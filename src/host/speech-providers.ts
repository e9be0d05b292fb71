/** The speech services of others, by the word that chooses them. */
import type { SpeechServicePorts } from '../providers/speech-connection/index.ts';
import { createWatsonSpeechToText, createWatsonTextToSpeech } from '../providers/watson-speech/index.ts';
import type { SpeechChoice, SpeechToText, TextToSpeech } from '../speech/index.ts';

type Remote = Exclude<SpeechChoice['kind'], 'local'>;
type Create<Engine> = (options: SpeechChoice['options'], sessionId: string, ports: SpeechServicePorts) => Engine;

const recognisers: Readonly<Record<Remote, Create<SpeechToText>>> = { watson: createWatsonSpeechToText };
const voices: Readonly<Record<Remote, Create<TextToSpeech>>> = { watson: createWatsonTextToSpeech };

/** Throws an `Error` that names the fault and no value when the options cannot be read. */
export function createRecogniser(kind: Remote, ...of: Parameters<Create<SpeechToText>>): SpeechToText {
  return recognisers[kind](...of);
}

/** As `createRecogniser`. */
export function createVoice(kind: Remote, ...of: Parameters<Create<TextToSpeech>>): TextToSpeech {
  return voices[kind](...of);
}
