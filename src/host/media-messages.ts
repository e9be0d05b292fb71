/** What crosses between the main thread and a media thread. All of it is plain data, but for ports; audio is never among it. */
import type { MediaCommand, MediaEvent } from '../media/index.ts';
import type { PromptNews, PromptOrder } from '../speech/index.ts';
import type { DestinationPolicy } from '../policy/index.ts';
import type { MediaSpeechOptions } from './media-speech.ts';
import type { RtpPortRange } from './rtp-ports.ts';
import type { SpeechRoute } from './speech-messages.ts';

/** Handed to a media thread when it starts. */
export interface MediaThreadOptions {
  /** Both ends included; only even ports are used. */
  readonly rtpPorts: RtpPortRange;
  /** Literal IPv4 or IPv6 address the RTP sockets are bound to. */
  readonly bindAddress: string;
  /** Of the other family, for calls that ask for it. */
  readonly otherBindAddresses?: readonly string[];
  /** Where audio files that a bot names may be fetched from; absent: nowhere. */
  readonly audioDestinations?: DestinationPolicy;
  /** Speech services of others that calls may choose. */
  readonly speechServices?: MediaSpeechOptions;
  /** Calls are likely to agree on it: it is made ready at the start. */
  readonly isOpusLikely?: boolean;
  /** Free space that recordings leave on their disk; absent: none. */
  readonly recordingReserveBytes?: number;
  /** The ports of all media threads (`createPortTable`), and the number of this one, from 1. */
  readonly portTable: SharedArrayBuffer;
  readonly threadNumber: number;
}

export type ToMediaThread =
  | { readonly type: 'command'; readonly sessionId: string; readonly command: MediaCommand }
  /** Speak these texts ahead of the calls that will say them, in place of all earlier ones. */
  | { readonly type: 'prepare-prompts'; readonly orders: readonly PromptOrder[] }
  /** The engines inside are to be had there from now on. */
  | { readonly type: 'use-speech'; readonly route: SpeechRoute }
  /** They have ended. */
  | { readonly type: 'lose-speech' }
  /** Close every call, then say `done`. */
  | { readonly type: 'shutdown' };

/** How well a media thread kept its beat in the last seconds. */
export interface MediaPace {
  /** From the deadline of a tick to its beginning, in ms: median, what 99 of 100 stayed within, longest. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Ticks that were left out because the thread was held up too long. */
  readonly skippedTicks: number;
  /** Pieces of audio, 20 ms and less, that the engines inside did not take in time and never heard. */
  readonly droppedPieces: number;
}

/** Besides `ThreadNews`. */
export type FromMediaThread =
  | { readonly type: 'event'; readonly sessionId: string; readonly event: MediaEvent }
  | { readonly type: 'prompt'; readonly news: PromptNews }
  | { readonly type: 'pace'; readonly pace: MediaPace };
