import { decodeWav, halveRate } from '../../../src/audio/index.ts';
import { createAzureSpeechToText, createAzureTextToSpeech } from '../../../src/providers/azure-speech/index.ts';
import type { Asked, SpeakingSide, TranscribingSide } from '../speech-service.ts';
import { apiKey, type Maker } from './maker.ts';
import { type Encode, ulawOf, wideLinearOf } from './samples.ts';

function transcribe({ path, query, body, headers }: Asked): TranscribingSide | undefined {
  if (path !== '/speech/recognition/conversation/cognitiveservices/v1' || query.get('format') !== 'detailed') return;
  const wav = decodeWav(body);
  if (!wav.ok || wav.value.sampleRateHz !== 16_000 || !/samplerate=16000/.test(headers['content-type'] ?? '')) return;
  const answer = (text: string): object => ({
    RecognitionStatus: 'Success',
    Offset: 1_236_645_672_289,
    Duration: 1_236_645_672_289,
    NBest: [{ Confidence: 0.9, Lexical: text, ITN: text, MaskedITN: text, Display: text }],
  });
  return { pcm: halveRate(wav.value.samples), answer };
}

const encodings: Readonly<Record<string, Encode>> = {
  'raw-8khz-8bit-mono-mulaw': ulawOf,
  'raw-16khz-16bit-mono-pcm': wideLinearOf,
};

function speak({ path, body, headers }: Asked): SpeakingSide | undefined {
  if (path !== '/cognitiveservices/v1' || headers['content-type'] !== 'application/ssml+xml') return undefined;
  const encode = encodings[String(headers['x-microsoft-outputformat'])];
  if (encode === undefined) return undefined;
  const words = />([^<>]*)<\/voice><\/speak>$/.exec(body.toString('utf8'))?.[1] ?? '';
  const text = words.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return { text, contentType: 'audio/basic', encode };
}

export const azure: Maker = {
  name: 'Azure',
  sides: { transcribe, speak },
  authorization: apiKey,
  isProven: ({ headers }) => headers['ocp-apim-subscription-key'] === 'C4NARY',
  recogniser: { create: createAzureSpeechToText, how: 'utterances' },
  voice: { create: createAzureTextToSpeech, how: 'http' },
};
