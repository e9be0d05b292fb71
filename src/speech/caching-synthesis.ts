import { joinSamples } from '../audio/index.ts';
import type { SynthesisRequest, TextToSpeech } from './contract.ts';
import type { SpokenTexts } from './spoken-texts.ts';

export interface CachingOptions {
  readonly store: SpokenTexts;
  /** Everything but the text that makes the audio what it is: service, voice, options. */
  readonly voiceKey: string;
  /** How long a text is kept after its last use. */
  readonly ttlMs: number;
  readonly nowMs: () => number;
}

/** Handed out in pieces: a listener takes what it has room for. */
const pieceMs = 500;

/** A voice that does not speak what it has spoken before. Only what was spoken to its end is kept. */
export function cachingTextToSpeech(voice: TextToSpeech, options: CachingOptions): TextToSpeech {
  return {
    spec: 'tts/1',
    name: voice.name,
    synthesize: (request, signal) =>
      request.cache === 'skip' ? voice.synthesize(request, signal) : speak(voice, options, request, signal),
  };
}

async function* speak(
  voice: TextToSpeech,
  { store, voiceKey, ttlMs, nowMs }: CachingOptions,
  request: SynthesisRequest,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const key = `${request.sampleRateHz} ${voiceKey} ${request.text}`;
  const known = store.find(key, ttlMs, nowMs());
  if (known !== undefined) {
    const pieceSamples = (request.sampleRateHz * pieceMs) / 1000;
    for (let at = 0; at < known.length && !signal.aborted; at += pieceSamples) {
      yield known.slice(at, at + pieceSamples);
    }
    return;
  }
  const chunks: Int16Array[] = [];
  for await (const chunk of voice.synthesize(request, signal)) {
    chunks.push(chunk.slice());
    yield chunk;
  }
  // An engine that is told to stop just ends.
  if (!signal.aborted) store.keep(key, joinSamples(chunks), ttlMs, nowMs());
}
