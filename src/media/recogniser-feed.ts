/** The way of the callee's audio to the recogniser: opened once, fed at the rate it wants, closed when it fails. */
import { Upsampler } from '../audio/index.ts';
import { gatewayError } from '../kit/index.ts';
import {
  isBelieved,
  type ListeningOptions,
  type RecognitionEvent,
  type RecognitionSession,
  type SpeechToText,
} from '../speech/index.ts';
import { frameSamples } from './frame.ts';

export class RecogniserFeed {
  readonly #upsampler: Upsampler | undefined;
  readonly #wide = new Int16Array(2 * frameSamples);
  readonly #onEvent: (event: RecognitionEvent, isDoubted: boolean) => void;
  /** What is less sure is doubted. */
  confidenceThreshold: number;
  #session: RecognitionSession | undefined = undefined;
  #isOver = false;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    speechToText: SpeechToText,
    { confidenceThreshold, ...options }: ListeningOptions,
    onEvent: (event: RecognitionEvent, isDoubted: boolean) => void,
  ) {
    this.#onEvent = onEvent;
    this.confidenceThreshold = confidenceThreshold;
    this.#upsampler = options.sampleRateHz === 16_000 ? new Upsampler() : undefined;
    try {
      const session = speechToText.open(options, (event) => this.#take(event));
      // An engine may fail while it is being opened.
      if (this.#isOver) session.close();
      else this.#session = session;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#take({ type: 'failed', error: gatewayError('speech.recognition-failed', message) });
    }
  }

  /** Hands over one frame that arrived at `atMs`; instants never run backwards. */
  write(frame: Int16Array, atMs: number): void {
    if (this.#session === undefined) return;
    this.#lastAtMs = Math.max(this.#lastAtMs, atMs);
    if (this.#upsampler === undefined) {
      this.#session.write(frame, this.#lastAtMs);
    } else {
      this.#upsampler.process(frame, this.#wide);
      this.#session.write(this.#wide, this.#lastAtMs);
    }
  }

  /** No event follows. */
  close(): void {
    this.#isOver = true;
    this.#session?.close();
    this.#session = undefined;
  }

  #take(event: RecognitionEvent): void {
    if (this.#isOver) return;
    if (event.type === 'failed') this.close();
    this.#onEvent(event, !this.#isBelieved(event));
  }

  #isBelieved(event: RecognitionEvent): boolean {
    if (event.type === 'final') return isBelieved(event, this.confidenceThreshold);
    if (event.type !== 'partial' || event.paused === undefined) return true;
    return isBelieved({ text: event.text, confidence: event.paused.confidence }, this.confidenceThreshold);
  }
}
