import { createHash } from 'node:crypto';
import type { Authorization, AuthorizationMethod, AuthorizationPorts } from './contract.ts';
import { createAuthorization } from './create-authorization.ts';

/** Tokens of so many keys are kept; of more, those that were used last. */
const maxKept = 1000;

/** The same method twice is the same authorization, so that calls one after the other share a token. */
export interface AuthorizationBook {
  authorizationBy(method: AuthorizationMethod): Authorization;
}

export function createAuthorizationBook(ports: AuthorizationPorts): AuthorizationBook {
  const kept = new Map<string, Authorization>();
  return {
    authorizationBy(method) {
      if (method.kind !== 'api-key' && method.kind !== 'grant') return createAuthorization(method, ports);
      const secret = method.kind === 'grant' ? method.secret : method.apikey;
      const key = createHash('sha256')
        .update(JSON.stringify([method.kind, method.tokenUrl ?? null, secret.reveal()]))
        .digest('base64');
      const authorization = kept.get(key) ?? createAuthorization(method, ports);
      kept.delete(key);
      kept.set(key, authorization);
      for (const oldest of kept.keys()) {
        if (kept.size <= maxKept) break;
        kept.delete(oldest);
      }
      return authorization;
    },
  };
}
