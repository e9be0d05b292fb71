/** The protocols as text, in the shape of the published examples; over sockets they are tested in test/speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeWav } from '../../audio/index.ts';
import { printRecognition, printSynthesis, readRecognition, readSynthesis } from './messages.ts';

test('requests: what the gateway decides stays, whatever is configured', () => {
  const parameters = {
    languageCode: 'it-IT',
    model: 'telephony_short',
    encoding: 'FLAC',
    speechContexts: [{ phrases: ['a'] }],
  };
  assert.deepEqual(JSON.parse(printRecognition(parameters, Int16Array.of(0, 0), 8000)), {
    config: {
      languageCode: 'it-IT',
      model: 'telephony_short',
      encoding: 'MULAW',
      speechContexts: [{ phrases: ['a'] }],
      sampleRateHertz: 8000,
    },
    audio: { content: '//8=' },
  });
  const wide = JSON.parse(printRecognition({}, Int16Array.of(1, -2), 16_000)) as Record<string, object>;
  assert.deepEqual(wide, {
    config: { languageCode: 'en-US', encoding: 'LINEAR16', sampleRateHertz: 16_000 },
    audio: { content: 'AQD+/w==' },
  });
  assert.deepEqual(
    JSON.parse(printSynthesis({ text: 'a < b', sampleRateHz: 8000 }, { voice: 'it-IT-Neural2-A', pitch: 1 })),
    {
      input: { text: 'a < b' },
      voice: { languageCode: 'it-IT', name: 'it-IT-Neural2-A' },
      audioConfig: { pitch: 1, audioEncoding: 'LINEAR16', sampleRateHertz: 8000 },
    },
  );
  const markup = JSON.parse(printSynthesis({ text: '<speak>hello</speak>', sampleRateHz: 16_000 }, {})) as object;
  assert.deepEqual(markup, {
    input: { ssml: '<speak>hello</speak>' },
    voice: { languageCode: 'en-US' },
    audioConfig: { audioEncoding: 'LINEAR16', sampleRateHertz: 16_000 },
  });
});

test('answers', () => {
  const read = (answer: object) => readRecognition(JSON.stringify(answer));
  const result = (transcript: string, confidence?: number) => ({ alternatives: [{ transcript, confidence }] });
  assert.deepEqual(read({ results: [result('how old is', 0.9), result(' the bridge', 0.7), {}] }), {
    ok: true,
    value: { text: 'how old is the bridge', confidence: 0.8 },
  });
  assert.deepEqual(read({ results: [result('yes')] }), { ok: true, value: { text: 'yes', confidence: 1 } });
  assert.deepEqual(read({ totalBilledTime: '15s' }), { ok: true, value: { text: '', confidence: 1 } });
  assert.equal(read({ results: 7 }).ok, false);
  const samples = Int16Array.of(1, 2, 3);
  const wav = (sampleRateHz: number) =>
    JSON.stringify({
      audioContent: Buffer.from(encodeWav({ samples, sampleRateHz, channelCount: 1 })).toString('base64'),
    });
  assert.deepEqual(readSynthesis(wav(8000), 8000), { ok: true, value: samples });
  assert.deepEqual(readSynthesis(wav(24_000), 8000), { ok: false, error: 'sent audio of another format' });
});

test('whatever comes is read without a throw, and no confidence leaves 0 to 1', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), (text, value) => {
      readRecognition(text);
      readSynthesis(text, 8000);
      readSynthesis(`{"audioContent":${value}}`, 8000);
      const read = readRecognition(
        `{"results":[{"alternatives":[{"transcript":"x","confidence":${value}}]},${value}]}`,
      );
      assert.ok(read.ok && read.value.confidence >= 0 && read.value.confidence <= 1);
    }),
    { numRuns: 50 },
  );
});
