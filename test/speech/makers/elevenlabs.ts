import assert from 'node:assert/strict';
import { createElevenlabsSpeechToText, createElevenlabsTextToSpeech } from '../../../src/providers/elevenlabs/index.ts';
import type { Asked, HearingSide, SpeakingSide } from '../speech-service.ts';
import { apiKey, type Maker } from './maker.ts';
import { type Encode, samplesOf, ulawOf, wideLinearOf } from './samples.ts';

function hear({ query }: Asked): HearingSide {
  const isUlaw = query.get('audio_format') === 'ulaw_8000';
  const say = (type: string, more: object): string => JSON.stringify({ message_type: type, ...more });
  return {
    sampleRateHz: isUlaw ? 8000 : 16_000,
    greeting: [say('session_started', { session_id: 's', config: { model_id: query.get('model_id') } })],
    audioIn: (data) => {
      const message = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
      if (message['message_type'] !== 'input_audio_chunk') return undefined;
      return samplesOf(Buffer.from(String(message['audio_base_64']), 'base64'), isUlaw);
    },
    say: (event) => {
      if (event.type === 'speech-started') return [say('partial_transcript', { text: 'hmm' })];
      return event.type === 'final' ? [say('committed_transcript', { text: event.text })] : [];
    },
  };
}

const encodings: Readonly<Record<string, Encode>> = { ulaw_8000: ulawOf, pcm_16000: wideLinearOf };

function speak({ path, query, body }: Asked): SpeakingSide | undefined {
  if (path !== '/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb/stream') return undefined;
  const { text } = JSON.parse(body.toString('utf8')) as { text: string };
  const format = query.get('output_format') ?? '';
  return { text, contentType: 'audio/basic', encode: encodings[format] ?? assert.fail(format) };
}

export const elevenlabs: Maker = {
  name: 'ElevenLabs',
  sides: { hear, speak },
  authorization: apiKey,
  isProven: ({ headers }) => headers['xi-api-key'] === 'C4NARY',
  recogniser: {
    create: createElevenlabsSpeechToText,
    how: 'stream',
    saysListening: true,
    error: ['{"message_type":"transcriber_error","error":"out of order"}', /reports: out of order/],
  },
  voice: { create: createElevenlabsTextToSpeech, how: 'http' },
};
