/**
 * Texts that are known before any call, spoken ahead of them: what they become is kept by the cache of the voice, so that the
 * first call that says one of them need not wait. One at a time, and slowly while there are calls. Nothing of a call is ever
 * among them, and a failure is told and does no harm.
 */
import type { SampleRateHz, TextToSpeech } from './contract.ts';
import type { SpeechPorts, SpeechSelection } from './selection.ts';

/** One text as a voice is asked for it. */
interface Prompt {
  readonly text: string;
  readonly sampleRateHz: SampleRateHz;
}

/** Texts for one voice: the first of the selection. */
export interface PromptOrder {
  readonly speech: SpeechSelection;
  /** That the calls are likely to have. Default 8000. */
  readonly sampleRateHz?: SampleRateHz;
  readonly texts: readonly string[];
}

export type PromptNews =
  | { readonly outcome: 'prepared' }
  | { readonly outcome: 'failed'; readonly reason: string }
  /** A call says a text that was prepared. */
  | { readonly outcome: 'used' };

export interface PromptPorts extends SpeechPorts {
  /** Whether there are calls. */
  isBusy(): boolean;
  openVoice(speech: SpeechSelection): TextToSpeech;
  tell(news: PromptNews): void;
}

/** Between two texts while there are calls: a voice that a call waits for works on one sentence of ours at most. */
const busyPauseMs = 500;
const longestTextMs = 30_000;
/** A voice that failed so often in a row is not there. */
const mostFailures = 3;
/** 17 minutes of speech: half of what the voice inside keeps. */
const mostSamples = 8_000_000;

export class PreparedPrompts {
  readonly #ports: PromptPorts;
  /** By voice and text. */
  #prepared = new Set<string>();
  #abort: { readonly signal: AbortSignal; abort(): void } | undefined = undefined;

  constructor(ports: PromptPorts) {
    this.#ports = ports;
  }

  /** Begins anew with these; what is still to be done of earlier ones is left undone. */
  prepare(orders: readonly PromptOrder[]): Promise<void> {
    this.stop();
    this.#prepared = new Set();
    const aborting = this.#ports.newAbort();
    this.#abort = aborting;
    return this.#work(orders, aborting.signal);
  }

  stop(): void {
    this.#abort?.abort();
  }

  /** The voice of a call, watched for texts that were prepared. */
  watch(speech: SpeechSelection, voice: TextToSpeech): TextToSpeech {
    if (this.#prepared.size === 0) return voice;
    return {
      ...voice,
      synthesize: (request, signal) => {
        const isPrepared = request.cache !== 'skip' && this.#prepared.has(keyOf(speech, request));
        if (isPrepared) this.#ports.tell({ outcome: 'used' });
        return voice.synthesize(request, signal);
      },
    };
  }

  async #work(orders: readonly PromptOrder[], signal: AbortSignal): Promise<void> {
    let room = mostSamples;
    for (const { speech, texts, sampleRateHz = 8000 } of orders) {
      let failures = 0;
      for (const text of texts) {
        if (this.#ports.isBusy()) await this.#pause(signal);
        if (signal.aborted || room <= 0 || failures === mostFailures) break;
        const spoken = await this.#speak(speech, { text, sampleRateHz }, signal);
        if (signal.aborted) return;
        if (typeof spoken === 'string') {
          failures += 1;
          this.#ports.tell({ outcome: 'failed', reason: spoken });
          continue;
        }
        failures = 0;
        room -= spoken;
        this.#prepared.add(keyOf(speech, { text, sampleRateHz }));
        this.#ports.tell({ outcome: 'prepared' });
      }
    }
  }

  /** How many samples it took, or why it could not be spoken. */
  async #speak(speech: SpeechSelection, request: Prompt, stopped: AbortSignal): Promise<number | string> {
    const aborting = this.#ports.newAbort();
    const abort = (): void => aborting.abort();
    stopped.addEventListener('abort', abort);
    const cancel = this.#ports.after(longestTextMs, abort);
    let samples = 0;
    try {
      const voice = this.#ports.openVoice(speech);
      for await (const chunk of voice.synthesize(request, aborting.signal)) samples += chunk.length;
      return aborting.signal.aborted ? `it was not spoken within ${longestTextMs / 1000} s` : samples;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      cancel();
      stopped.removeEventListener('abort', abort);
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#ports.after(busyPauseMs, done);
      function done(): void {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}

/** Without what is secret in it. */
function keyOf({ tts: [voice] }: SpeechSelection, { text, sampleRateHz }: Prompt): string {
  return JSON.stringify([sampleRateHz, voice?.kind, voice?.options['url'], voice?.options['parameters'], text]);
}
