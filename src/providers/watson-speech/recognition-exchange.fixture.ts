/** What the recognition service sends in one connection, message by message, in the shape of IBM's published examples. */
export const recognitionExchange: readonly object[] = [
  { state: 'listening' },
  { warnings: ['Unknown arguments: firmup_silence_time.'] },
  { speech_begin_event: { begin: 0.61 } },
  {
    result_index: 0,
    results: [
      {
        final: false,
        alternatives: [
          {
            transcript: 'several tornado ',
            timestamps: [
              ['several', 0.7, 1.1],
              ['tornado', 1.1, 1.4],
            ],
          },
        ],
      },
    ],
  },
  {
    result_index: 0,
    results: [
      {
        final: true,
        alternatives: [
          {
            transcript: 'several tornadoes ',
            confidence: 0.96,
            timestamps: [
              ['several', 0.7, 1.1],
              ['tornadoes', 1.1, 1.86],
            ],
          },
          { transcript: 'several tornados ' },
        ],
      },
    ],
  },
  { result_index: 1, results: [{ final: true, alternatives: [{ transcript: ' ', confidence: 0 }] }] },
  { error: 'No speech detected for 30s.' },
  { error: 'Session timed out due to inactivity after 30 seconds.' },
  { error: 'unable to transcode data stream audio/l16' },
  { state: 'listening' },
];
