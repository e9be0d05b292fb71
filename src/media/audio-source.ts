/** Where the sounds of a call come from. */
import type { SampleRateHz, SynthesisRequest, TextToSpeech } from '../speech/index.ts';
import type { SpeechManner } from './contract.ts';
import type { AudioSource } from './playback.ts';
import type { MediaPorts } from './ports.ts';

export function textSource(
  { text, isExcludedFromCache, fallbackAudioUrl }: { readonly text: string } & SpeechManner,
  textToSpeech: TextToSpeech,
  fetchAudio: MediaPorts['fetchAudio'],
  sampleRateHz: SampleRateHz,
): AudioSource {
  const request: SynthesisRequest = { text, sampleRateHz, ...(isExcludedFromCache === true ? { cache: 'skip' } : {}) };
  return {
    kind: 'text',
    sampleRateHz,
    open: (signal) => {
      if (text.trim() === '') return undefined;
      const spoken = textToSpeech.synthesize(request, signal);
      if (fallbackAudioUrl === undefined) return spoken;
      return orFile(spoken, () => fetchAudio(fallbackAudioUrl, signal, sampleRateHz), signal);
    },
  };
}

/** When the voice fails, the file is played; when that fails too, the voice's reason counts. */
async function* orFile(
  spoken: AsyncIterable<Int16Array>,
  fetchFile: () => Promise<Int16Array>,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  try {
    yield* spoken;
  } catch (error) {
    if (signal.aborted) return;
    const audio = await fetchFile().catch(() => undefined);
    if (audio === undefined) throw error;
    yield audio;
  }
}

/** A file as it is, or over and over; a loop ends only by being stopped. */
export function fileSource(
  url: string,
  kind: 'file' | 'loop',
  fetchAudio: MediaPorts['fetchAudio'],
  sampleRateHz: SampleRateHz,
): AudioSource {
  return {
    kind,
    sampleRateHz,
    async *open(signal) {
      const audio = await fetchAudio(url, signal, sampleRateHz);
      if (audio.length === 0) throw new Error('the file holds no audio');
      if (kind === 'file') yield audio;
      // However short the file: what is asked for at a time is long.
      else for (const round = repeat(audio, sampleRateHz); !signal.aborted;) yield round;
    },
  };
}

/** The same audio as often as it takes to have at least `leastSamples`. */
function repeat(audio: Int16Array, leastSamples: number): Int16Array {
  const times = Math.ceil(leastSamples / audio.length);
  if (times <= 1) return audio;
  const repeated = new Int16Array(times * audio.length);
  for (let i = 0; i < times; i++) repeated.set(audio, i * audio.length);
  return repeated;
}
