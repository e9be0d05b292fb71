/**
 * What a speech engine must do to hear and speak for outdial. Engines live in `providers/`, one folder each; everything
 * above them (calls, turns, the media plane) knows only these types. Audio is signed 16-bit linear PCM, one channel.
 *
 * Events are handed to a callback instead of an async iterable: they cross a thread boundary anyway, and a callback
 * costs no promise per event (docs/adr/0002).
 */
import type { GatewayError } from '../kit/index.ts';
import type { ExpectedSpeech } from './expected-speech.ts';

/** Sample rates of the media plane in Hz: narrowband (G.711) and wideband. */
export type SampleRateHz = 8000 | 16000;

export interface RecognitionOptions {
  readonly sampleRateHz: SampleRateHz;
  /** Silence after the last voice, in ms, that ends an utterance. Range 200 to 3000. */
  readonly endOfSpeechMs: number;
  /** How easily sound counts as a voice, 0 to 1; absent: 0.5. More notices quiet voices sooner, less ignores voices in the background. */
  readonly sensitivity?: number;
}

/** How a call listens: what the engine is told beside the rate of the call, and what is made of its answers. */
export interface ListeningOptions extends Omit<RecognitionOptions, 'sampleRateHz'> {
  /** Words below this confidence (0 to 1) are not believed (`isBelieved`); 0 believes all. No engine needs to know. */
  readonly confidenceThreshold: number;
}

/** All instants are on the monotonic clock of the process (`Clock.nowMs`). */
export type RecognitionEvent =
  /** Voice began. `onsetAtMs` is when its first audio arrived, `atMs` when the engine was sure. */
  | { readonly type: 'speech-started'; readonly onsetAtMs: number; readonly atMs: number }
  /** The utterance is over. `lastVoiceAtMs` is when its last voiced audio arrived. A `final` follows. */
  | { readonly type: 'speech-ended'; readonly lastVoiceAtMs: number; readonly atMs: number }
  /** A guess of the words so far; later guesses replace it. */
  | {
      readonly type: 'partial';
      readonly text: string;
      readonly atMs: number;
      /**
       * The voice has paused since `lastVoiceAtMs`: text and confidence will be those of the final unless it goes on. If it
       * does, a partial without this follows at once.
       */
      readonly paused?: { readonly confidence: number; readonly lastVoiceAtMs: number };
    }
  /** The words of one utterance. `text` may be empty when the voice held no words. `confidence` is 0 to 1. */
  | {
      readonly type: 'final';
      readonly text: string;
      readonly confidence: number;
      readonly lastVoiceAtMs: number;
      readonly speechEndedAtMs: number;
      readonly atMs: number;
    }
  /** The engine gave up; no event follows. */
  | { readonly type: 'failed'; readonly error: GatewayError };

export interface RecognitionSession {
  /**
   * Hands over audio that arrived at `atMs`. Never blocks and never throws; what the engine cannot take is dropped and
   * counted. The session copies what it keeps: the caller reuses the buffer.
   */
  write(pcm: Int16Array, atMs: number): void;
  /** What is likely to be said from now on; undefined: anything. An engine without this hears everything alike. */
  expect?(expected: ExpectedSpeech | undefined): void;
  /** Ends the session; no event follows. */
  close(): void;
}

export interface SpeechToText {
  readonly spec: 'stt/1';
  readonly name: string;
  open(options: RecognitionOptions, onEvent: (event: RecognitionEvent) => void): RecognitionSession;
}

export interface SynthesisRequest {
  readonly text: string;
  readonly sampleRateHz: SampleRateHz;
  /** `skip`: the audio is neither taken from a cache nor kept in one. */
  readonly cache?: 'skip';
}

export interface TextToSpeech {
  readonly spec: 'tts/1';
  readonly name: string;
  /**
   * The text as audio, in chunks of any length, first words first. Ends when all is spoken; throws an `Error` whose
   * message says why when the engine fails; stops soon after `signal` aborts.
   */
  synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncIterable<Int16Array>;
}
