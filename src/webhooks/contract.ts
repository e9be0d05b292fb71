/** Status webhooks: what is told, to whom, and what this room needs of the world (specification §7.4). */
import type { HttpPostOrder, Result } from '../kit/index.ts';

export type CallState = 'started' | 'ringing' | 'active' | 'transferred' | 'failed' | 'ended';

/** One change of a call's state. A call has each state once, so (`vgwSessionID`, `callState`) names a notification. */
export interface Notification {
  readonly vgwSessionID: string;
  readonly callState: CallState;
  /** Null when nothing failed; receivers rely on the key being there. */
  readonly failureReason: string | null;
}

/** Whose word a URL is: the operator's, or that of a request, which may be held to stricter rules about where it leads. */
export type UrlTrust = 'operator' | 'request';

export interface WebhookTarget {
  readonly url: string;
  /** Default `request`. */
  readonly trust?: UrlTrust;
  /** HTTP Basic; nothing is sent without a username. */
  readonly username?: string;
  readonly password?: string;
  /** Default 3000. */
  readonly connectTimeoutMs?: number;
  /** From the request's leaving to the end of the reply. Default 5000. */
  readonly readTimeoutMs?: number;
  /** Attempts after the first one. Default 2. */
  readonly maxRetries?: number;
}

export interface NotificationResult {
  readonly notification: Notification;
  readonly outcome: 'delivered' | 'given-up';
  /** How often it was sent; 0 when it never was. */
  readonly attempts: number;
  /** HTTP status of the last attempt, if there was one. */
  readonly status?: number;
  /** Why it was given up, one sentence without credentials. */
  readonly reason?: string;
  /** From being handed over to being settled. */
  readonly elapsedMs: number;
}

export interface PostOrder extends HttpPostOrder {
  readonly trust: UrlTrust;
}

export interface PostFailure {
  /** `bad-url` and `not-allowed` are not tried again; every other kind is. */
  readonly kind: string;
  readonly detail: string;
  /** The status, when the failure came after the head of the reply. */
  readonly status?: number;
}

export interface WebhookPorts {
  /** Posts and never rejects; redirects are not followed. */
  readonly post: (order: PostOrder) => Promise<Result<{ readonly status: number }, PostFailure>>;
  /** Calls `fire` once after `ms`, unless the function it returns was called before. */
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly nowMs: () => number;
  /** Called once for every notification handed over. Must not throw. */
  readonly onResult: (result: NotificationResult) => void;
}

export interface WebhookLanes {
  /**
   * Hands over a notification and returns at once. Notifications of one call arrive in the order of these calls: the
   * next one is sent when the one before was delivered or given up. Never throws.
   */
  send(target: WebhookTarget, notification: Notification): void;
  /** Resolves when nothing is waiting or under way. */
  idle(): Promise<void>;
  /** Gives up what is waiting and under way, each with a result, and takes nothing more. */
  close(): void;
}
