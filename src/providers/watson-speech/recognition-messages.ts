/**
 * The recognition service's WebSocket protocol as text: parameters of the URL, the `start` message, and what comes back.
 * From IBM's published interface of Speech to Text (`/v1/recognize`) and the adapters of the original gateway.
 */
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';
import type { SampleRateHz } from '../../speech/index.ts';
import {
  type Hypothesis,
  isSeconds,
  longestText,
  parseMessage,
  readConfidence,
  type RecognitionMessage,
  webSocketUrl,
} from '../speech-connection/index.ts';

/** These go into the URL (specification §6.4); everything else into the `start` message. */
const queryNames: ReadonlySet<string> = new Set([
  'model',
  'language_customization_id',
  'customization_id',
  'acoustic_customization_id',
  'base_model_version',
  'version',
  'x-watson-learning-opt-out',
  'x-watson-metadata',
]);

/** What the gateway decides by itself, whatever is configured. */
const fixedNames: ReadonlySet<string> = new Set([
  'action',
  'content-type',
  'interim_results',
  'continuous',
  'inactivity_timeout',
  'access_token',
]);

export function recognizeUrl(url: string, parameters: JsonObject): string {
  const query = Object.fromEntries(Object.entries(parameters).filter(([name]) => queryNames.has(name)));
  return webSocketUrl({ url, path: '/v1/recognize', query });
}

/** µ-law is the telephone's own; wideband goes as linear samples, little endian. */
export function printStart(parameters: JsonObject, sampleRateHz: SampleRateHz, endOfSpeechMs: number): string {
  const given = Object.entries(parameters).filter(([name]) => !queryNames.has(name) && !fixedNames.has(name));
  const contentType = sampleRateHz === 8000 ? 'audio/basic' : 'audio/l16;rate=16000;endianness=little-endian';
  return JSON.stringify({
    // Services of today know the first, those of the original's days the second.
    end_of_phrase_silence_time: endOfSpeechMs / 1000,
    firmup_silence_time: endOfSpeechMs / 1000,
    // Where in the audio a word stands tells when it was said.
    timestamps: true,
    ...Object.fromEntries(given),
    action: 'start',
    'content-type': contentType,
    // Barge-in hangs on the first hypothesis (specification §9.2).
    interim_results: true,
    // A callee may be silent for as long as the bot lets him.
    inactivity_timeout: -1,
  });
}

export const stopMessage = JSON.stringify({ action: 'stop' });

export function readRecognitionMessage(text: string): RecognitionMessage {
  const body = parseMessage(text);
  if (body === undefined) return { type: 'malformed' };
  const { error, state, results, speech_begin_event: began } = body;
  if (error !== undefined) {
    const message = typeof error === 'string' ? error : 'an error without a message';
    return { type: 'error', message, isTimeout: /timed out|no speech detected|inactivity/i.test(message) };
  }
  if (state === 'listening') return { type: 'listening' };
  if (isJsonObject(began) && isSeconds(began['begin'])) return { type: 'speech-began', atS: began['begin'] };
  if (Array.isArray(results)) return { type: 'hypotheses', hypotheses: results.flatMap(readHypothesis) };
  return { type: 'other' };
}

/** The service's first alternative is its best one. */
function readHypothesis(result: unknown): readonly Hypothesis[] {
  if (!isJsonObject(result) || !Array.isArray(result['alternatives'])) return [];
  const best: unknown = result['alternatives'][0];
  if (!isJsonObject(best) || typeof best['transcript'] !== 'string') return [];
  const { transcript, confidence, timestamps } = best;
  return [
    {
      isFinal: result['final'] === true,
      text: transcript.trim().slice(0, longestText),
      confidence: readConfidence(confidence),
      ...readSpan(timestamps),
    },
  ];
}

/** `timestamps` is a list of [word, from, to]. */
function readSpan(timestamps: Json | undefined): { readonly fromS?: number; readonly toS?: number } {
  if (!Array.isArray(timestamps)) return {};
  const [first, last]: unknown[] = [timestamps[0], timestamps.at(-1)];
  const from: unknown = Array.isArray(first) ? first[1] : undefined;
  const to: unknown = Array.isArray(last) ? last[2] : undefined;
  return isSeconds(from) && isSeconds(to) && to >= from ? { fromS: from, toS: to } : {};
}
