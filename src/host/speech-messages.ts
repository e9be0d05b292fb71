/** What crosses between a media thread and the speech thread, on a port of their own; audio of calls is in shared memory. */
import type { MessagePort } from 'node:worker_threads';
import type {
  ExpectedSpeech,
  RecognitionEvent,
  RecognitionOptions,
  SpeechToText,
  SynthesisRequest,
  TextToSpeech,
} from '../speech/index.ts';

/** How the engines inside keep up. */
export interface SpeechLoad {
  /** Utterances that wait for a recogniser thread. */
  readonly waitingUtterances: number;
  /** Frames of 32 ms that speech detection has not heard since the start, because it was 10 s behind. */
  readonly droppedFrames: number;
  /** How long calls waited until the decoding of their words began, since the last time, in ms. */
  readonly finalWaitsMs: readonly number[];
}

/** What the speech thread says of itself, every `speechLoadEveryMs`. */
export interface FromSpeechThread {
  readonly type: 'load';
  readonly load: SpeechLoad;
}

export const speechLoadEveryMs = 2000;

/** What `createSpeechEngines(configuration)` of a speech module resolves to. */
export interface SpeechEngines {
  readonly speechToText: SpeechToText;
  readonly textToSpeech: TextToSpeech;
  /** Asked by one only: waits are told once. */
  load?(): SpeechLoad;
  close(): Promise<void>;
}

/** Handed to the speech thread when it starts. */
export interface SpeechThreadOptions {
  /** URL of a module that exports `createSpeechEngines`. */
  readonly speechModule: string;
  /** Whatever `createSpeechEngines` takes; must survive structured cloning. */
  readonly speech: unknown;
}

/** One end of the way between a media thread and the speech thread. */
export interface SpeechRoute {
  readonly port: MessagePort;
  /** Audio towards the engines. */
  readonly audio: SharedArrayBuffer;
}

export type ToSpeechThread =
  /** A media thread, in place of the one that had its number. */
  | { readonly type: 'serve'; readonly threadNumber: number; readonly route: SpeechRoute }
  /** Close the engines, then say `done`. */
  | { readonly type: 'shutdown' };

/** Numbers of recognitions and texts are chosen by the media thread, each used once on its port. */
export type SpeechRequest =
  | { readonly type: 'open'; readonly id: number; readonly options: RecognitionOptions }
  /** What is likely to be said in a recognition from now on. */
  | { readonly type: 'expect'; readonly id: number; readonly expected: ExpectedSpeech | undefined }
  /** Audio may be read up to this position. */
  | { readonly type: 'audio'; readonly until: number }
  | { readonly type: 'close'; readonly id: number }
  /** Asks for the first audio of a text, and `next` for what follows; each is answered once. */
  | { readonly type: 'speak'; readonly id: number; readonly request: SynthesisRequest }
  | { readonly type: 'next'; readonly id: number }
  | { readonly type: 'hush'; readonly id: number };

export type SpeechAnswer =
  | { readonly type: 'event'; readonly id: number; readonly event: RecognitionEvent }
  | { readonly type: 'chunk'; readonly id: number; readonly pcm: Int16Array }
  | { readonly type: 'spoken'; readonly id: number }
  | { readonly type: 'speak-failed'; readonly id: number; readonly reason: string };
