import { splitSentences, type SynthesisRequest, type TextToSpeech } from '../../speech/index.ts';
import { cleanText } from './clean-text.ts';
import type { SentenceTicket, VoicePool } from './voice-pool.ts';

/** A longer text is refused: it would be five minutes of speech. */
export const longestTextCharacters = 5000;
const chunkMs = 500;

/**
 * Flite as an engine. A text is spoken sentence by sentence, one sentence ahead of the listener; tags are dropped and
 * the rest read as plain English. A text without words gives no audio. When `signal` aborts, the audio simply ends.
 */
export function localTextToSpeech(pool: VoicePool): TextToSpeech {
  return {
    spec: 'tts/1',
    name: 'local (flite)',
    synthesize: (request, signal) => speak(pool, request, signal),
  };
}

async function* speak(pool: VoicePool, request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Int16Array> {
  const { text, sampleRateHz } = request;
  if (text.length > longestTextCharacters) {
    throw new Error(`the text has ${text.length} characters; the local voice takes ${longestTextCharacters}`);
  }
  if (signal.aborted) return;
  const sentences = splitSentences(cleanText(text));
  const chunkSamples = (chunkMs * sampleRateHz) / 1000;
  const ask = (at: number): SentenceTicket | undefined => {
    const sentence = sentences[at];
    return sentence === undefined ? undefined : pool.ask(sentence, sampleRateHz);
  };
  let current: SentenceTicket | undefined;
  let next = ask(0);
  try {
    for (let at = 0; next !== undefined; at++) {
      current = next;
      next = ask(at + 1);
      const pcm = await unlessAborted(current.pcm, signal);
      if (pcm === undefined) return;
      for (let from = 0; from < pcm.length; from += chunkSamples) {
        // A copy: the sentence stays in the cache, the chunk is the listener's.
        yield pcm.slice(from, from + chunkSamples);
        if (signal.aborted) return;
      }
    }
  } finally {
    current?.release();
    next?.release();
  }
}

/** The value, or undefined as soon as `signal` aborts. */
async function unlessAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
