/** A speech module for a real media thread whose engines are the fakes: whole gateways in tests, without model files. */
import { fakeSpeechToText, fakeTextToSpeech } from './fake-speech.ts';

export function createSpeechEngines(): Promise<{
  readonly speechToText: typeof fakeSpeechToText;
  readonly textToSpeech: typeof fakeTextToSpeech;
  close(): Promise<void>;
}> {
  return Promise.resolve({
    speechToText: fakeSpeechToText,
    textToSpeech: fakeTextToSpeech,
    close: () => Promise.resolve(),
  });
}
