/**
 * Google's REST interfaces as text: `POST /v1/speech:recognize` (cloud.google.com/speech-to-text/docs/reference/rest/v1/speech/recognize)
 * and `POST /v1/text:synthesize` (cloud.google.com/text-to-speech/docs/reference/rest/v1/text/synthesize). Recognition as it
 * is spoken needs gRPC, which is left out: there is no light client of it.
 */
import { Buffer } from 'node:buffer';
import { decodeWav, encodeUlaw } from '../../audio/index.ts';
import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '../../kit/index.ts';
import type { SampleRateHz, SynthesisRequest } from '../../speech/index.ts';
import { isSsml, longestText, parseMessage, readConfidence, type Words } from '../speech-connection/index.ts';

const usualLanguage = 'en-US';

/** µ-law at 8 kHz; linear samples at 16 kHz, little endian. */
export function printRecognition(parameters: JsonObject, pcm: Int16Array, sampleRateHz: SampleRateHz): string {
  const config = {
    languageCode: usualLanguage,
    ...parameters,
    encoding: sampleRateHz === 8000 ? 'MULAW' : 'LINEAR16',
    sampleRateHertz: sampleRateHz,
  };
  return JSON.stringify({ config, audio: { content: base64Of(pcm, sampleRateHz) } });
}

function base64Of(pcm: Int16Array, sampleRateHz: SampleRateHz): string {
  const bytes = Buffer.alloc(sampleRateHz === 8000 ? pcm.length : 2 * pcm.length);
  if (sampleRateHz === 8000) encodeUlaw(pcm, bytes);
  else pcm.forEach((sample, i) => bytes.writeInt16LE(sample, 2 * i));
  return bytes.toString('base64');
}

/** Several results are parts of the utterance, one after the other; none means that nobody spoke. */
export function readRecognition(body: string): Result<Words, string> {
  const json = parseMessage(body);
  const { results = [] } = json ?? {};
  if (json === undefined || !Array.isArray(results)) return err('sent something that is no transcript');
  const parts = results.flatMap(readPart);
  // 0 stands for a confidence that was not measured.
  const measured = parts.filter(({ confidence }) => confidence > 0);
  const sum = measured.reduce((total, { confidence }) => total + confidence, 0);
  const text = parts.map((part) => part.text).join(' ');
  return ok({ text: text.slice(0, longestText), confidence: measured.length === 0 ? 1 : sum / measured.length });
}

function readPart(result: Json): readonly Words[] {
  const best: unknown = isJsonObject(result) && Array.isArray(result['alternatives']) ? result['alternatives'][0] : {};
  if (!isJsonObject(best) || typeof best['transcript'] !== 'string') return [];
  return [{ text: best['transcript'].trim(), confidence: readConfidence(best['confidence']) }];
}

/** `voice` is a name, or all that `VoiceSelectionParams` may hold; everything else goes into `audioConfig`. */
export function printSynthesis({ text, sampleRateHz }: SynthesisRequest, parameters: JsonObject): string {
  const { voice, languageCode, ...others } = parameters;
  const named = isJsonObject(voice) ? voice : { ...(typeof voice === 'string' ? { name: voice } : {}) };
  const { name } = named;
  // The first parts of a voice's name are its language.
  const language = languageCode ?? (typeof name === 'string' ? name.split('-').slice(0, 2).join('-') : usualLanguage);
  return JSON.stringify({
    input: isSsml(text) ? { ssml: text } : { text },
    voice: { languageCode: language, ...named },
    audioConfig: { ...others, audioEncoding: 'LINEAR16', sampleRateHertz: sampleRateHz },
  });
}

/** The audio of an answer: `LINEAR16` comes as a WAV file in base64. */
export function readSynthesis(body: string, sampleRateHz: SampleRateHz): Result<Int16Array, string> {
  const content = parseMessage(body)?.['audioContent'];
  if (typeof content !== 'string') return err('sent something that is no audio');
  const wav = decodeWav(Buffer.from(content, 'base64'));
  if (!wav.ok) return err(`sent audio that cannot be read (${wav.error})`);
  if (wav.value.sampleRateHz !== sampleRateHz || wav.value.channelCount !== 1)
    return err('sent audio of another format');
  return wav.value.samples.length === 0 ? err('sent no audio') : ok(wav.value.samples);
}
