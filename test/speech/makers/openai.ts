import { decodeWav, halveRate } from '../../../src/audio/index.ts';
import { createOpenaiSpeechToText, createOpenaiTextToSpeech } from '../../../src/providers/openai-speech/index.ts';
import type { Asked, SpeakingSide, TranscribingSide } from '../speech-service.ts';
import { apiKey, type Maker } from './maker.ts';
import { linearOf } from './samples.ts';

function transcribe({ path, body, headers }: Asked): TranscribingSide | undefined {
  if (path !== '/audio/transcriptions') return undefined;
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const from = body.indexOf('RIFF');
  const to = body.indexOf(`\r\n--${boundary}--`);
  const wav = decodeWav(body.subarray(from, to));
  if (!wav.ok) throw new Error(wav.error);
  const { samples, sampleRateHz } = wav.value;
  return { pcm: sampleRateHz === 16_000 ? halveRate(samples) : samples, answer: (text) => ({ text: `${text} ` }) };
}

function speak({ path, body }: Asked): SpeakingSide | undefined {
  if (path !== '/audio/speech') return undefined;
  const { input, response_format: format } = JSON.parse(body.toString('utf8')) as Record<string, string>;
  if (format !== 'pcm') return undefined;
  return { text: input ?? '', contentType: 'audio/pcm', encode: (pcm) => linearOf(pcm, 3) };
}

export const openai: Maker = {
  name: 'OpenAI',
  sides: { transcribe, speak },
  authorization: apiKey,
  isProven: ({ headers }) => headers.authorization === 'Bearer C4NARY',
  recogniser: { create: createOpenaiSpeechToText, how: 'utterances' },
  voice: { create: createOpenaiTextToSpeech, how: 'http' },
};
