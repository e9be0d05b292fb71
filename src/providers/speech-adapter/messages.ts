/** outdial's own protocol towards speech engines of anybody's, as docs/speech-adapter.md tells it. */
import type { JsonObject } from '../../kit/index.ts';
import type { ExpectedSpeech, RecognitionOptions, SynthesisRequest } from '../../speech/index.ts';
import {
  isSeconds,
  longestText,
  parseMessage,
  readConfidence,
  type RecognitionMessage,
} from '../speech-connection/index.ts';

const version = 1;
const encoding = 'linear16';

export function printStart({ sampleRateHz, endOfSpeechMs }: RecognitionOptions, config: JsonObject): string {
  return JSON.stringify({ type: 'start', version, encoding, sampleRateHz, endOfSpeechMs, config });
}

/** Without anything beside its type: whatever it may be. */
export function printExpected(expected: ExpectedSpeech | undefined): string {
  return JSON.stringify({ type: 'expect', ...expected });
}

export const stopMessage = JSON.stringify({ type: 'stop' });

export function printSpeak({ text, sampleRateHz }: SynthesisRequest, config: JsonObject): string {
  return JSON.stringify({ type: 'speak', version, encoding, sampleRateHz, text, config });
}

export function readRecognitionMessage(text: string): RecognitionMessage {
  const body = parseMessage(text);
  switch (body?.['type']) {
    case undefined:
      return { type: 'malformed' };
    case 'ready':
      return { type: 'listening' };
    case 'speech-started':
      return { type: 'speech-began', ...(isSeconds(body['at']) ? { atS: body['at'] } : {}) };
    case 'partial':
      return readWords(body, 'goes-on');
    case 'final':
      return readWords(body, 'over');
    case 'error':
      return { type: 'error', message: errorIn(body), isTimeout: false };
    default:
      return { type: 'other' };
  }
}

function readWords({ text, confidence, from, to }: JsonObject, how: 'goes-on' | 'over'): RecognitionMessage {
  if (typeof text !== 'string') return { type: 'malformed' };
  const hypothesis = {
    isFinal: how === 'over',
    text: text.trim().slice(0, longestText),
    // An engine that says nothing of it is believed.
    confidence: confidence === undefined ? 1 : readConfidence(confidence),
    ...(isSeconds(from) ? { fromS: from } : {}),
    ...(isSeconds(to) ? { toS: to } : {}),
  };
  return { type: 'hypotheses', hypotheses: [hypothesis] };
}

export function readSynthesisMessage(text: string): { readonly error: string } | 'complete' | undefined {
  const body = parseMessage(text);
  if (body === undefined) return { error: 'a message that is not JSON' };
  if (body['type'] === 'error') return { error: errorIn(body) };
  return body['type'] === 'done' ? 'complete' : undefined;
}

function errorIn({ message }: JsonObject): string {
  return typeof message === 'string' ? message : 'an error without a message';
}
