/** The way of the callee's audio to the recogniser: opened once, fed at the rate of the call, closed when it fails. */
import { copySamples } from '../audio/index.ts';
import { gatewayError } from '../kit/index.ts';
import { LossConcealment } from '../rtp/index.ts';
import {
  type ExpectedSpeech,
  isBelieved,
  type ListeningOptions,
  type RecognitionEvent,
  type RecognitionSession,
  type SampleRateHz,
  type SpeechToText,
} from '../speech/index.ts';
import { frameSamplesAt } from './frame.ts';

/** Whatever lies behind its end is 0. */
const silence = new Int16Array(0);

export class RecogniserFeed {
  readonly #frameSamples: number;
  /** As long as the last piece: the packets of a stream are of one length, so that nothing is allocated as a rule. */
  #piece: Int16Array;
  readonly #onEvent: (event: RecognitionEvent, isDoubted: boolean) => void;
  /** What is less sure is doubted. */
  confidenceThreshold: number;
  #session: RecognitionSession | undefined = undefined;
  #isOver = false;
  readonly #concealment: LossConcealment;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    speechToText: SpeechToText,
    { confidenceThreshold, ...options }: ListeningOptions,
    sampleRateHz: SampleRateHz,
    onEvent: (event: RecognitionEvent, isDoubted: boolean) => void,
  ) {
    this.#onEvent = onEvent;
    this.confidenceThreshold = confidenceThreshold;
    this.#frameSamples = frameSamplesAt(sampleRateHz);
    this.#piece = new Int16Array(this.#frameSamples);
    this.#concealment = new LossConcealment(sampleRateHz);
    try {
      const session = speechToText.open({ ...options, sampleRateHz }, (event) => this.#take(event));
      // An engine may fail while it is being opened.
      if (this.#isOver) session.close();
      else this.#session = session;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#take({ type: 'failed', error: gatewayError('speech.recognition-failed', message) });
    }
  }

  /**
   * Hands over `count` samples from `from` on that arrived at `atMs`; without samples what they may have been (`LossConcealment`),
   * for words are understood better across gaps that are filled. Instants never run backwards, and pieces are at most 20 ms long.
   */
  write(samples: Int16Array | undefined, from: number, count: number, atMs: number): void {
    this.#lastAtMs = Math.max(this.#lastAtMs, atMs);
    for (let done = 0; done < count && this.#session !== undefined;) {
      const size = Math.min(this.#frameSamples, count - done);
      this.#resize(size);
      if (samples === undefined) {
        this.#concealment.conceal(this.#piece, 0, size);
      } else {
        copySamples(samples, from + done, this.#piece, 0, size);
        this.#concealment.receive(this.#piece, 0, size);
      }
      done += size;
      this.#session.write(this.#piece, this.#lastAtMs);
    }
  }

  /** The same, of silence that is meant. */
  writeSilence(count: number, atMs: number): void {
    this.write(silence, 0, count, atMs);
  }

  /** What is likely to be said from now on. */
  expect(expected: ExpectedSpeech | undefined): void {
    this.#session?.expect?.(expected);
  }

  /** No event follows. */
  close(): void {
    this.#isOver = true;
    this.#session?.close();
    this.#session = undefined;
  }

  #resize(size: number): void {
    if (this.#piece.length !== size) this.#piece = new Int16Array(size);
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
