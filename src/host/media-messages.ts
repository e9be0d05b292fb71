/** What crosses between the main thread and a media thread. All of it is plain data; audio is never among it. */
import type { MediaCommand, MediaEvent } from '../media/index.ts';
import type { PromptNews, PromptOrder, SpeechToText, TextToSpeech } from '../speech/index.ts';
import type { DestinationPolicy } from '../policy/index.ts';
import type { MediaSpeechOptions } from './media-speech.ts';
import type { RtpPortRange } from './rtp-ports.ts';

/** Handed to a media thread when it starts. */
export interface MediaThreadOptions {
  /** Both ends included; only even ports are used. */
  readonly rtpPorts: RtpPortRange;
  /** Literal IPv4 or IPv6 address the RTP sockets are bound to. */
  readonly bindAddress: string;
  /** Of the other family, for calls that ask for it. */
  readonly otherBindAddresses?: readonly string[];
  /** Whatever `createSpeechEngines` of the speech module takes; must survive structured cloning. */
  readonly speech: unknown;
  /** Where audio files that a bot names may be fetched from; absent: nowhere. */
  readonly audioDestinations?: DestinationPolicy;
  /** Speech services of others that calls may choose. */
  readonly speechServices?: MediaSpeechOptions;
  /** URL of a module that exports `createSpeechEngines`; imported by the media thread. */
  readonly speechModule: string;
}

/** What `createSpeechEngines(configuration)` of a speech module resolves to. */
export interface SpeechEngines {
  readonly speechToText: SpeechToText;
  readonly textToSpeech: TextToSpeech;
  close(): Promise<void>;
}

export type ToMediaThread =
  | { readonly type: 'command'; readonly sessionId: string; readonly command: MediaCommand }
  /** Speak these texts ahead of the calls that will say them, in place of all earlier ones. */
  | { readonly type: 'prepare-prompts'; readonly orders: readonly PromptOrder[] }
  /** Close every call and every engine, then say `done`. */
  | { readonly type: 'shutdown' };

export type FromMediaThread =
  /** The speech engines stand; commands sent earlier have waited. */
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly sessionId: string; readonly event: MediaEvent }
  | { readonly type: 'prompt'; readonly news: PromptNews }
  | { readonly type: 'done' };
