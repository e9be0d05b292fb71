/** Status webhooks: what this room needs of the world and tells it (specification §7.4). */
import type { HttpPostOrder } from '../kit/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { UrlTrust } from './webhook-target.ts';

export interface PostOrder extends HttpPostOrder {
  readonly trust: UrlTrust;
}

export interface PostReply {
  readonly status: number;
  /** Seconds, of a Retry-After header. */
  readonly retryAfterS?: number;
}

export interface PostFailure {
  /** `bad-url` and `not-allowed` are not tried again; every other kind is. */
  readonly kind: string;
  readonly detail: string;
  /** The status, when the failure came after the head of the reply. */
  readonly status?: number;
}

/** What became of one attempt. */
export interface DeliveryResult {
  readonly event: StoredEvent;
  readonly outcome: 'delivered' | 'postponed' | 'dead';
  /** How often it was sent so far; 0 when it never was. */
  readonly attempts: number;
  /** HTTP status of this attempt, if there was one. */
  readonly status?: number;
  /** Why it failed, one sentence without credentials. */
  readonly reason?: string;
  readonly attemptMs: number;
  /** Since it was handed over. */
  readonly elapsedMs: number;
}
