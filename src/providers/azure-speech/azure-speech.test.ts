/** The protocols as text and bytes, in the shape of the published examples; over sockets they are tested in test/speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWav } from '../../audio/index.ts';
import { printSpeech, printUtterance, readRecognition, recognitionUrl, synthesisHeaders } from './messages.ts';

test('an utterance is a WAV file at 16 kHz, whatever the rate of the call', () => {
  for (const [sampleRateHz, samples] of [
    [8000, 160],
    [16_000, 320],
  ] as const) {
    const wav = decodeWav(printUtterance(new Int16Array(samples).fill(1000), sampleRateHz));
    assert.ok(wav.ok && wav.value.sampleRateHz === 16_000 && wav.value.samples.length === 320);
  }
  assert.equal(
    recognitionUrl('https://eastus.stt.speech.microsoft.com', {
      language: 'it-IT',
      profanity: 'raw',
      format: 'simple',
    }),
    'https://eastus.stt.speech.microsoft.com/speech/recognition/conversation/cognitiveservices/v1?language=it-IT&profanity=raw&format=detailed',
  );
});

test('answers', () => {
  const read = (answer: object) => readRecognition(JSON.stringify(answer));
  const best = { Confidence: 0.9052, Lexical: 'what is', ITN: 'what is', MaskedITN: 'what is', Display: 'What is?' };
  assert.deepEqual(read({ RecognitionStatus: 'Success', Offset: '1', Duration: '2', NBest: [best, {}] }), {
    ok: true,
    value: { text: 'What is?', confidence: 0.9052 },
  });
  assert.deepEqual(read({ RecognitionStatus: 'Success', DisplayText: 'Yes.', Offset: 0, Duration: 1 }), {
    ok: true,
    value: { text: 'Yes.', confidence: 1 },
  });
  for (const status of ['NoMatch', 'InitialSilenceTimeout', 'BabbleTimeout']) {
    assert.deepEqual(read({ RecognitionStatus: status }), { ok: true, value: { text: '', confidence: 0 } });
  }
  assert.equal(read({ RecognitionStatus: 'Error' }).ok, false);
  assert.equal(readRecognition('<html>').ok, false);
});

test('a text is words in SSML: no markup of its own gets out of it, and a document is left as it is', () => {
  assert.equal(
    printSpeech(`a < b & "c" 'd'\u0007</voice>`, { voice: `it-IT-"Elsa'Neural` }),
    '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="it-IT">' +
      '<voice name="it-IT-&quot;Elsa&apos;Neural">a &lt; b &amp; &quot;c&quot; &apos;d&apos;&lt;/voice&gt;</voice></speak>',
  );
  const document = '<speak version="1.0"><voice name="x">hello</voice></speak>';
  assert.equal(printSpeech(document, {}), document);
  assert.match(printSpeech('<speaker>', {}), /&lt;speaker&gt;/);
  assert.deepEqual(
    [8000, 16_000].map((rate) => synthesisHeaders(rate === 8000 ? 8000 : 16_000)['x-microsoft-outputformat']),
    ['raw-8khz-8bit-mono-mulaw', 'raw-16khz-16bit-mono-pcm'],
  );
});

test('whatever comes is read without a throw, and no confidence leaves 0 to 1', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), fc.json(), (text, best, confidence) => {
      readRecognition(text);
      readRecognition(`{"RecognitionStatus":"Success","NBest":${best}}`);
      const read = readRecognition(
        `{"RecognitionStatus":"Success","NBest":[{"Display":"x","Confidence":${confidence}}]}`,
      );
      assert.ok(read.ok && read.value.confidence >= 0 && read.value.confidence <= 1);
    }),
    { numRuns: 50 },
  );
});
