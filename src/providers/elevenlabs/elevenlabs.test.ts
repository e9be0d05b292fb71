/** The protocol as text, in the shape of the published examples; over sockets it is tested in test/speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printAudio, readRealtimeMessage, realtimeUrl } from './recognition-messages.ts';

const recordedExchange: readonly object[] = [
  {
    message_type: 'session_started',
    session_id: '0b0a72b57fd743ebbed6555d44836cf2',
    config: { sample_rate: 8000, audio_format: 'ulaw_8000', commit_strategy: 'vad', model_id: 'scribe_v2_realtime' },
  },
  { message_type: 'partial_transcript', text: 'The first move' },
  { message_type: 'final_transcript', text: 'The first move is' },
  { message_type: 'committed_transcript', text: ' The first move is what sets everything in motion. ' },
  { message_type: 'committed_transcript_with_timestamps', text: 'The first move', words: [] },
  { message_type: 'insufficient_audio_activity', error: 'Not enough audio.' },
  { message_type: 'quota_exceeded', error: 'You have exceeded your quota.' },
  { message_type: 'partial_transcript' },
];

test('an exchange', () => {
  const words = (text: string, isFinal: boolean) => ({
    type: 'hypotheses',
    hypotheses: [{ isFinal, text, confidence: 1 }],
  });
  assert.deepEqual(
    recordedExchange.map((message) => readRealtimeMessage(JSON.stringify(message))),
    [
      { type: 'listening' },
      words('The first move', false),
      { type: 'other' },
      words('The first move is what sets everything in motion.', true),
      { type: 'other' },
      { type: 'error', message: 'Not enough audio.', isTimeout: true },
      { type: 'error', message: 'You have exceeded your quota.', isTimeout: false },
      { type: 'malformed' },
    ],
  );
});

test('what the gateway decides stands in the URL, whatever is configured', () => {
  const parameters = { language_code: 'it', keyterms: ['a', 'b'], commit_strategy: 'manual', audio_format: 'mp3' };
  const url = new URL(realtimeUrl('https://api.elevenlabs.io', parameters, { sampleRateHz: 8000, endOfSpeechMs: 200 }));
  assert.equal(`${url.origin}${url.pathname}`, 'wss://api.elevenlabs.io/v1/speech-to-text/realtime');
  assert.deepEqual(
    [...url.searchParams],
    [
      ['model_id', 'scribe_v2_realtime'],
      ['vad_silence_threshold_secs', '0.3'],
      ['language_code', 'it'],
      ['keyterms', 'a'],
      ['keyterms', 'b'],
      ['commit_strategy', 'vad'],
      ['audio_format', 'ulaw_8000'],
    ],
  );
  const wide = new URL(realtimeUrl('http://own', { model: 'm' }, { sampleRateHz: 16_000, endOfSpeechMs: 600 }));
  assert.deepEqual([wide.searchParams.get('audio_format'), wide.searchParams.get('model_id')], ['pcm_16000', 'm']);
});

test('audio is base64 in JSON; a part of a buffer is that part alone', () => {
  assert.deepEqual(JSON.parse(printAudio(Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4), 8000)), {
    message_type: 'input_audio_chunk',
    audio_base_64: 'AQID',
    commit: false,
    sample_rate: 8000,
  });
});

test('whatever comes is read without a throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), (text, value) => {
      readRealtimeMessage(text);
      for (const type of ['partial_transcript', 'committed_transcript', 'x']) {
        readRealtimeMessage(`{"message_type":"${type}","text":${value}}`);
      }
    }),
    { numRuns: 50 },
  );
});
