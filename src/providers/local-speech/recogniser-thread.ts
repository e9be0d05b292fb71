/** A recogniser thread: one utterance at a time, audio in, words out. */
import { parentPort, workerData } from 'node:worker_threads';
import { MoonshineDecoder } from './moonshine-decoder.ts';
import type { MoonshineModel } from './options.ts';
import type { ExpectedSpeech } from '../../speech/index.ts';
import { doubleRate } from '../../audio/index.ts';
import { type ThreadPort, threadPort } from './thread-entry.ts';

export interface RecogniserData {
  readonly model: MoonshineModel;
}

export type RecogniserRequest =
  | {
      readonly type: 'decode';
      readonly id: number;
      readonly pcm: Int16Array<ArrayBuffer>;
      readonly sampleRateHz: 8000 | 16000;
      readonly speechMs: number;
      readonly expected: ExpectedSpeech | undefined;
    }
  /** The answer to the decode under way is no longer wanted; it comes early and empty. */
  | { readonly type: 'cancel'; readonly id: number };

export type RecogniserReply =
  | { readonly type: 'decoded'; readonly id: number; readonly text: string; readonly confidence: number }
  | { readonly type: 'decode-failed'; readonly id: number; readonly reason: string };

const port: ThreadPort<RecogniserRequest, RecogniserReply> = threadPort(parentPort);
const { model }: RecogniserData = workerData;
const decoder = await MoonshineDecoder.open(model);
// The first run of a model is slow; it must not be a caller's.
await decoder.transcribe({ audio: new Float32Array(16_000), speechMs: 0, isCancelled: () => false });

let cancelledId = 0;

port.on('message', (request) => {
  if (request.type === 'cancel') {
    cancelledId = request.id;
    return;
  }
  const { id, pcm, sampleRateHz, speechMs, expected } = request;
  const wideband = sampleRateHz === 8000 ? doubleRate(pcm) : pcm;
  const audio = Float32Array.from(wideband, (sample) => sample / 32768);
  decoder
    .transcribe({ audio, speechMs, expected, isCancelled: () => cancelledId === id })
    .then(({ text, confidence }) => port.postMessage({ type: 'decoded', id, text, confidence }))
    .catch((error: unknown) => port.postMessage({ type: 'decode-failed', id, reason: String(error) }));
});
port.postMessage({ type: 'ready' });
