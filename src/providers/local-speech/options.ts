import { z } from 'zod';

/** Settings of the local engines. Strict: a misspelt option stops the start. Plain data, so it may cross threads. */
export const localSpeechOptions = z.strictObject({
  /** Moonshine model: `base` is the more accurate, `tiny` needs about 60 % of its CPU and memory. */
  model: z.enum(['base', 'tiny']).default('base'),
  /** Threads that turn speech into words. One carries about 16 s of speech per second with `base`, 27 with `tiny`. */
  recogniserThreads: z.int().min(1).max(16).default(1),
  /** Utterances that may wait for a recogniser thread. Past it the oldest guess, then the oldest answer, is dropped. */
  recognitionQueueLimit: z.int().min(1).max(4096).default(64),
  /** Time between guesses of what is being said, in ms; 0 gives none. Each guess decodes the utterance again. */
  partialEveryMs: z.union([z.literal(0), z.int().min(300).max(10_000)]).default(0),
  /** Voice: `slt` female, `rms` male, `awb` male (Scottish), `kal` male at 8 kHz (cheapest and least natural). */
  voice: z.enum(['slt', 'rms', 'awb', 'kal']).default('slt'),
  /** Threads that speak. One keeps about 60 calls speaking at the same time. */
  voiceThreads: z.int().min(1).max(16).default(1),
  /** Spoken sentences kept for the next call that says the same, in bytes of audio. */
  voiceCacheBytes: z
    .int()
    .min(0)
    .max(1024 * 1024 * 1024)
    .default(32 * 1024 * 1024),
});

export type LocalSpeechOptions = z.output<typeof localSpeechOptions>;
/** What a user writes: every field may be left out. */
export type LocalSpeechConfiguration = z.input<typeof localSpeechOptions>;
export type MoonshineModel = LocalSpeechOptions['model'];
export type FliteVoice = LocalSpeechOptions['voice'];
