/**
 * Deepgram's streaming recognition as text: parameters of the URL, and what comes back. From the published reference of
 * `GET /v1/listen` (developers.deepgram.com/reference/speech-to-text/listen-streaming) and the guides on endpointing,
 * `SpeechStarted`, `UtteranceEnd` and `KeepAlive` beside it.
 *
 * An utterance comes in segments: each has guesses, then a result with `is_final`, and the last one `speech_final`. Where
 * noise hides the pause that this stands on, `UtteranceEnd` tells from the gap between words that it is over.
 */
import { isJsonObject, type JsonObject } from '../../kit/index.ts';
import type { RecognitionOptions } from '../../speech/index.ts';
import {
  encodingFor,
  type Hypothesis,
  isSeconds,
  longestText,
  parseMessage,
  readConfidence,
  type RecognitionMessage,
  webSocketUrl,
} from '../speech-connection/index.ts';

/** Deepgram's shortest. */
const shortestGapMs = 1000;
const usualModel = 'nova-3';

export function listenUrl(
  url: string,
  parameters: JsonObject,
  { sampleRateHz, endOfSpeechMs }: RecognitionOptions,
): string {
  const query = {
    model: usualModel,
    endpointing: endOfSpeechMs,
    utterance_end_ms: Math.max(shortestGapMs, endOfSpeechMs),
    ...parameters,
    encoding: encodingFor(sampleRateHz) === 'ulaw' ? 'mulaw' : 'linear16',
    sample_rate: sampleRateHz,
    channels: 1,
    // Barge-in hangs on the first guess.
    interim_results: true,
  };
  return webSocketUrl({ url, path: '/v1/listen', query });
}

export const closeMessage = JSON.stringify({ type: 'CloseStream' });
export const keepAliveMessage = JSON.stringify({ type: 'KeepAlive' });

/** Of one connection: joins the segments of an utterance. */
export class ResultReader {
  #segments: Hypothesis[] = [];
  #hasBegun = false;

  read(text: string): RecognitionMessage {
    const body = parseMessage(text);
    if (body === undefined) return { type: 'malformed' };
    switch (body['type']) {
      case 'Results':
        return this.#readResult(body);
      case 'SpeechStarted':
        this.#hasBegun = true;
        return { type: 'speech-began', ...(isSeconds(body['timestamp']) ? { atS: body['timestamp'] } : {}) };
      case 'UtteranceEnd':
        return this.#finish();
      case 'Error':
        return { type: 'error', message: messageOf(body), isTimeout: false };
      default:
        return { type: 'other' };
    }
  }

  #readResult(body: JsonObject): RecognitionMessage {
    const segment = readSegment(body);
    if (segment === undefined) return { type: 'malformed' };
    if (body['is_final'] === true) {
      if (segment.text !== '') this.#segments.push(segment);
      // A voice that turns out to be no words is over, or it would be waited for.
      const isEmpty = this.#hasBegun && this.#segments.length === 0;
      if (body['speech_final'] === true || isEmpty) return this.#finish();
    }
    const guess = body['is_final'] === true ? [] : [segment];
    return { type: 'hypotheses', hypotheses: [join([...this.#segments, ...guess], 'goes-on')] };
  }

  #finish(): RecognitionMessage {
    const segments = this.#segments;
    const isNews = segments.length > 0 || this.#hasBegun;
    this.#segments = [];
    this.#hasBegun = false;
    return isNews ? { type: 'hypotheses', hypotheses: [join(segments, 'over')] } : { type: 'other' };
  }
}

function join(segments: readonly Hypothesis[], how: 'goes-on' | 'over'): Hypothesis {
  const spoken = segments.filter(({ text }) => text !== '');
  const letters = spoken.reduce((sum, { text }) => sum + text.length, 0);
  const confidence = spoken.reduce((sum, each) => sum + each.confidence * each.text.length, 0) / Math.max(1, letters);
  const fromS = spoken[0]?.fromS;
  const toS = spoken.at(-1)?.toS;
  return {
    isFinal: how === 'over',
    text: spoken
      .map(({ text }) => text)
      .join(' ')
      .slice(0, longestText),
    confidence: Math.min(1, Math.round(confidence * 1e4) / 1e4),
    ...(fromS === undefined ? {} : { fromS }),
    ...(toS === undefined ? {} : { toS }),
  };
}

function readSegment({ channel }: JsonObject): Hypothesis | undefined {
  if (!isJsonObject(channel) || !Array.isArray(channel['alternatives'])) return undefined;
  const best: unknown = channel['alternatives'][0];
  if (!isJsonObject(best) || typeof best['transcript'] !== 'string') return undefined;
  const { transcript, confidence, words } = best;
  const list = Array.isArray(words) ? words : [];
  const first: unknown = list[0];
  const last: unknown = list.at(-1);
  const from = isJsonObject(first) ? first['start'] : undefined;
  const to = isJsonObject(last) ? last['end'] : undefined;
  return {
    isFinal: false,
    text: transcript.trim().slice(0, longestText),
    confidence: readConfidence(confidence),
    ...(isSeconds(from) ? { fromS: from } : {}),
    ...(isSeconds(to) ? { toS: to } : {}),
  };
}

function messageOf({ description, message }: JsonObject): string {
  if (typeof description === 'string') return description;
  return typeof message === 'string' ? message : 'an error without a message';
}
