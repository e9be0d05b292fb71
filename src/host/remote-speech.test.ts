import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { gatewayError } from '../kit/index.ts';
import type { ExpectedSpeech, RecognitionEvent, SpeechToText, TextToSpeech } from '../speech/index.ts';
import { RemoteSpeech } from './remote-speech.ts';
import { createAudioMemory } from './shared-audio.ts';
import { serveSpeech } from './speech-service.ts';

const noVoice: TextToSpeech = { spec: 'tts/1', name: 'fake', synthesize: () => assert.fail() };

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
    serveSpeech({ speechToText, textToSpeech: noVoice }, { port: port2, audio });
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

test('a recognition that has failed is let go of by the engines, and the call is told once', async () => {
  const { port1, port2 } = new MessageChannel();
  const audio = createAudioMemory();
  const told: RecognitionEvent['type'][] = [];
  const fail = new Promise<(event: RecognitionEvent) => void>((resolve) => {
    const closed: string[] = [];
    const speechToText: SpeechToText = {
      spec: 'stt/1',
      name: 'fake',
      open: (_options, onEvent) => {
        resolve((event) => {
          onEvent(event);
          assert.deepEqual(closed, ['closed']);
        });
        return { write: () => assert.fail(), close: () => closed.push('closed') };
      },
    };
    serveSpeech({ speechToText, textToSpeech: noVoice }, { port: port2, audio });
  });
  const remote = new RemoteSpeech();
  remote.use({ port: port1, audio });
  await new Promise<void>((resolve) => {
    const session = remote.speechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 600 }, ({ type }) => {
      told.push(type);
      session.close();
      session.write(new Int16Array(160), 0);
      resolve();
    });
    void fail.then((tell) => tell({ type: 'failed', error: gatewayError('speech.recognition-failed', 'lost') }));
  });
  assert.deepEqual(told, ['failed']);
  remote.lose();
});
