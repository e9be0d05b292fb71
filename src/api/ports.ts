import type { Clock, GatewayError, Result } from '../kit/index.ts';
import type { LoginGuard } from '../policy/index.ts';
import type { StartCallOrder, TenantDirectory } from '../tenants/index.ts';

/** What the API needs from the rest of the gateway. */
export interface ApiPorts {
  /** Accepts a call. Resolves once the call is durable; an expected refusal is an error value. */
  startCall(order: StartCallOrder): Promise<Result<{ readonly sessionId: string }, GatewayError>>;
  readonly tenants: TenantDirectory;
  /** Whether new calls are taken, and if not, why: short sentences without secrets. */
  isReady(): { readonly ready: boolean; readonly reasons: readonly string[] };
  /** Whether the process is worth keeping. */
  isLive(): boolean;
  /** Accepts a `sip:`, `sips:` or `tel:` URI that may be called or call, or says why not. */
  checkCallUri(text: string): Result<unknown, string>;
  /** Splits a comma-separated list of Route values, or says why it is none. */
  checkRoutes(text: string): Result<readonly string[], string>;
  /** Whether a URL that came with a request may be reached, as far as its text tells, or why not. */
  checkRequestUrl(url: string): Result<void, string>;
  readonly loginGuard: LoginGuard;
  readonly clock: Clock;
  readonly log: ApiLog;
  readonly version: string;
}

/** The part of a pino logger that is used. Fields never hold a secret, a number or an URI. */
export interface ApiLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/**
 * Limits on connections, in milliseconds. A socket that is slow with its head or its body is answered with 408 and cut
 * at most one check interval after its time (promise A6: within 7 s).
 */
export interface ApiTimeouts {
  /** For the request line and headers. */
  readonly headersMs: number;
  /** For the whole request, body included. */
  readonly requestMs: number;
  /** Between two looks for late sockets. */
  readonly checkEveryMs: number;
  /** For the next request on an idle connection. */
  readonly keepAliveMs: number;
}

/**
 * Connections that may wait to be accepted. With the system's usual 511 a rush of clients loses its first packets and waits
 * a second for their repetition.
 */
export const listenBacklog = 4096;

export const defaultTimeouts: ApiTimeouts = {
  headersMs: 5000,
  requestMs: 6000,
  checkEveryMs: 250,
  keepAliveMs: 5000,
};
