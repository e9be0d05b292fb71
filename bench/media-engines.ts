/**
 * Engines for `bench/media.ts`: the real detection of voices in the speech thread and its own, a recogniser that takes utterances
 * and finds no words in them (what words cost is told by `bench:speech`), and a voice that hums for as long as it is asked to.
 */
import { readlinkSync } from 'node:fs';
import { BroadcastChannel } from 'node:worker_threads';
import { tone } from '../src/audio/index.ts';
import { monotonicClock } from '../src/host/index.ts';
import { Detector } from '../src/providers/local-speech/detector.ts';
import { LocalRecognitionSession } from '../src/providers/local-speech/recognition-session.ts';
import type { SpeechToText, TextToSpeech } from '../src/speech/index.ts';

/** Tells the bench which thread of the system this is. */
export function tellThread(name: string): void {
  const channel = new BroadcastChannel('bench-media');
  channel.postMessage({ name, tid: Number(readlinkSync('/proc/thread-self').split('/').at(-1)) });
  channel.close();
}

export async function createSpeechEngines(): Promise<{
  speechToText: SpeechToText;
  textToSpeech: TextToSpeech;
  close(): Promise<void>;
}> {
  tellThread('speech');
  const detector = await Detector.open(new URL('./media-detection-thread.js', import.meta.url));
  const hum = tone(440, 8000, 1000);
  return {
    speechToText: {
      spec: 'stt/1',
      name: 'detection',
      open: (options, onEvent) =>
        new LocalRecognitionSession(options, onEvent, {
          nowMs: () => monotonicClock.nowMs(),
          openStream: (listener) => detector.openStream(listener),
          recogniser: {
            add: (_kind, job) => setImmediate(() => job.onTranscript({ text: '', confidence: 0 })),
            promote: () => undefined,
            cancel: () => undefined,
          },
          partialEveryMs: 0,
          onFrameDropped: () => undefined,
          onClosed: () => undefined,
        }),
    },
    textToSpeech: {
      spec: 'tts/1',
      name: 'hum',
      async *synthesize({ text }, signal) {
        for (let left = Number(text); left > 0 && !signal.aborted; left--) yield hum;
      },
    },
    close: () => detector.close(),
  };
}
