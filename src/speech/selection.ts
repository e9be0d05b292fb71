/**
 * Which engines hear and speak in a call. All plain data: it crosses to the media thread. It may hold secrets in clear
 * text, so it is never logged, recorded or told to anybody.
 */
import type { JsonObject } from '../kit/index.ts';
import type { SpeechToText, TextToSpeech } from './contract.ts';

/** The engine inside, and the protocols of others: all of them hear and speak. */
export type SpeechProvider =
  | 'local'
  | 'watson'
  | 'deepgram'
  | 'openai'
  | 'elevenlabs'
  | 'websocket'
  | 'azure'
  | 'google'
  | 'aws';

/** Who speaks: also a program on this machine, which does not hear. */
export type VoiceProvider = SpeechProvider | 'espeak-ng';

/** Services that are nowhere unless somebody says where: the others have a usual place. */
const withoutUsualPlace: ReadonlySet<string | undefined> = new Set<VoiceProvider>(['websocket', 'azure']);

/** Whether an engine can be reached by what is configured of it: its kind, and its URL if there is one. */
export function hasPlace(kind: VoiceProvider | undefined, url: string | undefined): boolean {
  return url !== undefined || !withoutUsualPlace.has(kind);
}

/** One engine. */
export interface SpeechChoice<Kind = VoiceProvider> {
  readonly kind: Kind;
  /** As the tenant calls it; told to the bot. */
  readonly name?: string;
  /** What the engine's own folder in `providers/` reads; `{}` for the local one. */
  readonly options: JsonObject;
}

export interface SpeechSelection {
  /** In the order in which they are tried; at least one each. */
  readonly stt: readonly SpeechChoice<SpeechProvider>[];
  readonly tts: readonly SpeechChoice[];
  /** How long a spoken text is kept after its last use, in ms; 0 keeps none. The local voice has a cache of its own. */
  readonly ttsCacheMs: number;
}

export type SpeechService = 'stt' | 'tts';

/** The engines of one call, wrapped as its selection asks for. */
export interface CallSpeech {
  readonly speechToText: SpeechToText;
  readonly textToSpeech: TextToSpeech;
}

/** What the wrappers and the engines of others need of the outside world. */
export interface SpeechPorts {
  /** The monotonic clock of the process. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
  newAbort(): { readonly signal: AbortSignal; abort(): void };
}
