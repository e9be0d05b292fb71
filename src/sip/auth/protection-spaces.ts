/**
 * What is known of the realms that have challenged one call: their nonces and how often each was used. It decides whether
 * a challenge may be answered once more (RFC 3261 §22.1: credentials that were refused are not sent again), and puts
 * credentials into requests (§22.2, §22.3). Values only.
 */
import { err, ok, type Random, randomHex, type Result } from '../../kit/index.ts';
import type { SipCredentials } from '../contract.ts';
import { type Header, header } from '../syntax/header.ts';
import type { RequestParts } from '../syntax/message.ts';
import { answerChallenge } from './digest-answer.ts';
import { type Digest, type DigestChallenge, isSameSpace } from './digest-challenge.ts';

export interface ProtectionSpace {
  readonly challenge: DigestChallenge;
  readonly credentials: SipCredentials;
  /** The same for every nonce of this space: `-sess` hashes the first one that went out (RFC 7616 §3.4.2). */
  readonly cnonce: string;
  /** The nonce of the challenge; `challenge.nonce` is another one once the server has named the next. */
  readonly firstNonce: string;
  readonly usedCount: number;
}

/** How often one request may still be sent again for the sake of a challenge. */
export interface AnswersLeft {
  readonly rounds: number;
  /** For challenges that say nothing but that the nonce is too old. */
  readonly stale: number;
}

export interface Challenged {
  readonly spaces: readonly ProtectionSpace[];
  readonly left: AnswersLeft;
}

/** Most realms of one call. */
const maxSpaces = 16;

/**
 * Takes in the usable challenges of one response, or says in one sentence why there is no point in another try: no
 * challenge for these credentials, the very nonce refused that was answered, or no answer left. A new nonce without
 * `stale` is tried while there are rounds, because there are servers that forget to say it.
 */
export function onChallenged(
  spaces: readonly ProtectionSpace[],
  challenges: readonly DigestChallenge[],
  left: AnswersLeft,
  credentials: readonly SipCredentials[],
  random: Random,
): Result<Challenged, string> {
  if (challenges.length === 0) return err('No challenge is Digest with an algorithm and protection that are known.');
  const mine = challenges.filter(({ realm }) => credentialsFor(realm, credentials) !== undefined);
  if (mine.length === 0) return err('The credentials are for another realm.');
  const knownOf = (challenge: DigestChallenge): ProtectionSpace | undefined =>
    spaces.find((space) => isSameSpace(space.challenge, challenge));
  if (mine.some((challenge) => knownOf(challenge)?.challenge.nonce === challenge.nonce)) return err(refused);
  const isOnlyStale = mine.every((challenge) => challenge.isStale && knownOf(challenge) !== undefined);
  const isFree = isOnlyStale && left.stale > 0;
  if (!isFree && left.rounds === 0) return err(refused);
  const kept = spaces.filter(({ challenge }) => !mine.some((other) => isSameSpace(other, challenge)));
  if (kept.length + mine.length > maxSpaces) return err(`More than ${maxSpaces} realms ask for credentials.`);
  const fresh = mine.flatMap((challenge): ProtectionSpace[] => {
    const own = credentialsFor(challenge.realm, credentials);
    if (own === undefined) return [];
    return [{ challenge, credentials: own, cnonce: randomHex(random, 32), firstNonce: challenge.nonce, usedCount: 0 }];
  });
  return ok({
    spaces: [...kept, ...fresh],
    left: isFree ? { ...left, stale: left.stale - 1 } : { ...left, rounds: left.rounds - 1 },
  });
}

const refused = 'The user name or the password was refused.';

/** Those of this very realm, else those of any. */
function credentialsFor(realm: string, credentials: readonly SipCredentials[]): SipCredentials | undefined {
  return (
    credentials.find((each) => each.realm === realm) ??
    credentials.find((each) => each.realm === undefined || each.realm === '*')
  );
}

/** The request with an answer for every space, in place of what it carried, and the spaces with their use counted. */
export function authorize(
  spaces: readonly ProtectionSpace[],
  request: RequestParts,
  digest: Digest,
): { readonly request: RequestParts; readonly spaces: readonly ProtectionSpace[] } {
  const counted = spaces.map((space) => ({ ...space, usedCount: space.usedCount + 1 }));
  const answers = counted.map((space) =>
    header(
      space.challenge.from === 'server' ? 'Authorization' : 'Proxy-Authorization',
      answerChallenge({ ...space, request, nonceCount: space.usedCount }, digest),
    ),
  );
  return { request: { ...request, headers: [...withoutAnswers(request.headers), ...answers] }, spaces: counted };
}

/** The answers that a request carries. */
export function answersIn(headers: readonly Header[]): Header[] {
  return headers.filter(isAnswer);
}

export function withoutAnswers(headers: readonly Header[]): Header[] {
  return headers.filter((entry) => !isAnswer(entry));
}

function isAnswer({ key }: Header): boolean {
  return key === 'authorization' || key === 'proxy-authorization';
}
