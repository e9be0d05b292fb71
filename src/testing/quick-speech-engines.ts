/** As `fake-speech-engines.ts`, but speaking 100 characters a second: for long conversations in real time. */
import { fakeSpeech } from './fake-speech.ts';

export function createSpeechEngines(): Promise<ReturnType<typeof fakeSpeech> & { close(): Promise<void> }> {
  return Promise.resolve({ ...fakeSpeech(5), close: () => Promise.resolve() });
}
