/**
 * Several voices as one (promise R16). A text is spoken sentence by sentence. A voice that fails or stalls hands over to
 * the next one, which speaks the sentence again only if nothing of it has been heard yet; words that have been spoken are
 * never repeated, so the rest of a sentence that was cut in the middle is left out. The next voice keeps the call.
 */
import type { SynthesisRequest, TextToSpeech } from './contract.ts';
import type { SpeechPorts } from './selection.ts';
import { splitSentences } from './split-sentences.ts';

export interface VoiceChoice {
  readonly name?: string;
  readonly textToSpeech: TextToSpeech;
  /** Longest wait for the first audio, in ms, when no other voice stands by. */
  readonly patienceMs: number;
}

/** Silence that is waited for when another voice stands by: with the time that one needs to begin, a second in all. */
const stallMs = 800;
/** Attempts of the last voice at one sentence. */
const lastAttempts = 2;

/** `onProvider` is told whenever another voice takes over, with its index. */
export function failoverTextToSpeech(
  choices: readonly VoiceChoice[],
  ports: SpeechPorts,
  onProvider: (index: number) => void,
): TextToSpeech {
  const voices = new Voices(choices, onProvider);
  return {
    spec: 'tts/1',
    name: choices.map(({ textToSpeech }) => textToSpeech.name).join(', then '),
    synthesize: (request, signal) => speak(voices, ports, request, signal),
  };
}

/** Which voice speaks in this call. */
class Voices {
  readonly #choices: readonly VoiceChoice[];
  readonly #onProvider: (index: number) => void;
  #index = 0;

  constructor(choices: readonly VoiceChoice[], onProvider: (index: number) => void) {
    this.#choices = choices;
    this.#onProvider = onProvider;
  }

  get present(): VoiceChoice {
    const choice = this.#choices[this.#index];
    if (choice === undefined) throw new RangeError('no voice was chosen');
    return choice;
  }

  get hasNext(): boolean {
    return this.#index + 1 < this.#choices.length;
  }

  /** The next one, unless somebody else has already turned to it. */
  turnFrom(choice: VoiceChoice): void {
    if (choice !== this.present || !this.hasNext) return;
    this.#index += 1;
    this.#onProvider(this.#index);
  }
}

/** What the listener has: audio of so many ms, of which the first came at `sinceMs`. */
interface Heard {
  sinceMs: number | undefined;
  lengthMs: number;
}

async function* speak(
  voices: Voices,
  ports: SpeechPorts,
  request: SynthesisRequest,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const heard: Heard = { sinceMs: undefined, lengthMs: 0 };
  // Markup cannot be cut.
  const sentences = request.text.includes('<') ? [request.text] : splitSentences(request.text);
  for (const text of sentences) {
    for (let attempt = 1; ; attempt++) {
      const choice = voices.present;
      const isLast = !voices.hasNext;
      const before = heard.lengthMs;
      try {
        yield* listen(choice, isLast ? choice.patienceMs : stallMs, ports, heard, { ...request, text }, signal);
        break;
      } catch (error) {
        if (signal.aborted) return;
        const isCut = heard.lengthMs > before;
        voices.turnFrom(choice);
        if (isLast && (isCut || attempt >= lastAttempts)) throw error;
        // Another voice has its own attempts.
        if (!isLast) attempt = 0;
        if (isCut) break;
      }
    }
  }
}

/** One sentence of one voice. Throws when the voice fails, and when the listener has had nothing for `patienceMs`. */
async function* listen(
  choice: VoiceChoice,
  patienceMs: number,
  ports: SpeechPorts,
  heard: Heard,
  request: SynthesisRequest,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const abort = ports.newAbort();
  const stop = (): void => abort.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const chunks = choice.textToSpeech.synthesize(request, abort.signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      if (signal.aborted) return;
      const nowMs = ports.nowMs();
      const silentFromMs = Math.max(nowMs, heard.sinceMs === undefined ? nowMs : heard.sinceMs + heard.lengthMs);
      const next = await within(chunks.next(), silentFromMs - nowMs + patienceMs, ports);
      if (next === 'late') throw new Error(`${choice.textToSpeech.name}: no audio for ${patienceMs} ms`);
      if (next.done === true) return;
      heard.sinceMs ??= ports.nowMs();
      heard.lengthMs += (next.value.length * 1000) / request.sampleRateHz;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    // Not waited for: a voice that hangs may never answer.
    chunks.return?.().catch(() => undefined);
  }
}

async function within<T>(value: Promise<T>, limitMs: number, ports: SpeechPorts): Promise<T | 'late'> {
  let cancel: () => void = () => undefined;
  const late = new Promise<'late'>((resolve) => {
    cancel = ports.after(limitMs, () => resolve('late'));
  });
  // Whoever comes too late is not listened to.
  value.catch(() => undefined);
  try {
    return await Promise.race([value, late]);
  } finally {
    cancel();
  }
}
