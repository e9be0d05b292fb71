import assert from 'node:assert/strict';
import { createDeepgramSpeechToText, createDeepgramTextToSpeech } from '../../../src/providers/deepgram/index.ts';
import type { Asked, HearingSide, SpeakingSide } from '../speech-service.ts';
import { apiKey, type Maker } from './maker.ts';
import { type Encode, samplesOf, ulawOf, wideLinearOf } from './samples.ts';

/** The first word as a segment of its own. */
function hear({ query }: Asked): HearingSide {
  const sampleRateHz = query.get('sample_rate') === '16000' ? 16_000 : 8000;
  let onsetS = 0;
  const result = (transcript: string, endMs: number, more: object): string =>
    JSON.stringify({
      type: 'Results',
      channel_index: [0, 1],
      ...more,
      channel: {
        alternatives: [
          {
            transcript,
            confidence: 0.9,
            words: [{ word: transcript, start: onsetS, end: endMs / 1000, confidence: 0.9 }],
          },
        ],
      },
    });
  return {
    sampleRateHz,
    audioIn: (data, isBinary) => (isBinary ? samplesOf(data, query.get('encoding') === 'mulaw') : undefined),
    say: (event) => {
      if (event.type === 'speech-started') {
        onsetS = event.onsetAtMs / 1000;
        return [result('hmm', event.atMs, { is_final: false, speech_final: false })];
      }
      if (event.type !== 'final') return [];
      const [first = '', ...others] = event.text.split(' ');
      const last = result(others.join(' '), event.lastVoiceAtMs, { is_final: true, speech_final: true });
      return [result(first, event.lastVoiceAtMs, { is_final: true, speech_final: false }), last];
    },
  };
}

const encodings: Readonly<Record<string, Encode>> = { 'mulaw 8000': ulawOf, 'linear16 16000': wideLinearOf };

function speak({ path, query, body }: Asked): SpeakingSide | undefined {
  const format = `${query.get('encoding') ?? ''} ${query.get('sample_rate') ?? ''}`;
  if (path !== '/v1/speak' || query.get('container') !== 'none') return undefined;
  const { text } = JSON.parse(body.toString('utf8')) as { text: string };
  return { text, contentType: 'audio/basic', encode: encodings[format] ?? assert.fail(format) };
}

export const deepgram: Maker = {
  name: 'Deepgram',
  sides: { hear, speak },
  authorization: apiKey,
  isProven: ({ headers }) => headers.authorization === 'Token C4NARY',
  recogniser: {
    create: createDeepgramSpeechToText,
    how: 'stream',
    saysListening: false,
    error: ['{"type":"Error","description":"out of order"}', /reports: out of order/],
  },
  voice: { create: createDeepgramTextToSpeech, how: 'http', floodBytes: 8_000_000 },
};
