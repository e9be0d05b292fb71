/** The form and the answers as bytes and text; over sockets they are tested in test/speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWav } from '../../audio/index.ts';
import { printForm, readTranscript } from './transcription.ts';

const pcm = Int16Array.from({ length: 320 }, (_, i) => i * 100 - 16_000);

test('an utterance is a form with a WAV file; lists are repeated, and no field can end its part', () => {
  const parameters = {
    model: 'whisper-1',
    language: 'it',
    include: ['logprobs'],
    file: 'x',
    stream: true,
    'a"\r\nb': 1,
  };
  const form = Buffer.from(printForm(parameters, pcm, 16_000));
  const boundary = '--outdial-b7d1f0c2a94e4f6a8d35-part';
  const [before, ...parts] = form.toString('latin1').split(boundary);
  assert.deepEqual([before, parts.pop()], ['', '--\r\n']);
  assert.deepEqual(
    parts.slice(0, -1).map((part) => part.replaceAll('\r\n', '|')),
    [
      '|Content-Disposition: form-data; name="response_format"||json|',
      '|Content-Disposition: form-data; name="model"||whisper-1|',
      '|Content-Disposition: form-data; name="language"||it|',
      '|Content-Disposition: form-data; name="include[]"||logprobs|',
      '|Content-Disposition: form-data; name="a___b"||1|',
    ],
  );
  const wav = decodeWav(form.subarray(form.indexOf('RIFF'), form.length - boundary.length - '\r\n--\r\n'.length));
  assert.ok(wav.ok);
  assert.deepEqual([wav.value.sampleRateHz, wav.value.samples], [16_000, pcm]);
});

test('answers in the shape of the published examples', () => {
  const read = (answer: object) => readTranscript(JSON.stringify(answer));
  assert.deepEqual(read({ text: ' Imagine the wildest idea. ' }), {
    ok: true,
    value: { text: 'Imagine the wildest idea.', confidence: 1 },
  });
  const verbose = read({
    task: 'transcribe',
    language: 'english',
    duration: 1.2,
    text: 'Yes.',
    segments: [{ id: 0, start: 0, end: 1.2, text: ' Yes.', avg_logprob: Math.log(0.8), no_speech_prob: 0.01 }],
  });
  assert.ok(verbose.ok && Math.abs(verbose.value.confidence - 0.8) < 1e-9);
  const tokens = read({ text: 'Yes.', logprobs: [{ token: 'Yes', logprob: Math.log(0.5), bytes: [89] }] });
  assert.ok(tokens.ok && Math.abs(tokens.value.confidence - 0.5) < 1e-9);
  assert.deepEqual(read({ error: { message: 'x' } }).ok, false);
});

test('whatever comes is read without a throw, and no confidence leaves 0 to 1', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), fc.json(), (text, segments, logprobs) => {
      readTranscript(text);
      const read = readTranscript(`{"text":"x","segments":${segments},"logprobs":${logprobs}}`);
      assert.ok(read.ok && read.value.confidence >= 0 && read.value.confidence <= 1);
    }),
    { numRuns: 50 },
  );
  const read = readTranscript('{"text":"x","segments":[{"avg_logprob":1e308}]}');
  assert.ok(read.ok && read.value.confidence === 1);
});
