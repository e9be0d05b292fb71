import process from 'node:process';
import { z } from 'zod';
import type { Clock } from '../../kit/index.ts';
import type { RecognitionSession, SpeechToText, TextToSpeech } from '../../speech/index.ts';
import { Detector } from './detector.ts';
import { localTextToSpeech } from './local-text-to-speech.ts';
import { type LocalSpeechConfiguration, type LocalSpeechOptions, localSpeechOptions } from './options.ts';
import { Recogniser } from './recogniser.ts';
import { LocalRecognitionSession } from './recognition-session.ts';
import { VoicePool } from './voice-pool.ts';

/** How the engines are doing, for metrics. */
export interface SpeechLoad {
  readonly openSessions: number;
  /** Utterances that wait for a recogniser thread. */
  readonly waitingUtterances: number;
  /** Sentences that wait for a voice thread. */
  readonly waitingSentences: number;
  /** Frames of 32 ms dropped since the start because speech detection was more than 10 s behind. */
  readonly droppedFrames: number;
  /** How long finals waited for a recogniser thread since the load was asked for last, in ms; what waits longest now is the last one. */
  readonly finalWaitsMs: readonly number[];
}

export interface SpeechEngines {
  /**
   * Moonshine behind Silero. English only. A session expects audio without gaps: silence is written, too. Speech without a break is cut
   * every 15 s: `speech-ended` and a `final` come, then `speech-started` again at once.
   */
  readonly speechToText: SpeechToText;
  /** Flite. English only, at most 5,000 characters a text. */
  readonly textToSpeech: TextToSpeech;
  load(): SpeechLoad;
  /** Ends all sessions without a further event, and all threads. */
  close(): Promise<void>;
}

/** Comparable between the threads of this process. */
const processClock: Pick<Clock, 'nowMs'> = { nowMs: () => Number(process.hrtime.bigint()) / 1e6 };

/**
 * Starts the local engines: a speech-detection thread, the recogniser threads and the voice threads. Nothing blocks the
 * calling thread, which may be pacing RTP. `clock` stamps the events and must be the one `write` is given instants of.
 *
 * Throws an `Error` for a wrong configuration, and for a model file that is missing or is not the pinned one.
 */
export async function createSpeechEngines(
  configuration: LocalSpeechConfiguration,
  clock: Pick<Clock, 'nowMs'> = processClock,
): Promise<SpeechEngines> {
  const options = parseOptions(configuration);
  const [detector, recogniser, voices] = await openAll(options, clock);
  const sessions = new Set<RecognitionSession>();
  let droppedFrames = 0;
  const speechToText: SpeechToText = {
    spec: 'stt/1',
    name: `local (moonshine ${options.model})`,
    open: (recognition, onEvent) => {
      const session = new LocalRecognitionSession(recognition, onEvent, {
        nowMs: () => clock.nowMs(),
        openStream: (listener) => detector.openStream(listener),
        recogniser,
        partialEveryMs: options.partialEveryMs,
        onFrameDropped: () => {
          droppedFrames += 1;
        },
        onClosed: (closed) => sessions.delete(closed),
      });
      sessions.add(session);
      return session;
    },
  };
  return {
    speechToText,
    textToSpeech: localTextToSpeech(voices),
    load: () => ({
      openSessions: sessions.size,
      waitingUtterances: recogniser.queueLength,
      waitingSentences: voices.queueLength,
      droppedFrames,
      finalWaitsMs: recogniser.takeWaitsMs(),
    }),
    close: async () => {
      for (const session of sessions) session.close();
      await Promise.all([detector.close(), recogniser.close(), voices.close()]);
    },
  };
}

function parseOptions(configuration: LocalSpeechConfiguration): LocalSpeechOptions {
  const parsed = localSpeechOptions.safeParse(configuration);
  if (parsed.success) return parsed.data;
  throw new Error(`local speech: ${z.prettifyError(parsed.error)}`);
}

/** All or none: when one part cannot start, the others are ended and its error is thrown. */
async function openAll(
  options: LocalSpeechOptions,
  clock: Pick<Clock, 'nowMs'>,
): Promise<[Detector, Recogniser, VoicePool]> {
  const starts = [Detector.open(), Recogniser.open(options, () => clock.nowMs()), VoicePool.open(options)] as const;
  try {
    return await Promise.all(starts);
  } catch (error) {
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') await start.value.close();
    }
    throw error;
  }
}
