/** An HTTP POST as rooms without a network ask for it; the host carries it out. */
import type { Result } from './result.ts';

export interface HttpPostOrder {
  /** http: or https:. Credentials in it are not used; give an `authorization` header. */
  readonly url: string;
  /** POST where nothing is said. */
  readonly method?: 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the call until the request leaves on a connection: queue, DNS, TCP and TLS. At most 30 s count. */
  readonly connectTimeoutMs: number;
  /** From the request's leaving until the last byte of the reply, however steadily bytes drip in. */
  readonly readTimeoutMs: number;
  /** Of the reply's body; a longer one is given up as soon as that is known. */
  readonly maxReplyBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** Read as UTF-8 whatever the peer declares; bytes that are not become U+FFFD. */
  readonly bodyText: string;
  /** Seconds of a Retry-After header (RFC 9110 §10.2.3); a date in it is not read. */
  readonly retryAfterS?: number;
  /** When the head of the reply came, on the monotonic clock of the process; absent where nothing measures it. */
  readonly firstByteAtMs?: number;
}

export interface HttpFailure {
  /**
   * `not-allowed`: the destination policy is against it; nothing was sent. `broken`: the connection ended amid the
   * exchange. `malformed`: what came is not HTTP, or its headers are over 16 KiB.
   */
  readonly kind: 'bad-url' | 'not-allowed' | 'connect' | 'timeout' | 'broken' | 'malformed' | 'too-large' | 'aborted';
  /** One sentence naming host and cause, fit for log and record: no credentials, no path, no body. */
  readonly detail: string;
  /** The status, when the failure came after the head of the reply. */
  readonly status?: number;
}

/** Never rejects; redirects are not followed. */
export type HttpPost = (order: HttpPostOrder) => Promise<Result<HttpReply, HttpFailure>>;

/** A POST whose reply is read while it comes. */
export interface HttpStreamOrder extends Omit<HttpPostOrder, 'readTimeoutMs' | 'body'> {
  readonly body: string | Uint8Array;
  /** From the request's leaving until the first progress, and from one to the next. */
  readonly idleTimeoutMs: number;
  /** From the request's leaving until the last byte, whatever progress there was. */
  readonly totalTimeoutMs: number;
  /**
   * Called with each piece of the body as it comes, and never again once the POST has resolved. Bytes that lead nowhere,
   * such as comments that keep a connection alive, are no `progress`: they do not put off `idleTimeoutMs`.
   */
  readonly onData: (bytes: Uint8Array, status: number, contentType?: string) => 'progress' | 'nothing';
}

/** Never rejects, resolves at the end of the reply; redirects are not followed. */
export type HttpStreamPost = (order: HttpStreamOrder) => Promise<Result<Omit<HttpReply, 'bodyText'>, HttpFailure>>;
