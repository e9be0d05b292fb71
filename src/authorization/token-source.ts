import { err, ok, type Result } from '../kit/index.ts';
import type { Authorization, AuthorizationFailure, AuthorizationMethod, AuthorizationPorts } from './contract.ts';
import { defaultTokenUrl, printExchange, readToken, tokenServiceFailure } from './token-exchange.ts';

const connectTimeoutMs = 3000;
const readTimeoutMs = 5000;
const maxReplyBytes = 65_536;

/** After this part of its life a token is exchanged for a new one, while it still serves. */
const freshPart = 0.8;
/** After an exchange that failed while the token at hand still serves. */
const retryAfterMs = 5000;
/** A service that refuses a token younger than this would refuse the next one too. */
const youngMs = 10_000;

type ExchangedMethod = Extract<AuthorizationMethod, { kind: 'api-key' | 'grant' }>;

interface HeldToken {
  readonly header: string;
  readonly sinceMs: number;
  readonly refreshAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * A token in exchange for an API key or something else, kept for its life. At most one exchange is under way, whoever asks; one that
 * somebody waits for goes on when he no longer does, for the next one. From four fifths of a token's life on a new one is
 * fetched behind the back of the requests.
 */
export class TokenSource implements Authorization {
  readonly #method: ExchangedMethod;
  readonly #ports: AuthorizationPorts;
  readonly #url: string;
  #held: HeldToken | undefined;
  #exchange: Promise<Result<string, AuthorizationFailure>> | undefined;

  constructor(method: ExchangedMethod, ports: AuthorizationPorts) {
    this.#method = method;
    this.#ports = ports;
    this.#url = method.tokenUrl ?? defaultTokenUrl;
  }

  async header(signal: AbortSignal): Promise<Result<string, AuthorizationFailure>> {
    signal.throwIfAborted();
    const nowMs = this.#ports.clock.nowMs();
    const held = this.#held;
    if (held === undefined || nowMs >= held.expiresAtMs) return await untilAborted(this.#renew(), signal);
    if (nowMs >= held.refreshAtMs) void this.#renew();
    return ok(held.header);
  }

  forget(header: string | undefined): boolean {
    // Somebody else has already got a new one.
    if (this.#held !== undefined && this.#held.header !== header) return true;
    if (this.#held !== undefined && this.#ports.clock.nowMs() - this.#held.sinceMs < youngMs) return false;
    this.#held = undefined;
    return true;
  }

  #renew(): Promise<Result<string, AuthorizationFailure>> {
    this.#exchange ??= this.#askForToken().finally(() => {
      this.#exchange = undefined;
    });
    return this.#exchange;
  }

  async #askForToken(): Promise<Result<string, AuthorizationFailure>> {
    const { clock, post } = this.#ports;
    const askedAtMs = clock.nowMs();
    const outcome = await post({
      url: this.#url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: this.#method.kind === 'grant' ? this.#method.printForm() : printExchange(this.#method.apikey.reveal()),
      connectTimeoutMs,
      readTimeoutMs,
      maxReplyBytes,
      signal: new AbortController().signal,
    });
    const host = URL.canParse(this.#url) ? new URL(this.#url).host : 'of the settings';
    const token = outcome.ok ? readToken(outcome.value, host) : err(tokenServiceFailure(outcome.error));
    if (!token.ok) {
      if (this.#held !== undefined) this.#held = { ...this.#held, refreshAtMs: clock.nowMs() + retryAfterMs };
      return token;
    }
    // Counted from before the exchange: on the safe side.
    const { text, lifeMs } = token.value;
    const header = `Bearer ${text}`;
    this.#held = {
      header,
      sinceMs: askedAtMs,
      refreshAtMs: askedAtMs + lifeMs * freshPart,
      expiresAtMs: askedAtMs + lifeMs,
    };
    return ok(header);
  }
}

/** Rejects with the signal's reason as soon as it aborts; what was waited for goes on. */
function untilAborted<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason }));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    void outcome.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
