/** A voice thread: one sentence at a time, words in, audio out. */
import { parentPort, workerData } from 'node:worker_threads';
import { FliteSynthesizer } from './flite-synthesizer.ts';
import type { FliteVoice } from './options.ts';
import { type ThreadPort, threadPort } from './thread-entry.ts';

export interface VoiceData {
  readonly voice: FliteVoice;
}

export interface VoiceRequest {
  readonly sentence: string;
  readonly sampleRateHz: 8000 | 16000;
}

export type VoiceReply =
  | { readonly type: 'spoken'; readonly pcm: Int16Array<ArrayBuffer> }
  | { readonly type: 'speak-failed'; readonly reason: string };

const port: ThreadPort<VoiceRequest, VoiceReply> = threadPort(parentPort);
const { voice }: VoiceData = workerData;
const synthesizer = await FliteSynthesizer.open();
// The first run is slow (the code is compiled as it is reached); it must not be a caller's.
synthesizer.speak(voice, 'Hello.', 8000);

port.on('message', ({ sentence, sampleRateHz }) => {
  try {
    const pcm = synthesizer.speak(voice, sentence, sampleRateHz);
    port.postMessage({ type: 'spoken', pcm }, [pcm.buffer]);
  } catch (error) {
    port.postMessage({ type: 'speak-failed', reason: error instanceof Error ? error.message : String(error) });
  }
});
port.postMessage({ type: 'ready' });
