/** Speech engines for the tests of the media threads: a voice of tones, and an ear that tells which tone it hears. */
import { findTone, tone } from '../audio/index.ts';
import type { RecognitionEvent, SpeechToText, TextToSpeech } from '../speech/index.ts';
import type { SpeechEngines } from './speech-messages.ts';

const windowSamples = 1600;

class ToneEar implements SpeechToText {
  readonly spec = 'stt/1';
  readonly name = 'tone-ear';

  open(_options: unknown, onEvent: (event: RecognitionEvent) => void): ReturnType<SpeechToText['open']> {
    const window = new Int16Array(windowSamples);
    let filled = 0;
    let last = '';
    const tell = (atMs: number): void => {
      const text = String(findTone(window, 8000, [440, 1000]) ?? '');
      if (text !== last && text !== '') onEvent({ type: 'partial', text, atMs });
      last = text;
    };
    return {
      write(pcm, atMs) {
        for (let from = 0; from < pcm.length;) {
          const piece = pcm.subarray(from, from + windowSamples - filled);
          window.set(piece, filled);
          from += piece.length;
          filled = (filled + piece.length) % windowSamples;
          if (filled === 0) tell(atMs);
        }
      },
      close: () => undefined,
    };
  }
}

/** A text is `frequency:durationMs`; `crash` ends the thread of the engines. */
class ToneVoice implements TextToSpeech {
  readonly spec = 'tts/1';
  readonly name = 'tone-voice';
  readonly #spoken = new Map<string, Int16Array>();

  async *synthesize({ text }: { readonly text: string }): AsyncGenerator<Int16Array> {
    if (text === 'crash') {
      setImmediate(() => {
        throw new Error('crashed on purpose');
      });
    }
    const [frequencyHz = 0, durationMs = 0] = text.split(':').map(Number);
    const pcm = this.#spoken.get(text) ?? tone(frequencyHz, 8000, durationMs);
    this.#spoken.set(text, pcm);
    yield pcm;
  }
}

export async function createSpeechEngines(configuration: { readonly fails?: boolean }): Promise<SpeechEngines> {
  if (configuration.fails === true) throw new Error('no engines');
  return { speechToText: new ToneEar(), textToSpeech: new ToneVoice(), close: async () => undefined };
}
