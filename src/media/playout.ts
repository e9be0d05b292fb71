/** What the callee is to hear: texts and files in the order of `play`, each from the moment its source yields a frame. */
import { type GatewayError, gatewayError } from '../kit/index.ts';
import type { MediaEvent } from './contract.ts';
import type { SampleRateHz } from '../speech/index.ts';
import { narrowbandHz } from './frame.ts';
import { type AudioSource, Playback } from './playback.ts';
import type { MediaPorts } from './ports.ts';

/** Sounds of one call that may be prepared or waiting at the same time; more are answered by `playback-failed`. */
const maxPlaybacks = 64;

export function audioUnavailable(reason: string): GatewayError {
  return gatewayError('media.audio-unavailable', `An audio file could not be played: ${reason}`);
}

export class Playout {
  readonly #ports: Pick<MediaPorts, 'newAbort' | 'nowMs'>;
  readonly #emit: (event: MediaEvent) => void;
  readonly #onAudio: () => void;
  readonly #prepared = new Map<string, Playback>();
  readonly #queue: Playback[] = [];
  /** The playback of which the present frame is. */
  #inFrame: Playback | undefined = undefined;
  #hasStarted = false;
  #isPaused = false;
  /** Of the frames that are taken. */
  sampleRateHz: SampleRateHz = narrowbandHz;

  /** `onAudio` is told whenever a frame that was silent before may now hold sound. */
  constructor(
    ports: Pick<MediaPorts, 'newAbort' | 'nowMs'>,
    emit: (event: MediaEvent) => void,
    onAudio: () => void = () => undefined,
  ) {
    this.#ports = ports;
    this.#emit = emit;
    this.#onAudio = onAudio;
  }

  /** Opens the source. An id that is already known changes nothing. */
  prepare(playbackId: string, source: AudioSource): void {
    if (this.#isKnown(playbackId) || this.#isFull()) return;
    let isTold = false;
    const tell = (): void => {
      if (isTold) return;
      isTold = true;
      this.#emit({ type: 'prepared', playbackId, atMs: this.#ports.nowMs() });
    };
    const playback = this.#open(playbackId, source, tell);
    this.#prepared.set(playbackId, playback);
    if (playback.isAllThere) tell();
  }

  /** Queues a source, or what was prepared under its id. An id that is still queued changes nothing. */
  play(playbackId: string, source: AudioSource, nowMs: number): void {
    if (this.#queue.some((playback) => playback.playbackId === playbackId)) return;
    const prepared = this.#prepared.get(playbackId);
    if (prepared === undefined && this.#isFull()) {
      this.#fail(playbackId, source.kind, `More than ${maxPlaybacks} sounds are waiting to be played.`);
      return;
    }
    this.#prepared.delete(playbackId);
    this.#queue.push(prepared ?? this.#open(playbackId, source));
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

  /** Everything stands still: frames are silent, and nothing begins or ends. Sources go on making audio. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Whether a frame taken now would hold sound. */
  get hasFrame(): boolean {
    const head = this.#queue[0];
    if (head === undefined || this.#isPaused) return false;
    return head.hasFrame;
  }

  /** Fills `into`, one frame, with sound or silence; true if any of it is sound. */
  takeFrame(into: Int16Array, nowMs: number): boolean {
    if (this.#isPaused) {
      into.fill(0);
      this.#inFrame = undefined;
      return false;
    }
    this.#settle(nowMs);
    const head = this.hasFrame ? this.#queue[0] : undefined;
    const count = head?.take(into, this.sampleRateHz) ?? 0;
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
      const { playbackId, firstSamplesAtMs = atMs } = playback;
      this.#emit({ type: 'playback-started', playbackId, firstSamplesAtMs, atMs });
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
    this.#isPaused = false;
  }

  /** Removes what is over from the head of the queue. */
  #settle(nowMs: number): void {
    for (;;) {
      const head = this.#queue[0];
      if (head === undefined || !head.isAllThere || !head.isEmpty) return;
      this.#queue.shift();
      this.#finish(head, nowMs, 'ended');
    }
  }

  #finish(playback: Playback, atMs: number, end: 'ended' | 'stopped'): void {
    const { playbackId, kind, failure, takenMs: playedMs } = playback;
    playback.close();
    this.#hasStarted = false;
    if (failure === undefined || end === 'stopped') {
      // To be stopped is the only end of a loop.
      const isComplete = end === 'ended' || kind === 'loop';
      this.#emit({ type: 'playback-finished', playbackId, isComplete, playedMs, atMs });
    } else {
      this.#fail(playbackId, kind, failure);
    }
  }

  #fail(playbackId: string, kind: AudioSource['kind'], reason: string): void {
    const error = kind === 'text' ? gatewayError('speech.synthesis-failed', reason) : audioUnavailable(reason);
    this.#emit({ type: 'playback-failed', playbackId, error });
  }

  #open(playbackId: string, source: AudioSource, onReady: () => void = () => undefined): Playback {
    const onAudio = (): void => {
      onReady();
      this.#onAudio();
    };
    return new Playback(playbackId, source, this.#ports.newAbort(), () => this.#ports.nowMs(), onAudio);
  }

  #isKnown(playbackId: string): boolean {
    return this.#prepared.has(playbackId) || this.#queue.some((playback) => playback.playbackId === playbackId);
  }

  #isFull(): boolean {
    return this.#prepared.size + this.#queue.length >= maxPlaybacks;
  }
}
