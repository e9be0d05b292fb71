/**
 * Several recognisers as one (promise R14). A session that fails is opened again within a second and hears the last
 * seconds once more, so that no words are lost; after three failures in ten seconds, or three without a sign of life in
 * between, the next recogniser takes its place, and after the last one the session has failed. There is no way back to an earlier one within a call.
 */
import { type GatewayError, gatewayError } from '../kit/index.ts';
import { AudioRing } from './audio-ring.ts';
import type { RecognitionEvent, RecognitionOptions, RecognitionSession, SpeechToText } from './contract.ts';
import type { ExpectedSpeech } from './expected-speech.ts';
import type { SpeechPorts } from './selection.ts';

/** What can be heard again: an utterance that lasts longer than this loses its beginning when its session fails. */
const ringMs = 8000;
/** Heard again when nobody was speaking: a voice may have begun that was not noticed yet. */
const quietReplayMs = 2000;
/** Heard again before the noticed beginning of a voice. */
const preRollMs = 500;
const mostFailures = 3;
const failureWindowMs = 10_000;
/** Waits before a session is opened again, by the number of failures in the window. */
const reopenAfterMs = [0, 250, 750];
/** How long a voice that was cut off may stay without a word of the new session, from its opening. */
const lostVoiceMs = 5000;

export interface RecognitionChoice {
  readonly name?: string;
  readonly speechToText: SpeechToText;
}

/** `onProvider` is told whenever another recogniser takes over, with its index. */
export function failoverSpeechToText(
  choices: readonly RecognitionChoice[],
  ports: SpeechPorts,
  onProvider: (index: number) => void,
): SpeechToText {
  return {
    spec: 'stt/1',
    name: choices.map(({ speechToText }) => speechToText.name).join(', then '),
    open: (options, onEvent) => new FailoverSession(choices, options, onEvent, ports, onProvider),
  };
}

class FailoverSession implements RecognitionSession {
  readonly #choices: readonly RecognitionChoice[];
  readonly #options: RecognitionOptions;
  readonly #onEvent: (event: RecognitionEvent) => void;
  readonly #ports: SpeechPorts;
  readonly #onProvider: (index: number) => void;
  readonly #ring: AudioRing;
  #index = 0;
  #session: RecognitionSession | undefined;
  /** Counts the sessions: what an earlier one still says is not heard. */
  #generation = 0;
  #failedAtMs: number[] = [];
  /** Nothing has been heard of this recogniser since it failed. */
  #isMute = true;
  #cancelReopen: (() => void) | undefined;
  #cancelLost: (() => void) | undefined;
  /** The voice that has begun and has no final yet. */
  #voice: { readonly onsetAtMs: number; lastVoiceAtMs: number; hasEnded: boolean } | undefined;
  /** Everything up to this instant has become words. */
  #settledAtMs = Number.NEGATIVE_INFINITY;
  #expected: ExpectedSpeech | undefined;
  #isClosed = false;

  constructor(
    choices: readonly RecognitionChoice[],
    options: RecognitionOptions,
    onEvent: (event: RecognitionEvent) => void,
    ports: SpeechPorts,
    onProvider: (index: number) => void,
  ) {
    this.#choices = choices;
    this.#options = options;
    this.#onEvent = onEvent;
    this.#ports = ports;
    this.#onProvider = onProvider;
    this.#ring = new AudioRing(options.sampleRateHz, ringMs);
    this.#open();
  }

  write(pcm: Int16Array, atMs: number): void {
    if (this.#isClosed) return;
    this.#ring.push(pcm, atMs);
    this.#session?.write(pcm, atMs);
  }

  expect(expected: ExpectedSpeech | undefined): void {
    this.#expected = expected;
    this.#session?.expect?.(expected);
  }

  close(): void {
    this.#isClosed = true;
    this.#generation += 1;
    this.#cancelReopen?.();
    this.#cancelLost?.();
    this.#session?.close();
    this.#session = undefined;
  }

  #open(): void {
    const choice = this.#choices[this.#index];
    if (choice === undefined) throw new RangeError('a recogniser that was not chosen');
    const generation = (this.#generation += 1);
    try {
      const session = choice.speechToText.open(this.#options, (event) => {
        if (generation === this.#generation) this.#take(event);
      });
      session.expect?.(this.#expected);
      // It may have failed while it was being opened.
      if (generation === this.#generation) this.#session = session;
      else session.close();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#onFailed(gatewayError('speech.recognition-failed', message));
    }
  }

  #reopen(): void {
    this.#open();
    const session = this.#session;
    if (session === undefined) return;
    const heardAtMs =
      this.#voice === undefined ? this.#ports.nowMs() - quietReplayMs : this.#voice.onsetAtMs - preRollMs;
    this.#ring.replay(Math.max(heardAtMs, this.#settledAtMs), (pcm, atMs) => session.write(pcm, atMs));
    if (this.#voice === undefined) return;
    this.#cancelLost = this.#ports.after(lostVoiceMs, () => {
      this.#giveVoiceUp();
    });
  }

  #take(event: RecognitionEvent): void {
    if (event.type === 'failed') {
      this.#onFailed(event.error);
      return;
    }
    this.#isMute = false;
    this.#cancelLost?.();
    this.#cancelLost = undefined;
    const isNews = this.#follow(event);
    if (isNews) this.#onEvent(event);
  }

  /** Keeps track of the voice; false for what has been told before. */
  #follow(event: Exclude<RecognitionEvent, { type: 'failed' }>): boolean {
    switch (event.type) {
      case 'speech-started': {
        const isNew = this.#voice === undefined;
        this.#voice ??= { onsetAtMs: event.onsetAtMs, lastVoiceAtMs: event.onsetAtMs, hasEnded: false };
        return isNew;
      }
      case 'speech-ended': {
        const isNew = this.#voice?.hasEnded !== true;
        if (this.#voice !== undefined) {
          this.#voice.hasEnded = true;
          this.#voice.lastVoiceAtMs = event.lastVoiceAtMs;
        }
        return isNew;
      }
      case 'final':
        this.#voice = undefined;
        this.#settledAtMs = event.lastVoiceAtMs;
        return true;
      case 'partial':
        return true;
      default:
        return event satisfies never;
    }
  }

  #onFailed(error: GatewayError): void {
    const nowMs = this.#ports.nowMs();
    this.#generation += 1;
    this.#session?.close();
    this.#session = undefined;
    this.#cancelLost?.();
    const counts = (atMs: number): boolean => this.#isMute || nowMs - atMs < failureWindowMs;
    this.#failedAtMs = [...this.#failedAtMs.filter(counts), nowMs];
    this.#isMute = true;
    const failures = this.#failedAtMs.length;
    if (failures >= mostFailures) {
      if (this.#index + 1 >= this.#choices.length) {
        this.close();
        this.#onEvent({ type: 'failed', error });
        return;
      }
      this.#index += 1;
      this.#failedAtMs = [];
      this.#onProvider(this.#index);
    }
    const delayMs = failures >= mostFailures ? 0 : (reopenAfterMs[failures - 1] ?? 0);
    this.#cancelReopen = this.#ports.after(delayMs, () => {
      this.#reopen();
    });
  }

  /** A voice was noticed, and the new session finds no words in it: they are lost, and the call must not wait for them. */
  #giveVoiceUp(): void {
    const voice = this.#voice;
    if (voice === undefined) return;
    this.#voice = undefined;
    const atMs = this.#ports.nowMs();
    const { lastVoiceAtMs } = voice;
    this.#settledAtMs = atMs;
    if (!voice.hasEnded) this.#onEvent({ type: 'speech-ended', lastVoiceAtMs, atMs });
    this.#onEvent({ type: 'final', text: '', confidence: 0, lastVoiceAtMs, speechEndedAtMs: atMs, atMs });
  }
}
