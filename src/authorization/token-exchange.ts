/** An IAM API key against a token: the form that is sent and the reply that comes back. Pure. */
import { err, type HttpFailure, type HttpReply, isJsonObject, ok, type Result } from '../kit/index.ts';
import type { AuthorizationFailure } from './contract.ts';

/** Where a key is exchanged when nothing else is configured. */
export const defaultTokenUrl = 'https://iam.cloud.ibm.com/identity/token';

export interface Token {
  readonly text: string;
  readonly lifeMs: number;
}

/** Of a token whose reply does not say how long it lives, and of one that claims to live longer than a day. */
const unknownLifeMs = 300_000;
const longestLifeMs = 86_400_000;

export function printExchange(apikey: string): string {
  const form = new URLSearchParams([
    ['grant_type', 'urn:ibm:params:oauth:grant-type:apikey'],
    ['apikey', apikey],
  ]);
  return form.toString();
}

/** `host` is named in the failure, nothing else of the exchange is. */
export function readToken({ status, bodyText }: HttpReply, host: string): Result<Token, AuthorizationFailure> {
  // IAM answers 400 to a key that it does not know.
  if (status === 400 || status === 401 || status === 403) {
    return err({ reason: 'refused', detail: `The token service ${host} refused the API key (HTTP status ${status}).` });
  }
  if (status < 200 || status > 299) {
    return err({ reason: 'bad-status', detail: `The token service ${host} answered with HTTP status ${status}.` });
  }
  const body = parse(bodyText);
  const { access_token: text, expires_in: lifeS } = isJsonObject(body) ? body : {};
  if (typeof text !== 'string' || !isToken(text)) {
    return err({ reason: 'unusable', detail: `The reply of the token service ${host} holds no usable access_token.` });
  }
  const seconds = typeof lifeS === 'string' ? Number(lifeS) : lifeS;
  const isKnown = typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0;
  return ok({ text, lifeMs: isKnown ? Math.min(seconds * 1000, longestLifeMs) : unknownLifeMs });
}

export function tokenServiceFailure({ kind, detail }: HttpFailure): AuthorizationFailure {
  switch (kind) {
    case 'timeout':
      return { reason: 'timeout', detail: `Token service: ${detail}` };
    case 'too-large':
    case 'malformed':
      return { reason: 'unusable', detail: `Token service: ${detail}` };
    case 'bad-url':
    case 'not-allowed':
    case 'connect':
    case 'broken':
    case 'aborted':
      return { reason: 'unreachable', detail: `Token service: ${detail}` };
    default:
      return kind satisfies never;
  }
}

/** Visible ASCII, which is more than RFC 6750 §2.1 allows and all that may stand in a header. */
export function isToken(text: string): boolean {
  return text.length <= 16_384 && /^[\x21-\x7e]+$/.test(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
