import { splitLong, splitSentences, type SynthesisRequest, type TextToSpeech } from '../../speech/index.ts';
import { cleanText } from './clean-text.ts';
import { sayInWords } from './spoken-english/say-in-words.ts';
import type { SentenceTicket, VoicePool } from './voice-pool.ts';

/** A longer text is refused: it would be five minutes of speech. */
export const longestTextCharacters = 5000;
const chunkMs = 500;

/**
 * Flite as an engine. A text is spoken sentence by sentence, one sentence ahead of the listener; tags, figures
 * and abbreviations become words of plain English. A text without words gives no audio. When `signal` aborts, the audio simply ends.
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
  const sentences = spokenSentences(text);
  const chunkSamples = (chunkMs * sampleRateHz) / 1000;
  const ask = (): SentenceTicket | undefined => {
    const { value } = sentences.next();
    return value === undefined ? undefined : pool.ask(value, sampleRateHz);
  };
  let current: SentenceTicket | undefined;
  let next = ask();
  try {
    while (next !== undefined) {
      current = next;
      next = ask();
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

/**
 * Where sentences end is seen by their full stops, so they are cut before abbreviations become words. One at a time: the
 * thread that asks has packets to send.
 */
function* spokenSentences(text: string): Generator<string, undefined> {
  for (const sentence of splitSentences(cleanText(text))) yield* splitLong(sayInWords(sentence));
  return undefined;
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
