/** Audio files that a bot names by URL: fetched within bounds, and brought to what the media plane plays. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeWav, resamplerFor, type WavAudio } from '../audio/index.ts';
import type { SampleRateHz } from '../speech/index.ts';

export const maxAudioBytes = 10_000_000;
const limitMs = 5000;
/** So much is converted at a time: this runs on the thread that paces the packets. */
const blockFrames = 8000;

/** How a request is made; `fetch` where nothing restricts the destination. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

/**
 * A WAV file (PCM, 16 bit, 8 or 16 kHz; of two channels the left one) at the rate of the call, one channel. At most 10 MB and 5 s;
 * http and https only; redirects are not followed. Rejects with an `Error` whose message says what is wrong and holds no
 * part of the URL but its host.
 */
export async function fetchAudio(
  url: string,
  signal: AbortSignal,
  playedRateHz: SampleRateHz,
  send: SendRequest = fetch,
): Promise<Int16Array> {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol)) throw new Error('it is not an http or https URL');
  const limit = AbortSignal.timeout(limitMs);
  let bytes: Uint8Array;
  try {
    const response = await send(url, { redirect: 'error', signal: AbortSignal.any([signal, limit]) });
    bytes = await readBody(response);
  } catch (error) {
    const reason = limit.aborted ? `no answer within ${limitMs / 1000} s` : reasonOf(error);
    throw new Error(`${target.host}: ${reason}`, { cause: error });
  }
  const wav = decodeWav(bytes);
  if (!wav.ok) throw new Error(`${target.host}: not a WAV file that can be played (${wav.error})`);
  return toPlayedRate(wav.value, playedRateHz, target.host);
}

async function readBody(response: Response): Promise<Uint8Array> {
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`answered with HTTP status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.length;
    // Leaving the loop cancels the rest of the body.
    if (sizeBytes > maxAudioBytes) throw new Error(`the file is over ${maxAudioBytes / 1_000_000} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

async function toPlayedRate(wav: WavAudio, playedRateHz: SampleRateHz, host: string): Promise<Int16Array> {
  const { samples, sampleRateHz, channelCount } = wav;
  if (sampleRateHz !== 8000 && sampleRateHz !== 16_000) {
    throw new Error(`${host}: a WAV file of ${sampleRateHz} Hz, not 8000 or 16000`);
  }
  if (channelCount === 1 && sampleRateHz === playedRateHz) return samples;
  const frameCount = samples.length / channelCount;
  const resampler = resamplerFor(sampleRateHz, playedRateHz);
  const ratio = playedRateHz / sampleRateHz;
  const played = new Int16Array(Math.ceil(frameCount * ratio));
  const left = new Int16Array(blockFrames);
  for (let at = 0; at < frameCount; at += blockFrames) {
    const count = Math.min(blockFrames, frameCount - at);
    for (let i = 0; i < count; i++) left[i] = samples[(at + i) * channelCount] ?? 0;
    if (resampler === undefined) played.set(left.subarray(0, count), at);
    else resampler.process(left, played.subarray(at * ratio), count);
    await nextTurn();
  }
  return played;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
