/**
 * Entry of the speech thread: the engines inside, one set for all media threads. It cuts audio into utterances and has
 * the threads of inference work on them; nothing here paces RTP. Started by `media-threads`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type FromSpeechThread,
  type SpeechEngines,
  speechLoadEveryMs,
  type SpeechThreadOptions,
  type ToSpeechThread,
} from './speech-messages.ts';
import { serveSpeech } from './speech-service.ts';

async function createEngines({ speechModule, speech }: SpeechThreadOptions): Promise<SpeechEngines> {
  const module: { createSpeechEngines?: (configuration: unknown) => Promise<SpeechEngines> } = await import(
    speechModule
  );
  if (module.createSpeechEngines === undefined) throw new Error(`${speechModule} has no createSpeechEngines`);
  return module.createSpeechEngines(speech);
}

if (parentPort !== null) {
  const port = parentPort;
  const engines = await createEngines(workerData as SpeechThreadOptions);
  const services = new Map<number, { close(): void }>();
  const telling = setInterval(() => {
    const load = engines.load?.();
    if (load !== undefined) port.postMessage({ type: 'load', load } satisfies FromSpeechThread);
  }, speechLoadEveryMs);
  // What was said before has waited.
  port.on('message', (message: ToSpeechThread) => {
    if (message.type === 'serve') {
      services.get(message.threadNumber)?.close();
      services.set(message.threadNumber, serveSpeech(engines, message.route));
      return;
    }
    clearInterval(telling);
    void engines.close().finally(() => {
      port.postMessage({ type: 'done' });
      port.close();
    });
  });
  port.postMessage({ type: 'ready' });
}
