/**
 * One call's ear at a service that is given utterances one by one: begin and end of speech are found here, from the level
 * of the audio, and what lies between is sent when it is over. There are no guesses on the way.
 */
import { gatewayError, type Result } from '../../kit/index.ts';
import type { RecognitionEvent, RecognitionOptions, RecognitionSession } from '../../speech/index.ts';
import { type EndpointDecision, Endpointer, frameMs } from '../local-speech/endpointer.ts';
import { FrameLog } from '../local-speech/frame-log.ts';
import type { SpeechServicePorts } from './service-ports.ts';
import { VoiceGate } from './voice-gate.ts';

/** Audio kept before the onset and after the last voice, in frames (320 and 512 ms): clipped words are not understood. */
const preRollFrames = 10;
const postRollFrames = 16;
/** Utterances that wait for their words; a service that is further behind does not follow the call. */
const mostWaiting = 8;

export interface Words {
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** The words of one utterance, or why there are none, in a sentence without secrets. May reject when `signal` aborts. */
export type Transcribe = (pcm: Int16Array, signal: AbortSignal) => Promise<Result<Words, string>>;

interface Utterance {
  readonly lastVoiceAtMs: number;
  readonly speechEndedAtMs: number;
  readonly pcm: Int16Array;
}

export class UtteranceRecognition implements RecognitionSession {
  readonly #transcribe: Transcribe;
  readonly #onEvent: (event: RecognitionEvent) => void;
  readonly #ports: SpeechServicePorts;
  readonly #abort: { readonly signal: AbortSignal; abort(): void };
  readonly #endpointer: Endpointer;
  readonly #gate = new VoiceGate();
  readonly #log = new FrameLog();
  readonly #frame: Int16Array;
  #filled = 0;
  #firstAtMs = 0;
  /** The frame after the last one that belongs to an earlier utterance. */
  #freeFrame = 0;
  /** Oldest first; asked for one after the other, so that finals leave in order. */
  readonly #waiting: Utterance[] = [];
  #isClosed = false;

  constructor(
    transcribe: Transcribe,
    { sampleRateHz, endOfSpeechMs }: RecognitionOptions,
    onEvent: (event: RecognitionEvent) => void,
    ports: SpeechServicePorts,
  ) {
    this.#transcribe = transcribe;
    this.#onEvent = onEvent;
    this.#ports = ports;
    this.#abort = ports.newAbort();
    this.#endpointer = new Endpointer(endOfSpeechMs);
    this.#frame = new Int16Array((sampleRateHz / 1000) * frameMs);
  }

  write(pcm: Int16Array, atMs: number): void {
    for (let from = 0; from < pcm.length && !this.#isClosed;) {
      if (this.#filled === 0) this.#firstAtMs = atMs;
      const piece = pcm.subarray(from, from + this.#frame.length - this.#filled);
      this.#frame.set(piece, this.#filled);
      this.#filled += piece.length;
      from += piece.length;
      if (this.#filled < this.#frame.length) return;
      this.#filled = 0;
      this.#onFrame(this.#frame.slice(), atMs);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#abort.abort();
    this.#waiting.length = 0;
  }

  #onFrame(frame: Int16Array, atMs: number): void {
    this.#log.push(frame, this.#firstAtMs, atMs);
    for (const decision of this.#endpointer.push(this.#gate.judge(frame))) {
      if (!this.#isClosed) this.#onDecision(decision, atMs);
    }
    // A start found later lies at most two frames before this one.
    const mayStart = this.#endpointer.onsetFrame ?? this.#log.nextFrame - 3;
    this.#log.forgetBefore(mayStart - preRollFrames);
  }

  #onDecision(decision: EndpointDecision, atMs: number): void {
    switch (decision.type) {
      case 'started':
        this.#onEvent({ type: 'speech-started', onsetAtMs: this.#log.firstAtMs(decision.onsetFrame) ?? atMs, atMs });
        return;
      case 'ended':
        this.#onEnded(decision, atMs);
        return;
      case 'paused':
      case 'resumed':
        return;
      default:
        decision satisfies never;
    }
  }

  #onEnded(decision: Extract<EndpointDecision, { type: 'ended' }>, atMs: number): void {
    const { onsetFrame, lastVoiceFrame, isCut } = decision;
    const from = Math.max(onsetFrame - preRollFrames, this.#freeFrame);
    // What comes after a cut belongs to the next utterance.
    const to = Math.min(lastVoiceFrame + 1 + (isCut ? 0 : postRollFrames), this.#log.nextFrame);
    this.#freeFrame = lastVoiceFrame + 1;
    const lastVoiceAtMs = this.#log.lastAtMs(lastVoiceFrame) ?? atMs;
    this.#onEvent({ type: 'speech-ended', lastVoiceAtMs, atMs });
    if (this.#isClosed) return;
    const pcm = this.#log.copy(from, to, 0, 0);
    this.#waiting.push({ lastVoiceAtMs, speechEndedAtMs: atMs, pcm });
    if (this.#waiting.length > mostWaiting) this.#fail(`${mostWaiting} utterances wait for their words.`);
    else if (this.#waiting.length === 1) void this.#ask();
  }

  async #ask(): Promise<void> {
    for (;;) {
      const [utterance] = this.#waiting;
      if (utterance === undefined) return;
      const outcome = await this.#transcribe(utterance.pcm, this.#abort.signal).catch(() => undefined);
      if (this.#isClosed || outcome === undefined) return;
      if (!outcome.ok) {
        this.#fail(outcome.error);
        return;
      }
      this.#waiting.shift();
      const { lastVoiceAtMs, speechEndedAtMs } = utterance;
      this.#onEvent({ type: 'final', ...outcome.value, lastVoiceAtMs, speechEndedAtMs, atMs: this.#ports.nowMs() });
    }
  }

  #fail(reason: string): void {
    this.close();
    this.#onEvent({ type: 'failed', error: gatewayError('speech.recognition-failed', `Recognition: ${reason}`) });
  }
}
