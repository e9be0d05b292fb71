/**
 * Amazon Transcribe's streaming as messages (docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html): audio
 * events in, transcript events and exceptions out. The service ends an utterance at a pause of its own choice.
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
import { decodeEvent, encodeEvent } from './event-stream.ts';

const usualLanguage = 'en-US';

/** `region` is ours, and no parameter of the service. */
export function streamingUrl(
  url: string,
  { region: _region, ...parameters }: JsonObject,
  sampleRateHz: SampleRateHz,
): string {
  // One language, or the choice of one.
  const language = 'identify-language' in parameters ? {} : { 'language-code': usualLanguage };
  const query = { ...language, ...parameters, 'media-encoding': 'pcm', 'sample-rate': sampleRateHz };
  return webSocketUrl({ url, path: '/stream-transcription-websocket', query });
}

export function encodeAudio(payload: Uint8Array): Uint8Array {
  const headers = {
    ':content-type': 'application/octet-stream',
    ':event-type': 'AudioEvent',
    ':message-type': 'event',
  };
  return encodeEvent({ headers, payload });
}

export const endOfAudio = encodeAudio(new Uint8Array(0));

export function readTranscriptMessage(bytes: Uint8Array): RecognitionMessage {
  const event = decodeEvent(bytes);
  if (event === undefined) return { type: 'malformed' };
  const { headers, payload } = event;
  const body = parseMessage(new TextDecoder().decode(payload)) ?? {};
  if (headers[':message-type'] !== 'event') {
    const { Message: message } = body;
    const text = typeof message === 'string' ? message : (headers[':exception-type'] ?? 'an error without a message');
    return { type: 'error', message: text, isTimeout: /no new audio/i.test(text) };
  }
  if (headers[':event-type'] !== 'TranscriptEvent') return { type: 'other' };
  const { Transcript: transcript } = body;
  const results = isJsonObject(transcript) ? transcript['Results'] : undefined;
  if (!Array.isArray(results)) return { type: 'malformed' };
  return { type: 'hypotheses', hypotheses: results.flatMap(readResult) };
}

function readResult(result: Json): readonly Hypothesis[] {
  if (!isJsonObject(result) || !Array.isArray(result['Alternatives'])) return [];
  const best: unknown = result['Alternatives'][0];
  if (!isJsonObject(best) || typeof best['Transcript'] !== 'string') return [];
  const { StartTime: from, EndTime: to } = result;
  return [
    {
      isFinal: result['IsPartial'] === false,
      text: best['Transcript'].trim().slice(0, longestText),
      confidence: confidenceOf(best['Items']),
      ...(isSeconds(from) ? { fromS: from } : {}),
      ...(isSeconds(to) ? { toS: to } : {}),
    },
  ];
}

/** Of its words, those of which the service is sure or not; without any it is believed. */
function confidenceOf(items: Json | undefined): number {
  const values = (Array.isArray(items) ? items : []).flatMap((item) =>
    isJsonObject(item) && item['Confidence'] !== undefined ? [readConfidence(item['Confidence'])] : [],
  );
  return values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
