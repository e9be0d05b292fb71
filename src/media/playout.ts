/** What the callee is to hear: texts in the order of `play`, each from the moment its synthesis yields a frame. */
import { gatewayError } from '../kit/index.ts';
import type { TextToSpeech } from '../speech/index.ts';
import type { MediaEvent } from './contract.ts';
import { samplesPerMs } from './frame.ts';
import { Playback } from './playback.ts';
import type { AbortHandle } from './ports.ts';

/** Texts of one call that may be prepared or waiting at the same time; more are answered by `playback-failed`. */
const maxPlaybacks = 64;

export class Playout {
  readonly #textToSpeech: TextToSpeech;
  readonly #newAbort: () => AbortHandle;
  readonly #emit: (event: MediaEvent) => void;
  readonly #prepared = new Map<string, Playback>();
  readonly #queue: Playback[] = [];
  /** The playback of which the present frame is. */
  #inFrame: Playback | undefined = undefined;
  #hasStarted = false;

  constructor(textToSpeech: TextToSpeech, newAbort: () => AbortHandle, emit: (event: MediaEvent) => void) {
    this.#textToSpeech = textToSpeech;
    this.#newAbort = newAbort;
    this.#emit = emit;
  }

  /** Starts the synthesis. An id that is already known changes nothing. */
  prepare(playbackId: string, text: string): void {
    if (this.#isKnown(playbackId) || this.#isFull()) return;
    this.#prepared.set(playbackId, this.#open(playbackId, text));
  }

  /** Queues a text, or what was prepared under its id. An id that is still queued changes nothing. */
  play(playbackId: string, text: string, nowMs: number): void {
    if (this.#queue.some((playback) => playback.playbackId === playbackId)) return;
    const prepared = this.#prepared.get(playbackId);
    if (prepared === undefined && this.#isFull()) {
      const message = `More than ${maxPlaybacks} texts are waiting to be spoken.`;
      this.#emit({ type: 'playback-failed', playbackId, error: gatewayError('speech.synthesis-failed', message) });
      return;
    }
    this.#prepared.delete(playbackId);
    this.#queue.push(prepared ?? this.#open(playbackId, text));
    this.#settle(nowMs);
  }

  /**
   * Forgets everything at once: the next frame is silent. What was queued is told as finished; what was only prepared
   * was never asked for, so nothing is said of it.
   */
  stop(nowMs: number): void {
    for (const playback of this.#queue.splice(0)) this.#finish(playback, nowMs, 'stopped');
    this.close();
  }

  /** Fills `into`, one frame, with speech or silence; true if any of it is speech. */
  takeFrame(into: Int16Array, nowMs: number): boolean {
    this.#settle(nowMs);
    const head = this.#queue[0];
    const isReady = head !== undefined && (head.bufferedSamples >= into.length || head.isSynthesized);
    const count = isReady ? head.take(into) : 0;
    into.fill(0, count);
    this.#inFrame = count > 0 ? head : undefined;
    return count > 0;
  }

  /** The frame taken last was sent at `atMs`: tells of what began and ended with it. */
  onFrameSent(atMs: number): void {
    const playback = this.#inFrame;
    if (playback === undefined) return;
    this.#inFrame = undefined;
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      this.#emit({ type: 'playback-started', playbackId: playback.playbackId, atMs });
    }
    this.#settle(atMs);
  }

  /** Frees everything without a word. */
  close(): void {
    for (const playback of this.#prepared.values()) playback.close();
    for (const playback of this.#queue) playback.close();
    this.#prepared.clear();
    this.#queue.length = 0;
    this.#inFrame = undefined;
    this.#hasStarted = false;
  }

  /** Removes what is over from the head of the queue. */
  #settle(nowMs: number): void {
    for (;;) {
      const head = this.#queue[0];
      if (head === undefined || !head.isSynthesized || head.bufferedSamples > 0) return;
      this.#queue.shift();
      this.#finish(head, nowMs, 'ended');
    }
  }

  #finish(playback: Playback, atMs: number, end: 'ended' | 'stopped'): void {
    const { playbackId, failure } = playback;
    const playedMs = playback.takenSamples / samplesPerMs;
    playback.close();
    this.#hasStarted = false;
    if (failure === undefined || end === 'stopped') {
      this.#emit({ type: 'playback-finished', playbackId, isComplete: end === 'ended', playedMs, atMs });
    } else {
      this.#emit({ type: 'playback-failed', playbackId, error: gatewayError('speech.synthesis-failed', failure) });
    }
  }

  #open(playbackId: string, text: string): Playback {
    return new Playback(playbackId, text, this.#textToSpeech, this.#newAbort());
  }

  #isKnown(playbackId: string): boolean {
    return this.#prepared.has(playbackId) || this.#queue.some((playback) => playback.playbackId === playbackId);
  }

  #isFull(): boolean {
    return this.#prepared.size + this.#queue.length >= maxPlaybacks;
  }
}
