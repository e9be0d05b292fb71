/** The protocols as text, on exchanges in the shape of IBM's published examples. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noPorts } from '../speech-connection/service-ports.fixture.ts';
import { createWatsonSpeechToText } from './index.ts';
import { recognitionExchange } from './recognition-exchange.fixture.ts';
import { printStart, readRecognitionMessage, recognizeUrl } from './recognition-messages.ts';
import { printText, readSynthesisError, synthesizeUrl } from './synthesis-messages.ts';

const parameters = {
  model: 'en-US_NarrowbandModel',
  'x-watson-learning-opt-out': true,
  language_customization_id: 'c 1',
  smart_formatting: true,
  action: 'stop',
  'content-type': 'audio/flac',
  interim_results: false,
  inactivity_timeout: 5,
};

test('what belongs into the URL is there, the rest in the first message, and what the gateway decides stays', () => {
  assert.equal(
    recognizeUrl('https://api.example/instances/1/', parameters),
    'wss://api.example/instances/1/v1/recognize?model=en-US_NarrowbandModel&x-watson-learning-opt-out=true&language_customization_id=c+1',
  );
  assert.deepEqual(JSON.parse(printStart(parameters, 8000, 600)), {
    end_of_phrase_silence_time: 0.6,
    firmup_silence_time: 0.6,
    timestamps: true,
    smart_formatting: true,
    action: 'start',
    'content-type': 'audio/basic',
    interim_results: true,
    inactivity_timeout: -1,
  });
  const wide: unknown = JSON.parse(printStart({ end_of_phrase_silence_time: 2 }, 16_000, 600));
  assert.ok(
    typeof wide === 'object' && wide !== null && 'content-type' in wide && 'end_of_phrase_silence_time' in wide,
  );
  assert.deepEqual(
    [wide['content-type'], wide.end_of_phrase_silence_time],
    ['audio/l16;rate=16000;endianness=little-endian', 2],
  );
});

test('a URL that names the API or a parameter already is taken at its word', () => {
  assert.equal(
    recognizeUrl('ws://adapter:4000/v1/recognize?model=mine', { model: 'other' }),
    'ws://adapter:4000/v1/recognize?model=mine',
  );
  assert.equal(
    synthesizeUrl('http://adapter:4100', { voice: 'en-US_AllisonVoice', rate_percentage: 10, accept: 'x', text: 'y' }),
    'ws://adapter:4100/v1/synthesize?voice=en-US_AllisonVoice&rate_percentage=10',
  );
});

test('an exchange of the recognition service', () => {
  assert.deepEqual(
    recognitionExchange.map((message) => readRecognitionMessage(JSON.stringify(message))),
    [
      { type: 'listening' },
      { type: 'other' },
      { type: 'speech-began', atS: 0.61 },
      {
        type: 'hypotheses',
        hypotheses: [{ isFinal: false, text: 'several tornado', confidence: 0, fromS: 0.7, toS: 1.4 }],
      },
      {
        type: 'hypotheses',
        hypotheses: [{ isFinal: true, text: 'several tornadoes', confidence: 0.96, fromS: 0.7, toS: 1.86 }],
      },
      { type: 'hypotheses', hypotheses: [{ isFinal: true, text: '', confidence: 0 }] },
      { type: 'error', message: 'No speech detected for 30s.', isTimeout: true },
      { type: 'error', message: 'Session timed out due to inactivity after 30 seconds.', isTimeout: true },
      { type: 'error', message: 'unable to transcode data stream audio/l16', isTimeout: false },
      { type: 'listening' },
    ],
  );
});

test('whatever comes is read without a throw, and no confidence leaves 0 to 1', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const message = readRecognitionMessage(text);
      assert.equal(typeof message.type, 'string');
      readSynthesisError(text);
    }),
  );
  fc.assert(
    fc.property(fc.json(), fc.json(), (confidence, timestamps) => {
      const text = `{"results":[{"final":true,"alternatives":[{"transcript":"x","confidence":${confidence},"timestamps":${timestamps}}]}]}`;
      const message = readRecognitionMessage(text);
      assert.ok(message.type === 'hypotheses');
      const [hypothesis] = message.hypotheses;
      assert.ok(hypothesis !== undefined && hypothesis.confidence >= 0 && hypothesis.confidence <= 1);
    }),
  );
});

test('a text as the synthesis service wants it, and its errors', () => {
  assert.deepEqual(JSON.parse(printText('Hello', 8000)), { text: 'Hello', accept: 'audio/basic' });
  assert.equal(readSynthesisError('{"binary_streams":[{"content_type":"audio/basic"}]}'), undefined);
  assert.equal(readSynthesisError('{"words":[["Hello",0.0,0.3]]}'), undefined);
  assert.equal(readSynthesisError('{"error":"Voice not found"}'), 'Voice not found');
  assert.equal(readSynthesisError('no JSON'), 'a message that is not JSON');
});

test('a misspelt option is an error that shows no value', () => {
  const bad = { url: 'http://x', trust: 'operator', authorization: { kind: 'bearer', tocken: 'C4NARY' } };
  assert.throws(
    () => createWatsonSpeechToText(bad, noPorts, 's'),
    (error: Error) => /token/.test(error.message) && !error.message.includes('C4NARY'),
  );
});
