/** Who looks on while a bot is asked: what goes to it and what comes back, attempt by attempt. Never in its way. */
import type { GatewayError } from '../kit/index.ts';

/** One request as it leaves. */
export interface SentToBot {
  /** Absent: a bot that is asked without a network. */
  readonly to?: { readonly method: 'POST' | 'DELETE'; readonly url: string };
  readonly body: string;
  /** Texts that nobody may be shown, wherever they stand. */
  readonly secrets: readonly string[];
}

/** How it went. */
export interface GotFromBot {
  readonly status?: number;
  /** Absent when it was handed over in pieces, or there was none. */
  readonly body?: string;
  /** On the monotonic clock. */
  readonly firstByteAtMs?: number;
  readonly failure?: GatewayError;
}

export interface ReplyWatch {
  /** More of a reply that is read while it comes. */
  onPiece(text: string): void;
  /** At most once. */
  onEnd(got: GotFromBot): void;
}

/** Nothing of it throws. */
export interface BotWatch {
  /** The same for one bot of several, by its name. */
  named(provider: string): BotWatch;
  onSent(sent: SentToBot): ReplyWatch;
  /** The answer to the turn could not be had of this bot, or cannot be used. */
  onFailed(error: GatewayError): void;
}
