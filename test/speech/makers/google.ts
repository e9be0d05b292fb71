import { encodeWav, halveRate } from '../../../src/audio/index.ts';
import { createGoogleSpeechToText, createGoogleTextToSpeech } from '../../../src/providers/google-speech/index.ts';
import type { Asked, SpeakingSide, TranscribingSide } from '../speech-service.ts';
import { apiKey, type Maker } from './maker.ts';
import { linearOf, samplesOf } from './samples.ts';

interface Recognition {
  readonly config: { readonly encoding: string; readonly sampleRateHertz: number };
  readonly audio: { readonly content: string };
}

/** Each word a result of its own. */
function transcribe({ path, body }: Asked): TranscribingSide | undefined {
  if (path !== '/v1/speech:recognize') return undefined;
  const { config, audio } = JSON.parse(body.toString('utf8')) as Recognition;
  const samples = samplesOf(Buffer.from(audio.content, 'base64'), config.encoding === 'MULAW');
  const pcm = config.sampleRateHertz === 16_000 ? halveRate(samples) : samples;
  const result = (transcript: string): object => ({ alternatives: [{ transcript, confidence: 0.9 }] });
  return { pcm, answer: (text) => ({ results: text.split(' ').map(result), totalBilledTime: '15s' }) };
}

interface Synthesis {
  readonly input: { readonly text: string };
  readonly audioConfig: { readonly audioEncoding: string; readonly sampleRateHertz: number };
}

function speak({ path, body }: Asked): SpeakingSide | undefined {
  if (path !== '/v1/text:synthesize') return undefined;
  const { input, audioConfig } = JSON.parse(body.toString('utf8')) as Synthesis;
  if (audioConfig.audioEncoding !== 'LINEAR16') return undefined;
  const sampleRateHz = audioConfig.sampleRateHertz;
  const answer = (pcm: Int16Array): object => {
    const samples = samplesOf(Buffer.from(linearOf(pcm, sampleRateHz / 8000)), false);
    return { audioContent: Buffer.from(encodeWav({ samples, sampleRateHz, channelCount: 1 })).toString('base64') };
  };
  return { text: input.text, contentType: 'application/json', encodeWhole: answer };
}

export const google: Maker = {
  name: 'Google',
  sides: { transcribe, speak },
  authorization: apiKey,
  isProven: ({ headers }) => headers['x-goog-api-key'] === 'C4NARY',
  recogniser: { create: createGoogleSpeechToText, how: 'utterances' },
  voice: { create: createGoogleTextToSpeech, how: 'whole' },
};
