import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import type { ExpectedSpeech, SpeechToText, TextToSpeech } from '../speech/index.ts';
import { RemoteSpeech } from './remote-speech.ts';
import { createAudioMemory } from './shared-audio.ts';
import { serveSpeech } from './speech-service.ts';

test('what is expected of a recognition reaches its engine, and nothing after its end does', async () => {
  const { port1, port2 } = new MessageChannel();
  const audio = createAudioMemory();
  const heard: (ExpectedSpeech | undefined)[] = [];
  const closed = new Promise<void>((resolve) => {
    const speechToText: SpeechToText = {
      spec: 'stt/1',
      name: 'fake',
      open: () => ({ write: () => undefined, expect: (expected) => heard.push(expected), close: resolve }),
    };
    const textToSpeech: TextToSpeech = { spec: 'tts/1', name: 'fake', synthesize: () => assert.fail() };
    serveSpeech({ speechToText, textToSpeech }, { port: port2, audio });
  });
  const remote = new RemoteSpeech();
  remote.use({ port: port1, audio });
  const session = remote.speechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 600 }, () => assert.fail());
  session.expect?.({ phrases: ['yes'], digits: { minCount: 1, maxCount: 4 } });
  session.expect?.(undefined);
  session.close();
  session.expect?.({ phrases: ['late'] });
  await closed;
  assert.deepEqual(heard, [{ phrases: ['yes'], digits: { minCount: 1, maxCount: 4 } }, undefined]);
  remote.lose();
});
