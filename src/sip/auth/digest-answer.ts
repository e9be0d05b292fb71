/** The answer to one Digest challenge: RFC 7616 §3.4, and RFC 2617 §3.2.2 for challenges without qop. */
import type { RequestParts } from '../syntax/message.ts';
import { encodeText } from '../syntax/text-bytes.ts';
import type { SipCredentials } from '../contract.ts';
import { type AuthParameter, printAuthValue } from './auth-value.ts';
import type { Digest, DigestChallenge } from './digest-challenge.ts';

export interface AnswerInput {
  readonly challenge: DigestChallenge;
  readonly credentials: SipCredentials;
  readonly request: Pick<RequestParts, 'method' | 'requestUri' | 'body'>;
  /** Hexadecimal digits; the same for every use of one nonce, so that `-sess` holds over all of them. */
  readonly cnonce: string;
  /** What `-sess` hashes, when the server has named another nonce since (RFC 7616 §3.4.2). */
  readonly firstNonce?: string;
  /** How often this nonce has been used, this time included: 1 to 2^32 - 1. */
  readonly nonceCount: number;
}

/** What a response is computed from: what both sides know. */
export interface ResponseInput extends Pick<AnswerInput, 'credentials' | 'request' | 'cnonce' | 'firstNonce'> {
  readonly challenge: Pick<DigestChallenge, 'realm' | 'nonce' | 'hash' | 'isSession' | 'qop'>;
}

/** Tokens, which must not be quoted in an answer; everything else must (RFC 7616 §3.4, RFC 3261 §25.1). */
const bare: ReadonlySet<string> = new Set(['algorithm', 'qop', 'nc']);

/** The value of Authorization or Proxy-Authorization. */
export function answerChallenge(input: AnswerInput, digest: Digest): string {
  const { challenge, credentials, request, cnonce } = input;
  const { realm, nonce, opaque, algorithm, qop, isSession } = challenge;
  const nc = input.nonceCount.toString(16).padStart(8, '0');
  const parameters: AuthParameter[] = [
    { name: 'username', value: credentials.username },
    { name: 'realm', value: realm },
    { name: 'nonce', value: nonce },
    { name: 'uri', value: request.requestUri },
    { name: 'response', value: computeResponse(input, nc, digest) },
  ];
  // An algorithm that nobody named is not named back: servers older than RFC 2617 may not know the parameter.
  if (algorithm !== undefined) parameters.push({ name: 'algorithm', value: algorithm });
  if (qop !== undefined || isSession) parameters.push({ name: 'cnonce', value: cnonce });
  if (opaque !== undefined) parameters.push({ name: 'opaque', value: opaque });
  if (qop !== undefined) parameters.push({ name: 'qop', value: qop }, { name: 'nc', value: nc });
  return printAuthValue({ scheme: 'Digest', parameters }, bare);
}

/** The `response` of an answer, `nc` as spelled; of what a server proves itself by (RFC 7616 §3.5) when `method` is empty. */
export function computeResponse(input: ResponseInput, nc: string, digest: Digest): string {
  const { challenge, credentials, request, cnonce } = input;
  const { realm, nonce, hash, isSession, qop } = challenge;
  const hashed = (...parts: readonly string[]): string => digest(hash, encodeText(parts.join(':')));
  const user = hashed(credentials.username, realm, credentials.password.reveal());
  const secret = isSession ? hashed(user, input.firstNonce ?? nonce, cnonce) : user;
  const { method, requestUri, body } = request;
  const target = qop === 'auth-int' ? hashed(method, requestUri, digest(hash, body)) : hashed(method, requestUri);
  return qop === undefined ? hashed(secret, nonce, target) : hashed(secret, nonce, nc, cnonce, qop, target);
}
