/**
 * What a server says of the answer it has accepted: Authentication-Info (RFC 7616 §3.5, RFC 3261 §20.6) and
 * Proxy-Authentication-Info (RFC 7615 §4). It may prove that it knows the password too (`rspauth`) and name the nonce of
 * the next request (`nextnonce`).
 */
import { hasControl } from '../syntax/characters.ts';
import type { Header } from '../syntax/header.ts';
import type { RequestParts } from '../syntax/message.ts';
import { authParameter, type AuthValue, parseAuthValues } from './auth-value.ts';
import { computeResponse } from './digest-answer.ts';
import type { Digest } from './digest-challenge.ts';
import type { ProtectionSpace } from './protection-spaces.ts';

export interface InfoRead {
  readonly spaces: readonly ProtectionSpace[];
  /** One sentence for each server whose proof is not that of the password. Nothing is learned from its answer. */
  readonly problems: readonly string[];
}

interface Accepted {
  readonly request: Pick<RequestParts, 'requestUri' | 'headers'>;
  readonly response: { readonly headers: readonly Header[]; readonly body: Uint8Array };
}

/** Takes in what a 2xx says of the credentials of its request. */
export function onAuthenticationInfo(
  spaces: readonly ProtectionSpace[],
  { request, response }: Accepted,
  digest: Digest,
): InfoRead {
  const problems: string[] = [];
  const learned = spaces.map((space) => {
    const info = infoFor(space, response.headers);
    const answer = answerFor(space, request.headers);
    // An older answer: a 2xx that comes again, after its next nonce is in use already.
    if (info === undefined || answer === undefined) return space;
    if (!isProven(space, info, answer, { requestUri: request.requestUri, body: response.body }, digest)) {
      problems.push(`The proof of the realm ${space.challenge.realm} is not that of the password.`);
      return space;
    }
    const nonce = authParameter(info, 'nextnonce');
    if (nonce === undefined || nonce === space.challenge.nonce || hasControl(nonce)) return space;
    return { ...space, challenge: { ...space.challenge, nonce }, usedCount: 0 };
  });
  return { spaces: learned, problems };
}

/** The header names no realm: with several realms of one kind it is for whichever it proves itself to. */
function infoFor({ challenge }: ProtectionSpace, headers: readonly Header[]): AuthValue | undefined {
  const key = challenge.from === 'server' ? 'authentication-info' : 'proxy-authentication-info';
  const found = headers.find((entry) => entry.key === key);
  // It has no scheme of its own.
  return found === undefined ? undefined : parseAuthValues(`Digest ${found.value}`)[0];
}

/** What the request gave this space, with the nonce that is in use. */
function answerFor({ challenge }: ProtectionSpace, headers: readonly Header[]): AuthValue | undefined {
  const key = challenge.from === 'server' ? 'authorization' : 'proxy-authorization';
  return headers
    .filter((entry) => entry.key === key)
    .flatMap(({ value }) => parseAuthValues(value))
    .find(
      (value) => authParameter(value, 'realm') === challenge.realm && authParameter(value, 'nonce') === challenge.nonce,
    );
}

/** Without `rspauth` there is nothing to hold against it. */
function isProven(
  space: ProtectionSpace,
  info: AuthValue,
  answer: AuthValue,
  { requestUri, body }: { readonly requestUri: string; readonly body: Uint8Array },
  digest: Digest,
): boolean {
  const given = authParameter(info, 'rspauth');
  if (given === undefined || space.challenge.qop === undefined) return true;
  const said = authParameter(info, 'qop')?.toLowerCase();
  const qop = said === 'auth' || said === 'auth-int' ? said : space.challenge.qop;
  const input = {
    ...space,
    challenge: { ...space.challenge, qop },
    request: { method: '', requestUri, body },
    nonceCount: space.usedCount,
  };
  return given.toLowerCase() === computeResponse(input, authParameter(answer, 'nc') ?? '', digest);
}
