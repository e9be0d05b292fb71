/**
 * One call's ear: cuts its audio into frames, has them judged, lets the endpointer find utterances and asks the
 * recogniser for their words. Knows no thread and no timer; everything happens inside a call from outside.
 */
import { gatewayError } from '../../kit/index.ts';
import type { ExpectedSpeech, RecognitionEvent, RecognitionOptions, RecognitionSession } from '../../speech/index.ts';
import type { DetectionListener, DetectionStream } from './detector.ts';
import { type EndpointDecision, Endpointer, frameMs } from './endpointer.ts';
import { FrameLog } from './frame-log.ts';
import type { Transcript } from './moonshine-decoder.ts';
import type { JobTaker, RecognitionJob } from './recogniser.ts';
import type { JobKind } from './recognition-queue.ts';
import { Downsampler } from '../../audio/index.ts';

export interface SessionPorts {
  nowMs(): number;
  openStream(listener: DetectionListener): DetectionStream;
  readonly recogniser: JobTaker;
  /** Time between guesses, ms; 0 for none. */
  readonly partialEveryMs: number;
  /** A frame was refused: detection is more than 10 s behind. */
  onFrameDropped(): void;
  onClosed(session: RecognitionSession): void;
}

/** Audio kept before the onset and after the last voice, in frames (320 and 512 ms). */
const preRollFrames = 10;
const postRollFrames = 16;
/**
 * The recogniser wants this much before and after the speech; what the call did not give is filled with silence. With
 * 200 and 300 ms it made twice as many errors (bench/speech.ts: 4.4 instead of 2.2 % of the words).
 */
const leadMs = 250;
const tailMs = 500;

/** An utterance that is over and whose words are awaited. */
interface EndedUtterance {
  readonly lastVoiceAtMs: number;
  readonly speechEndedAtMs: number;
  transcript: Transcript | undefined;
}

/** A decode for the utterance that is going on, or the last one that ended. */
interface Decode {
  job: RecognitionJob | undefined;
  /** The words, once known. */
  transcript: Transcript | undefined;
  /** Set when the utterance has ended with this decode as its answer. */
  answers: EndedUtterance | undefined;
}

export class LocalRecognitionSession implements RecognitionSession {
  readonly #options: RecognitionOptions;
  readonly #ports: SessionPorts;
  readonly #onEvent: (event: RecognitionEvent) => void;
  readonly #stream: DetectionStream;
  readonly #endpointer: Endpointer;
  readonly #log = new FrameLog();
  /** The detector hears 8 kHz. */
  readonly #downsampler: Downsampler | undefined;
  #filling: Int16Array;
  #filledSamples = 0;
  #fillingFirstAtMs = 0;
  /** Frames judged so far; the next probability belongs to the frame of this number. */
  #judgedFrames = 0;
  /** The frame after the last one that belongs to an earlier utterance. */
  #freeFrame = 0;
  #speculation: Decode | undefined;
  #partial: RecognitionJob | undefined;
  #lastPartialFrame = 0;
  /** Oldest first; finals leave in this order, whichever thread is faster. */
  readonly #ended: EndedUtterance[] = [];
  readonly #jobs = new Set<RecognitionJob>();
  #expected: ExpectedSpeech | undefined;
  #isClosed = false;

  constructor(options: RecognitionOptions, onEvent: (event: RecognitionEvent) => void, ports: SessionPorts) {
    this.#options = options;
    this.#onEvent = onEvent;
    this.#ports = ports;
    this.#endpointer = new Endpointer(Math.min(3000, Math.max(200, options.endOfSpeechMs)), options.sensitivity);
    this.#downsampler = options.sampleRateHz === 16_000 ? new Downsampler() : undefined;
    this.#filling = new Int16Array(this.#frameSamples);
    this.#stream = ports.openStream({
      onProbability: (probability) => this.#onProbability(probability),
      onLost: (reason) => this.#fail(`speech detection stopped: ${reason}`),
    });
  }

  get #frameSamples(): number {
    return (this.#options.sampleRateHz / 1000) * frameMs;
  }

  write(pcm: Int16Array, atMs: number): void {
    for (let from = 0; from < pcm.length && !this.#isClosed;) {
      if (this.#filledSamples === 0) this.#fillingFirstAtMs = atMs;
      const piece = pcm.subarray(from, from + this.#frameSamples - this.#filledSamples);
      this.#filling.set(piece, this.#filledSamples);
      this.#filledSamples += piece.length;
      from += piece.length;
      if (this.#filledSamples === this.#frameSamples) this.#finishFrame(atMs);
    }
  }

  /** Counts for what is decoded from now on: a voice that has begun as well, unless it has paused already. */
  expect(expected: ExpectedSpeech | undefined): void {
    this.#expected = expected;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.close();
    for (const job of this.#jobs) this.#ports.recogniser.cancel(job);
    this.#jobs.clear();
    this.#ports.onClosed(this);
  }

  #finishFrame(atMs: number): void {
    const frame = this.#filling;
    this.#filledSamples = 0;
    const isTaken = this.#stream.push(this.#narrowband(frame));
    if (!isTaken) return this.#ports.onFrameDropped();
    this.#log.push(frame, this.#fillingFirstAtMs, atMs);
    this.#filling = new Int16Array(this.#frameSamples);
  }

  #narrowband(frame: Int16Array): Int16Array {
    if (this.#downsampler === undefined) return frame;
    const halved = new Int16Array(frame.length / 2);
    this.#downsampler.process(frame, halved);
    return halved;
  }

  #onProbability(probability: number): void {
    this.#judgedFrames += 1;
    for (const decision of this.#endpointer.push(probability)) {
      if (!this.#isClosed) this.#onDecision(decision);
    }
    if (this.#isClosed) return;
    const onset = this.#endpointer.onsetFrame;
    if (onset !== undefined) this.#guessNowAndThen(onset);
    // A start found later lies at most two frames before the next one judged.
    const mayStart = onset ?? this.#judgedFrames - 2;
    this.#log.forgetBefore(mayStart - preRollFrames);
  }

  #onDecision(decision: EndpointDecision): void {
    const nowMs = this.#ports.nowMs();
    switch (decision.type) {
      case 'started': {
        const onsetAtMs = this.#log.firstAtMs(decision.onsetFrame) ?? nowMs;
        this.#lastPartialFrame = decision.onsetFrame;
        return this.#onEvent({ type: 'speech-started', onsetAtMs, atMs: nowMs });
      }
      case 'paused': {
        const onset = this.#endpointer.onsetFrame ?? decision.lastVoiceFrame;
        this.#speculation = this.#decode('speculative', onset, decision.lastVoiceFrame);
        return;
      }
      case 'resumed': {
        const { transcript, job } = this.#speculation ?? {};
        this.#cancel(job);
        this.#speculation = undefined;
        const text = transcript?.text ?? '';
        if (text !== '') this.#onEvent({ type: 'partial', text, atMs: nowMs });
        return;
      }
      case 'ended':
        return this.#onEnded(decision, nowMs);
      default:
        return decision satisfies never;
    }
  }

  #onEnded(decision: Extract<EndpointDecision, { type: 'ended' }>, nowMs: number): void {
    const { onsetFrame, lastVoiceFrame, isCut } = decision;
    const lastVoiceAtMs = this.#log.lastAtMs(lastVoiceFrame) ?? nowMs;
    const utterance: EndedUtterance = { lastVoiceAtMs, speechEndedAtMs: nowMs, transcript: undefined };
    this.#ended.push(utterance);
    this.#cancel(this.#partial);
    this.#partial = undefined;
    const ahead = this.#speculation;
    this.#speculation = undefined;
    this.#onEvent({ type: 'speech-ended', lastVoiceAtMs, atMs: nowMs });
    if (this.#isClosed) return;
    if (ahead?.transcript !== undefined) {
      utterance.transcript = ahead.transcript;
    } else if (ahead?.job !== undefined) {
      ahead.answers = utterance;
      this.#ports.recogniser.promote(ahead.job);
    } else {
      const decode = this.#decode('final', onsetFrame, lastVoiceFrame, isCut ? 0 : postRollFrames);
      if (decode.transcript === undefined) decode.answers = utterance;
      else utterance.transcript = decode.transcript;
    }
    this.#freeFrame = lastVoiceFrame + 1;
    this.#sendFinals();
  }

  /** Asks for the words from `onsetFrame` to `lastVoiceFrame`. */
  #decode(kind: JobKind, onsetFrame: number, lastVoiceFrame: number, postRoll: number = postRollFrames): Decode {
    const decode: Decode = { job: undefined, transcript: undefined, answers: undefined };
    const settle = (transcript: Transcript | undefined): void => {
      decode.job = undefined;
      decode.transcript = transcript;
      if (decode.answers === undefined) return this.#tellPause(decode, lastVoiceFrame);
      decode.answers.transcript = transcript ?? { text: '', confidence: 0 };
      this.#sendFinals();
    };
    const job = this.#job(kind, onsetFrame, lastVoiceFrame, postRoll, (transcript) => {
      // Thrown out of the queue: what was decoded ahead can be asked for again at the end, a final cannot.
      settle(transcript ?? (kind === 'final' ? { text: '', confidence: 0 } : undefined));
    });
    decode.job = job;
    this.#ports.recogniser.add(kind, job);
    return decode;
  }

  /** What was decoded in a pause that still lasts will be final if it lasts on. */
  #tellPause(decode: Decode, lastVoiceFrame: number): void {
    const { transcript } = decode;
    if (decode !== this.#speculation || transcript === undefined || transcript.text === '') return;
    const { text, confidence } = transcript;
    const atMs = this.#ports.nowMs();
    const lastVoiceAtMs = this.#log.lastAtMs(lastVoiceFrame) ?? atMs;
    this.#onEvent({ type: 'partial', text, atMs, paused: { confidence, lastVoiceAtMs } });
  }

  #guessNowAndThen(onsetFrame: number): void {
    const { partialEveryMs, recogniser } = this.#ports;
    const frame = this.#judgedFrames - 1;
    if (partialEveryMs === 0 || this.#partial !== undefined || this.#speculation !== undefined) return;
    if ((frame - this.#lastPartialFrame) * frameMs < partialEveryMs) return;
    this.#lastPartialFrame = frame;
    this.#partial = this.#job('partial', onsetFrame, frame, 0, (transcript) => {
      this.#partial = undefined;
      const text = transcript?.text ?? '';
      if (text !== '') this.#onEvent({ type: 'partial', text, atMs: this.#ports.nowMs() });
    });
    recogniser.add('partial', this.#partial);
  }

  /** `onDone` is given undefined when the job was thrown out of the queue. */
  #job(
    kind: JobKind,
    onsetFrame: number,
    lastVoiceFrame: number,
    postRoll: number,
    onDone: (transcript: Transcript | undefined) => void,
  ): RecognitionJob {
    const from = Math.max(onsetFrame - preRollFrames, this.#freeFrame, this.#log.oldestFrame);
    const to = Math.min(lastVoiceFrame + 1 + postRoll, this.#judgedFrames);
    const samplesPerMs = this.#options.sampleRateHz / 1000;
    const leadSamples = Math.max(0, leadMs - (onsetFrame - from) * frameMs) * samplesPerMs;
    const tailSamples = Math.max(0, tailMs - (to - 1 - lastVoiceFrame) * frameMs) * samplesPerMs;
    const done = (transcript: Transcript | undefined): void => {
      if (this.#jobs.delete(job)) onDone(transcript);
    };
    const job: RecognitionJob = {
      pcm: this.#log.copy(from, to, leadSamples, tailSamples),
      sampleRateHz: this.#options.sampleRateHz,
      speechMs: (lastVoiceFrame - onsetFrame + 1) * frameMs,
      ...(this.#expected === undefined || kind === 'partial' ? {} : { expected: this.#expected }),
      onTranscript: done,
      onDropped: () => done(undefined),
      onFailed: (reason) => this.#fail(`recognition stopped: ${reason}`),
    };
    this.#jobs.add(job);
    return job;
  }

  #cancel(job: RecognitionJob | undefined): void {
    if (job !== undefined && this.#jobs.delete(job)) this.#ports.recogniser.cancel(job);
  }

  #sendFinals(): void {
    for (let next = this.#ended[0]; next?.transcript !== undefined && !this.#isClosed; next = this.#ended[0]) {
      this.#ended.shift();
      const { confidence } = next.transcript;
      const { text } = next.transcript;
      const { lastVoiceAtMs, speechEndedAtMs } = next;
      this.#onEvent({ type: 'final', text, confidence, lastVoiceAtMs, speechEndedAtMs, atMs: this.#ports.nowMs() });
    }
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#onEvent({ type: 'failed', error: gatewayError('speech.recognition-failed', `Local speech: ${reason}.`) });
  }
}
