/**
 * One connection, message by message, in the shape of the examples that Deepgram publishes
 * (developers.deepgram.com/docs/understand-endpointing-interim-results, .../docs/speech-started, .../docs/utterance-end).
 */
const result = (transcript: string, words: readonly (readonly [string, number, number])[], flags: object): object => ({
  type: 'Results',
  channel_index: [0, 1],
  duration: 1.5,
  start: 0,
  ...flags,
  channel: {
    alternatives: [
      {
        transcript,
        confidence: transcript === '' ? 0 : 0.9,
        words: words.map(([word, start, end]) => ({ word, start, end, confidence: 0.9 })),
      },
    ],
  },
  metadata: { request_id: '1d2a3b', model_info: { name: 'nova-3' } },
  from_finalize: false,
});

export const recordedExchange: readonly object[] = [
  { type: 'Metadata', transaction_key: 'deprecated', request_id: '1d2a3b', channels: 1 },
  result('', [], { is_final: false, speech_final: false }),
  { type: 'SpeechStarted', channel: [0], timestamp: 0.62 },
  result('another', [['another', 0.7, 1.1]], { is_final: false, speech_final: false }),
  result(
    'another big',
    [
      ['another', 0.7, 1.1],
      ['big', 1.1, 1.4],
    ],
    { is_final: true, speech_final: false },
  ),
  result('problem', [['problem', 1.5, 2]], { is_final: false, speech_final: false }),
  result('problem', [['problem', 1.5, 2]], { is_final: true, speech_final: true }),
  { type: 'UtteranceEnd', channel: [0, 1], last_word_end: 2 },
  { type: 'SpeechStarted', channel: [0], timestamp: 4 },
  result('', [], { is_final: true, speech_final: false }),
  result('yes', [['yes', 6, 6.3]], { is_final: true, speech_final: false }),
  { type: 'UtteranceEnd', channel: [0, 1], last_word_end: 6.3 },
  { type: 'Error', description: 'The audio cannot be decoded', variant: 'DATA-0000' },
];
