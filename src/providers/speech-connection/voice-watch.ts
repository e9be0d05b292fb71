/**
 * When voices began and ended, for services that say only what they heard and not when: found from the level of the audio.
 */
import { Endpointer, frameMs } from '../local-speech/endpointer.ts';
import { FrameLog } from '../local-speech/frame-log.ts';
import { VoiceGate } from './voice-gate.ts';

export interface VoiceSpan {
  readonly onsetAtMs: number;
  lastVoiceAtMs: number;
}

/** A voice of which the service says nothing for so long after its end was none to it. */
const forgottenAfterMs = 3000;
/** A start is found at most so many frames late. */
const lateFrames = 3;
/** The log is there for its instants. */
const noSamples = new Int16Array(0);

export class VoiceWatch {
  readonly #gate = new VoiceGate();
  readonly #endpointer: Endpointer;
  readonly #frame: Int16Array;
  readonly #log = new FrameLog();
  #filled = 0;
  #firstAtMs = 0;
  /** Oldest first; the last one may be going on. */
  #spans: VoiceSpan[] = [];

  constructor(sampleRateHz: number, endOfSpeechMs: number) {
    this.#endpointer = new Endpointer(endOfSpeechMs);
    this.#frame = new Int16Array((sampleRateHz / 1000) * frameMs);
  }

  write(pcm: Int16Array, atMs: number): void {
    for (let from = 0; from < pcm.length;) {
      if (this.#filled === 0) this.#firstAtMs = atMs;
      const piece = pcm.subarray(from, from + this.#frame.length - this.#filled);
      this.#frame.set(piece, this.#filled);
      this.#filled += piece.length;
      from += piece.length;
      if (this.#filled < this.#frame.length) return;
      this.#filled = 0;
      this.#onFrame(atMs);
    }
  }

  /** The voice that words belong to which come at this instant; undefined when none was noticed. */
  spanAt(atMs: number): VoiceSpan | undefined {
    this.#spans = this.#spans.filter(({ lastVoiceAtMs }) => atMs - lastVoiceAtMs < forgottenAfterMs);
    return this.#spans[0];
  }

  /** Its words have come. */
  take(span: VoiceSpan | undefined): void {
    this.#spans = this.#spans.filter((each) => each !== span);
  }

  #onFrame(atMs: number): void {
    this.#log.push(noSamples, this.#firstAtMs, atMs);
    const probability = this.#gate.judge(this.#frame);
    for (const decision of this.#endpointer.push(probability)) {
      if (decision.type === 'started') {
        this.#spans.push({ onsetAtMs: this.#log.firstAtMs(decision.onsetFrame) ?? atMs, lastVoiceAtMs: atMs });
      }
    }
    const { onsetFrame } = this.#endpointer;
    const span = onsetFrame === undefined ? undefined : this.#spans.at(-1);
    if (span !== undefined && probability > 0) span.lastVoiceAtMs = atMs;
    this.#log.forgetBefore(onsetFrame ?? this.#log.nextFrame - lateFrames);
  }
}
