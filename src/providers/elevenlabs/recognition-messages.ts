/**
 * ElevenLabs' realtime recognition as text: parameters of the URL, audio in JSON, and what comes back. From the published
 * reference of `GET /v1/speech-to-text/realtime` (elevenlabs.io/docs/api-reference/speech-to-text/v-1-speech-to-text-realtime)
 * and the event reference beside it. The service finds the ends of utterances (`commit_strategy=vad`). It tells neither how
 * sure it is nor, without delay, when words were said.
 */
import { Buffer } from 'node:buffer';
import type { JsonObject } from '../../kit/index.ts';
import type { RecognitionOptions, SampleRateHz } from '../../speech/index.ts';
import {
  encodingFor,
  longestText,
  parseMessage,
  type RecognitionMessage,
  webSocketUrl,
} from '../speech-connection/index.ts';

const usualModel = 'scribe_v2_realtime';
/** What the service takes, in seconds. */
const shortestSilenceS = 0.3;
const longestSilenceS = 3;

export function realtimeUrl(
  url: string,
  { model = usualModel, ...parameters }: JsonObject,
  { sampleRateHz, endOfSpeechMs }: RecognitionOptions,
): string {
  const query = {
    model_id: model,
    vad_silence_threshold_secs: Math.min(longestSilenceS, Math.max(shortestSilenceS, endOfSpeechMs / 1000)),
    ...parameters,
    audio_format: encodingFor(sampleRateHz) === 'ulaw' ? 'ulaw_8000' : 'pcm_16000',
    commit_strategy: 'vad',
  };
  return webSocketUrl({ url, path: '/v1/speech-to-text/realtime', query });
}

export function printAudio(audio: Uint8Array, sampleRateHz: SampleRateHz): string {
  const text = Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength).toString('base64');
  return JSON.stringify({
    message_type: 'input_audio_chunk',
    audio_base_64: text,
    commit: false,
    sample_rate: sampleRateHz,
  });
}

export function readRealtimeMessage(text: string): RecognitionMessage {
  const body = parseMessage(text);
  if (body === undefined) return { type: 'malformed' };
  const { message_type: type, error } = body;
  if (typeof error === 'string') return { type: 'error', message: error, isTimeout: isQuiet(type) };
  switch (type) {
    case 'session_started':
      return { type: 'listening' };
    case 'partial_transcript':
      return words(body, 'goes-on');
    case 'committed_transcript':
      return words(body, 'over');
    default:
      return { type: 'other' };
  }
}

/** The ends of a session in which nothing went wrong. */
function isQuiet(type: unknown): boolean {
  return type === 'insufficient_audio_activity' || type === 'session_time_limit_exceeded';
}

function words({ text }: JsonObject, how: 'goes-on' | 'over'): RecognitionMessage {
  if (typeof text !== 'string') return { type: 'malformed' };
  const hypothesis = { isFinal: how === 'over', text: text.trim().slice(0, longestText), confidence: 1 };
  return { type: 'hypotheses', hypotheses: [hypothesis] };
}
