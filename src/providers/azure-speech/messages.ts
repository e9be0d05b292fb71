/**
 * Azure's REST interfaces as text and bytes: recognition of short audio
 * (learn.microsoft.com/azure/ai-services/speech-service/rest-speech-to-text-short) and synthesis
 * (learn.microsoft.com/azure/ai-services/speech-service/rest-text-to-speech). The WebSocket protocol is not used: what is
 * published of it is that of a service which is closed since.
 */
import { doubleRate, encodeWav } from '../../audio/index.ts';
import { err, isJsonObject, type JsonObject, ok, type Result } from '../../kit/index.ts';
import type { SampleRateHz } from '../../speech/index.ts';
import {
  escapeXml,
  httpUrl,
  isSsml,
  longestText,
  parseMessage,
  readConfidence,
  type Words,
} from '../speech-connection/index.ts';

const usualLanguage = 'en-US';
const usualVoice = 'en-US-AvaMultilingualNeural';

export function recognitionUrl(url: string, parameters: JsonObject): string {
  const query = { language: usualLanguage, ...parameters, format: 'detailed' };
  return httpUrl({ url, path: '/speech/recognition/conversation/cognitiveservices/v1', query });
}

export const wavContentType = 'audio/wav; codecs=audio/pcm; samplerate=16000';

/** The service takes no other rate than 16 kHz. */
export function printUtterance(pcm: Int16Array, sampleRateHz: SampleRateHz): Uint8Array {
  const samples = sampleRateHz === 16_000 ? pcm : doubleRate(pcm);
  return encodeWav({ samples, sampleRateHz: 16_000, channelCount: 1 });
}

/** Ends of an utterance in which nobody was understood. */
const withoutWords: ReadonlySet<unknown> = new Set(['NoMatch', 'InitialSilenceTimeout', 'BabbleTimeout']);

export function readRecognition(body: string): Result<Words, string> {
  const json = parseMessage(body);
  if (json === undefined) return err('sent something that is no transcript');
  const { RecognitionStatus: status, DisplayText: display, NBest: best } = json;
  if (withoutWords.has(status)) return ok({ text: '', confidence: 0 });
  if (status !== 'Success') return err('could not recognise an utterance');
  const first: unknown = Array.isArray(best) ? best[0] : undefined;
  const { Display: text = display, Confidence: confidence } = isJsonObject(first) ? first : {};
  if (typeof text !== 'string') return err('sent something that is no transcript');
  return ok({
    text: text.trim().slice(0, longestText),
    confidence: confidence === undefined ? 1 : readConfidence(confidence),
  });
}

export function synthesisUrl(url: string): string {
  return httpUrl({ url, path: '/cognitiveservices/v1' });
}

export function synthesisHeaders(sampleRateHz: SampleRateHz): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/ssml+xml',
    'x-microsoft-outputformat': sampleRateHz === 8000 ? 'raw-8khz-8bit-mono-mulaw' : 'raw-16khz-16bit-mono-pcm',
    'user-agent': 'outdial',
  };
}

/** `voice` and `language` as configured; a document of SSML says both by itself. */
export function printSpeech(text: string, { voice = usualVoice, language }: JsonObject): string {
  if (isSsml(text)) return text;
  const name = typeof voice === 'string' ? voice : usualVoice;
  // The first parts of a voice's name are its language.
  const spoken = typeof language === 'string' ? language : name.split('-').slice(0, 2).join('-');
  const head = `<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="${escapeXml(spoken)}">`;
  return `${head}<voice name="${escapeXml(name)}">${escapeXml(text)}</voice></speak>`;
}
