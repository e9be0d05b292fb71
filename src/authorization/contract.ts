/** How a request to a service proves who sends it: the `authorization` header (RFC 9110 §11.6.2), whichever kind it is. */
import type { Clock, HttpPost, Result } from '../kit/index.ts';

/** A secret that is only shown to who asks. `Secret` of the settings is one. */
export interface Hidden {
  reveal(): string;
}

/** Exactly one kind at a time. */
export type AuthorizationMethod =
  /** Nothing is sent. */
  | { readonly kind: 'none' }
  /** HTTP Basic in UTF-8 (RFC 7617). */
  | { readonly kind: 'basic'; readonly username: string; readonly password: Hidden }
  /** An IAM API key, exchanged for a token at `tokenUrl`; without one at `defaultTokenUrl`. */
  | { readonly kind: 'api-key'; readonly apikey: Hidden; readonly tokenUrl?: string }
  /** Something else that is exchanged for a token (RFC 6749 §4.5): `printForm` makes it anew each time. */
  | { readonly kind: 'grant'; readonly secret: Hidden; readonly tokenUrl: string; readonly printForm: () => string }
  /** A token that is sent as it is (RFC 6750). */
  | { readonly kind: 'bearer'; readonly token: Hidden };

export interface AuthorizationPorts {
  /** Reaches the token service. Its own policy decides whether it may. */
  readonly post: HttpPost;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface AuthorizationFailure {
  /**
   * `refused`: the token service knows the key not. `unusable`: what is configured, or came, cannot stand in a header or
   * is no token. The others: the token service could not be asked.
   */
  readonly reason: 'unreachable' | 'timeout' | 'bad-status' | 'refused' | 'unusable';
  /** One sentence that names the token service's host at most: no key, no token. */
  readonly detail: string;
}

/** The header towards one service. Any number of requests share it. */
export interface Authorization {
  /**
   * The value of the `authorization` header, undefined when none is sent. Does not wait while a token is valid. Never
   * rejects, except when `signal` aborts.
   */
  header(signal: AbortSignal): Promise<Result<string | undefined, AuthorizationFailure>>;
  /** A service answered 401 to this header. True when the next `header` may be another one: worth one more request. */
  forget(header: string | undefined): boolean;
}
