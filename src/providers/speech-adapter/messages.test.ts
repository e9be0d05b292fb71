/** The protocol as docs/speech-adapter.md tells it; over sockets it is tested in test/speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printExpected, printSpeak, printStart, readRecognitionMessage, readSynthesisMessage } from './messages.ts';

test('the first messages', () => {
  assert.deepEqual(JSON.parse(printStart({ sampleRateHz: 16_000, endOfSpeechMs: 600 }, { language: 'it' })), {
    type: 'start',
    version: 1,
    encoding: 'linear16',
    sampleRateHz: 16_000,
    endOfSpeechMs: 600,
    config: { language: 'it' },
  });
  assert.deepEqual(JSON.parse(printSpeak({ text: 'Good morning.', sampleRateHz: 8000 }, { voice: 'anna' })), {
    type: 'speak',
    version: 1,
    encoding: 'linear16',
    sampleRateHz: 8000,
    text: 'Good morning.',
    config: { voice: 'anna' },
  });
});

test('what is likely to be said', () => {
  const expected = { phrases: ['yes', 'no'], digits: { minCount: 4, maxCount: 4 }, dates: true } as const;
  assert.deepEqual(JSON.parse(printExpected(expected)), { type: 'expect', ...expected });
  assert.deepEqual(JSON.parse(printExpected(undefined)), { type: 'expect' });
});

test('what an engine says', () => {
  const words = (hypothesis: object) => ({ type: 'hypotheses', hypotheses: [hypothesis] });
  for (const [message, read] of [
    [{ type: 'ready' }, { type: 'listening' }],
    [
      { type: 'speech-started', at: 1.28 },
      { type: 'speech-began', atS: 1.28 },
    ],
    [{ type: 'speech-started' }, { type: 'speech-began' }],
    [{ type: 'partial', text: ' I would' }, words({ isFinal: false, text: 'I would', confidence: 1 })],
    [
      { type: 'final', text: 'yes', confidence: 0.5, from: 1, to: 2 },
      words({ isFinal: true, text: 'yes', confidence: 0.5, fromS: 1, toS: 2 }),
    ],
    [{ type: 'final', text: 'yes', confidence: 7 }, words({ isFinal: true, text: 'yes', confidence: 0 })],
    [{ type: 'final' }, { type: 'malformed' }],
    [
      { type: 'error', message: 'no' },
      { type: 'error', message: 'no', isTimeout: false },
    ],
    [{ type: 'weather' }, { type: 'other' }],
    [{}, { type: 'malformed' }],
    [[], { type: 'malformed' }],
  ] as const) {
    assert.deepEqual(readRecognitionMessage(JSON.stringify(message)), read);
  }
  assert.equal(readSynthesisMessage('{"type":"done"}'), 'complete');
  assert.equal(readSynthesisMessage('{"type":"weather"}'), undefined);
  assert.deepEqual(readSynthesisMessage('{"type":"error","message":"no"}'), { error: 'no' });
  assert.deepEqual(readSynthesisMessage('no'), { error: 'a message that is not JSON' });
});

test('whatever comes is read without a throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      readRecognitionMessage(text);
      readSynthesisMessage(text);
    }),
  );
});
