/**
 * The synthesis service's WebSocket protocol as text (IBM's published interface of Text to Speech, `/v1/synthesize`): one
 * text a connection, answered with binary audio until the service closes it.
 */
import { isJsonObject, type JsonObject } from '../../kit/index.ts';
import type { SampleRateHz } from '../../speech/index.ts';
import { parseJson, webSocketUrl } from '../speech-connection/index.ts';

/** Of one text with its markup. */
export const limit = { most: 5120, unit: 'bytes' } as const;

const fixedNames: ReadonlySet<string> = new Set(['text', 'accept', 'timings', 'access_token']);

export function synthesizeUrl(url: string, parameters: JsonObject): string {
  const query = Object.fromEntries(Object.entries(parameters).filter(([name]) => !fixedNames.has(name)));
  return webSocketUrl({ url, path: '/v1/synthesize', query });
}

export function printText(text: string, sampleRateHz: SampleRateHz): string {
  const accept = sampleRateHz === 8000 ? 'audio/basic' : 'audio/l16;rate=16000;endianness=little-endian';
  return JSON.stringify({ text, accept });
}

/** The error of a text message, if it is one: everything else in text (formats, timings, warnings) is no news. */
export function readSynthesisError(text: string): string | undefined {
  const body = parseJson(text);
  if (body === undefined) return 'a message that is not JSON';
  if (!isJsonObject(body) || body['error'] === undefined) return undefined;
  return typeof body['error'] === 'string' ? body['error'] : 'an error without a message';
}
