/** The one thing this provider needs of the network; the host implements it. */
import type { Result } from '../../kit/index.ts';

export interface HttpPostOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the call until the request leaves on a connection. */
  readonly connectTimeoutMs: number;
  /** From the request's leaving until the last byte of the reply. */
  readonly readTimeoutMs: number;
  /** A reply with a longer body is given up as soon as that is known. */
  readonly maxReplyBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly bodyText: string;
}

export interface HttpFailure {
  /** `broken`: the connection ended amid the exchange. `malformed`: what came is not HTTP. */
  readonly kind: 'bad-url' | 'not-allowed' | 'connect' | 'timeout' | 'broken' | 'malformed' | 'too-large' | 'aborted';
  /** One sentence naming host and cause; holds no credentials. */
  readonly detail: string;
}

/** Never rejects; redirects are not followed. */
export type HttpPost = (order: HttpPostOrder) => Promise<Result<HttpReply, HttpFailure>>;
