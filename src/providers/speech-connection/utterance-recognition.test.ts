/** What a service of utterances is given to hear. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tone } from '../../audio/index.ts';
import { ok } from '../../kit/index.ts';
import { noPorts } from './service-ports.fixture.ts';
import { UtteranceRecognition } from './utterance-recognition.ts';

test('a voice that is cut because it does not end is heard once: no audio stands in both utterances', async () => {
  const heard: Int16Array[] = [];
  const session = new UtteranceRecognition(
    async (pcm) => {
      heard.push(pcm);
      return ok({ text: 'x', confidence: 1 });
    },
    { sampleRateHz: 8000, endOfSpeechMs: 640 },
    () => undefined,
    noPorts,
  );
  const frameSamples = 256;
  const voicedFrames = 600;
  let atMs = 0;
  const write = (pcm: Int16Array): void => {
    for (let at = 0; at < pcm.length; at += 160) session.write(pcm.subarray(at, at + 160), (atMs += 20));
  };
  write(new Int16Array(20 * frameSamples));
  write(tone(400, 8000, voicedFrames * 32));
  write(new Int16Array(40 * frameSamples));
  await new Promise(setImmediate);
  assert.equal(heard.length, 2);
  const samples = heard.reduce((sum, { length }) => sum + length, 0);
  // 320 ms before the voice and 512 ms after it.
  assert.equal(samples, (10 + voicedFrames + 16) * frameSamples);
});
