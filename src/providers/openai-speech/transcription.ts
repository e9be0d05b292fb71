/**
 * OpenAI's transcription of one utterance as bytes and text (platform.openai.com/docs/api-reference/audio/createTranscription):
 * a form with a WAV file in, JSON out. Other servers speak it too.
 */
import { encodeWav } from '../../audio/index.ts';
import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '../../kit/index.ts';
import type { SampleRateHz } from '../../speech/index.ts';
import { longestText, parseMessage, type Words } from '../speech-connection/index.ts';

/** Between the parts of a form (RFC 7578): random enough to stand in no audio and no option. */
const boundary = 'outdial-b7d1f0c2a94e4f6a8d35-part';

export const formContentType = `multipart/form-data; boundary=${boundary}`;

/** What the gateway decides by itself. */
const fixedNames: ReadonlySet<string> = new Set(['file', 'stream']);

export function printForm(parameters: JsonObject, pcm: Int16Array, sampleRateHz: SampleRateHz): Uint8Array {
  const fields = Object.entries({ response_format: 'json', ...parameters })
    .filter(([name]) => !fixedNames.has(name))
    .flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((each) => part(`${name}[]`, each)) : [part(name, value)],
    );
  const file =
    'Content-Disposition: form-data; name="file"; filename="utterance.wav"\r\nContent-Type: audio/wav\r\n\r\n';
  const head = `${fields.join('')}--${boundary}\r\n${file}`;
  const wav = encodeWav({ samples: pcm, sampleRateHz, channelCount: 1 });
  return joined([new TextEncoder().encode(head), wav, new TextEncoder().encode(`\r\n--${boundary}--\r\n`)]);
}

function part(name: string, value: Json): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // A name or a value cannot end its part.
  const safeName = name.replaceAll(/["\r\n]/g, '_');
  return `--${boundary}\r\nContent-Disposition: form-data; name="${safeName}"\r\n\r\n${text.replaceAll(boundary, '')}\r\n`;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * The words of an answer. A service that is not asked for probabilities tells none: its words are believed. Those of whole
 * segments come with `response_format: verbose_json`, those of tokens with `include: ["logprobs"]`.
 */
export function readTranscript(body: string): Result<Words, string> {
  const json = parseMessage(body);
  if (json === undefined || typeof json['text'] !== 'string') return err('sent something that is no transcript');
  const { text, segments, logprobs } = json;
  const values = [...probabilities(segments, 'avg_logprob'), ...probabilities(logprobs, 'logprob')];
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return ok({ text: text.trim().slice(0, longestText), confidence: Math.min(1, Math.exp(mean)) });
}

function probabilities(list: Json | undefined, name: string): number[] {
  return (Array.isArray(list) ? list : []).flatMap((each) => {
    const value = isJsonObject(each) ? each[name] : undefined;
    return typeof value === 'number' && Number.isFinite(value) ? [value] : [];
  });
}
