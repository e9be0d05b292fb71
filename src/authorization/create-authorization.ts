import { err, ok, type Result } from '../kit/index.ts';
import type { Authorization, AuthorizationFailure, AuthorizationMethod, AuthorizationPorts } from './contract.ts';
import { isToken } from './token-exchange.ts';
import { TokenSource } from './token-source.ts';

/** Keys and tokens are revealed when a header is asked for, not before. Nothing is sent until then. */
export function createAuthorization(method: AuthorizationMethod, ports: AuthorizationPorts): Authorization {
  switch (method.kind) {
    case 'none':
      return noAuthorization;
    case 'basic':
      return unchanging(() => ok(basicAuthorization(method.username, method.password.reveal())));
    case 'bearer':
      return unchanging(() => bearer(method.token.reveal()));
    case 'api-key':
    case 'grant':
      return new TokenSource(method, ports);
    default:
      return method satisfies never;
  }
}

/** Nothing is sent. */
export const noAuthorization: Authorization = unchanging(() => ok(undefined));

function unchanging(header: () => Result<string | undefined, AuthorizationFailure>): Authorization {
  return {
    async header(signal) {
      signal.throwIfAborted();
      return header();
    },
    forget: () => false,
  };
}

/** The value of an `authorization` header with HTTP Basic, in UTF-8 (RFC 7617). */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function bearer(token: string): Result<string, AuthorizationFailure> {
  if (isToken(token)) return ok(`Bearer ${token}`);
  return err({ reason: 'unusable', detail: 'The bearer token holds characters that may not stand in a header.' });
}
