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
  /** As long as the last piece: the packets of a stream are of one length, so that nothing is allocated as a rule. */
  #piece = new Int16Array(frameSamples);
  #wide = new Int16Array(2 * frameSamples);
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

  /**
   * Hands over `count` samples from `from` on that arrived at `atMs`, or so much silence; instants never run backwards.
   * Pieces are at most 20 ms long.
   */
  write(samples: Int16Array | undefined, from: number, count: number, atMs: number): void {
    this.#lastAtMs = Math.max(this.#lastAtMs, atMs);
    for (let done = 0; done < count && this.#session !== undefined;) {
      const size = Math.min(frameSamples, count - done);
      this.#resize(size);
      for (let i = 0; i < size; i++) this.#piece[i] = samples?.[from + done + i] ?? 0;
      done += size;
      if (this.#upsampler !== undefined) this.#upsampler.process(this.#piece, this.#wide);
      this.#session.write(this.#upsampler === undefined ? this.#piece : this.#wide, this.#lastAtMs);
    }
  }

  /** No event follows. */
  close(): void {
    this.#isOver = true;
    this.#session?.close();
    this.#session = undefined;
  }

  #resize(size: number): void {
    if (this.#piece.length === size) return;
    this.#piece = new Int16Array(size);
    this.#wide = new Int16Array(2 * size);
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
