/** The protocol as text; over sockets it is tested in test/speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { listenUrl, ResultReader } from './recognition-messages.ts';
import { recordedExchange } from './recorded-exchange.fixture.ts';

test('what the gateway decides stands in the URL, whatever is configured; lists are repeated', () => {
  const parameters = { model: 'nova-2-phonecall', language: 'it', keyterm: ['outdial', 'a b'], encoding: 'opus' };
  const narrow = new URL(listenUrl('https://api.deepgram.com', parameters, { sampleRateHz: 8000, endOfSpeechMs: 600 }));
  assert.equal(`${narrow.origin}${narrow.pathname}`, 'wss://api.deepgram.com/v1/listen');
  assert.deepEqual(
    [...narrow.searchParams],
    [
      ['model', 'nova-2-phonecall'],
      ['endpointing', '600'],
      ['utterance_end_ms', '1000'],
      ['language', 'it'],
      ['keyterm', 'outdial'],
      ['keyterm', 'a b'],
      ['encoding', 'mulaw'],
      ['sample_rate', '8000'],
      ['channels', '1'],
      ['interim_results', 'true'],
    ],
  );
  const wide = new URL(listenUrl('http://own:8080', {}, { sampleRateHz: 16_000, endOfSpeechMs: 1500 })).searchParams;
  assert.deepEqual(
    ['model', 'encoding', 'sample_rate', 'utterance_end_ms'].map((name) => wide.get(name)),
    ['nova-3', 'linear16', '16000', '1500'],
  );
});

test('an exchange: segments become one utterance, and what has no words ends a voice without any', () => {
  const reader = new ResultReader();
  const guess = (text: string, confidence: number, fromS?: number, toS?: number, isFinal = false) => ({
    type: 'hypotheses',
    hypotheses: [
      { isFinal, text, confidence, ...(fromS === undefined ? {} : { fromS }), ...(toS === undefined ? {} : { toS }) },
    ],
  });
  assert.deepEqual(
    recordedExchange.map((message) => reader.read(JSON.stringify(message))),
    [
      { type: 'other' },
      guess('', 0),
      { type: 'speech-began', atS: 0.62 },
      guess('another', 0.9, 0.7, 1.1),
      guess('another big', 0.9, 0.7, 1.4),
      guess('another big problem', 0.9, 0.7, 2),
      guess('another big problem', 0.9, 0.7, 2, true),
      { type: 'other' },
      { type: 'speech-began', atS: 4 },
      guess('', 0, undefined, undefined, true),
      guess('yes', 0.9, 6, 6.3),
      guess('yes', 0.9, 6, 6.3, true),
      { type: 'error', message: 'The audio cannot be decoded', isTimeout: false },
    ],
  );
});

test('whatever comes is read without a throw, and no confidence leaves 0 to 1', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.json(), fc.json(), fc.boolean())), (results) => {
      const reader = new ResultReader();
      for (const [transcript, confidence, words, isLast] of results) {
        reader.read(transcript);
        const text = JSON.stringify(transcript);
        const message = reader.read(
          `{"type":"Results","is_final":true,"speech_final":${isLast},"channel":{"alternatives":[{"transcript":${text},"confidence":${confidence},"words":${words}}]}}`,
        );
        const [hypothesis] = message.type === 'hypotheses' ? message.hypotheses : [];
        if (hypothesis === undefined) continue;
        assert.ok(hypothesis.confidence >= 0 && hypothesis.confidence <= 1 && hypothesis.text.length <= 10_000);
      }
    }),
    { numRuns: 50 },
  );
});
