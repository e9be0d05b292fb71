import { createAdapterSpeechToText, createAdapterTextToSpeech } from '../../../src/providers/speech-adapter/index.ts';
import type { SampleRateHz } from '../../../src/speech/index.ts';
import type { HearingSide } from '../speech-service.ts';
import { apiKey, type Maker } from './maker.ts';
import { linearOf, samplesOf } from './samples.ts';

/** Half of what it says has instants. */
function hear(): HearingSide {
  let onsetMs = 0;
  let utterances = 0;
  let sampleRateHz: SampleRateHz = 8000;
  return {
    get sampleRateHz() {
      return sampleRateHz;
    },
    greeting: ['{"type":"ready"}', '{"type":"something new"}'],
    greetsAfter: 'start',
    audioIn: (data, isBinary) => (isBinary ? samplesOf(data, false) : undefined),
    speakIn: (data) => {
      const message = JSON.parse(data.toString('utf8')) as { type: string; text: string; sampleRateHz?: SampleRateHz };
      sampleRateHz = message.sampleRateHz ?? sampleRateHz;
      if (message.type !== 'speak') return undefined;
      const encode = (pcm: Int16Array): Uint8Array => linearOf(pcm, sampleRateHz / 8000);
      return { text: message.text, encode, done: '{"type":"done"}' };
    },
    say: (event) => {
      if (event.type === 'speech-started') {
        onsetMs = event.onsetAtMs;
        return [JSON.stringify({ type: 'partial', text: 'hmm' })];
      }
      if (event.type !== 'final') return [];
      utterances += 1;
      const instants = utterances % 2 === 0 ? { from: onsetMs / 1000, to: event.lastVoiceAtMs / 1000 } : {};
      return [JSON.stringify({ type: 'final', text: event.text, confidence: 0.8, ...instants })];
    },
  };
}

export const adapter: Maker = {
  name: 'an adapter of anybody',
  sides: { hear },
  authorization: apiKey,
  isProven: ({ headers }) => headers.authorization === 'Bearer C4NARY',
  recogniser: {
    create: (options, ports) => createAdapterSpeechToText(options, ports, 'session-1'),
    how: 'stream',
    saysListening: true,
    error: ['{"type":"error","message":"out of order"}', /reports: out of order/],
  },
  voice: {
    create: (options, ports) => createAdapterTextToSpeech(options, ports, 'session-1'),
    how: 'socket',
    floodBytes: 16_000_000,
  },
};
