/**
 * The server's side of Digest (RFC 3261 §22.1 and §22.4, RFC 7616 §3.3 and §3.4, RFC 8760 §2.3): challenges with SHA-256 and MD5,
 * and what is made of their answers.
 *
 * A nonce is its time of issue, random bits and a keyed hash over both, the realm and the address it was given to: nothing is
 * kept of one until it was answered with the right password. Of those, the count of the last use is kept, so that no answer is
 * taken twice. The `uri` of an answer need not be the Request-URI: proxies on the way rewrite that (RFC 3261 §16.6 step 6), and
 * an answer of another request cannot be used again anyway.
 */
import { type Random, randomHex } from '../../kit/index.ts';
import type { SipCredentials } from '../contract.ts';
import { type Header, header } from '../syntax/header.ts';
import { encodeText } from '../syntax/text-bytes.ts';
import { authParameter, type AuthValue, parseAuthValues, printAuthValue } from './auth-value.ts';
import { computeResponse } from './digest-answer.ts';
import type { Digest, HashAlgorithm } from './digest-challenge.ts';

/** Who may pass. */
export interface DigestAccount extends Required<SipCredentials> {
  /** What is offered and taken. */
  readonly algorithms: 'both' | 'sha-256' | 'md5';
}

export type DigestVerdict =
  | { readonly type: 'authenticated' }
  /**
   * To be answered 401 with these headers. `absent`: no answer to a challenge of ours; `wrong`: user name or password; `stale`: they
   * were right, but the nonce is too old, of an earlier life of the process, given to another address, or was used before.
   */
  | { readonly type: 'challenge'; readonly why: 'absent' | 'wrong' | 'stale'; readonly headers: readonly Header[] };

export interface DigestCheck {
  /** `source`: the address the request came from. */
  check(request: CheckedRequest, source: string, account: DigestAccount, nowMs: number): DigestVerdict;
  /** Nonces of which the last use is known. */
  readonly keptNonces: number;
}

export interface CheckedRequest {
  readonly method: string;
  readonly headers: readonly Header[];
}

/** How long a nonce can be used. */
export const nonceLifeMs = 120_000;
/** Nonces whose last use is kept; beyond it those that were issued up to the time of the oldest one count as too old. */
const mostNonces = 10_000;

/** The one that is preferred comes first (RFC 8760 §2.3). */
const offered: readonly { readonly name: string; readonly hash: HashAlgorithm }[] = [
  { name: 'SHA-256', hash: 'sha256' },
  { name: 'MD5', hash: 'md5' },
];

function offersOf(algorithms: DigestAccount['algorithms']): typeof offered {
  return algorithms === 'both' ? offered : offered.filter(({ name }) => name.toLowerCase() === algorithms);
}

const timeDigits = 8;
const randomDigits = 16;
const macDigits = 32;
/** Tokens (RFC 7616 §3.3, RFC 3261 §25.1). */
const bare: ReadonlySet<string> = new Set(['algorithm', 'stale']);
const noBody = new Uint8Array(0);

interface Nonce {
  readonly text: string;
  readonly issuedAtS: number;
}

export function createDigestCheck(digest: Digest, random: Random): DigestCheck {
  const secret = randomHex(random, 64);
  /** By nonce, in the order of first use. */
  const uses = new Map<string, { readonly issuedAtS: number; readonly lastCount: number }>();
  let staleUpToS = -1;

  const macOf = (head: string, source: string, realm: string): string =>
    digest('sha256', encodeText(`${secret}:${head}:${source}:${realm}:${secret}`)).slice(0, macDigits);

  function newNonce(source: string, realm: string, nowMs: number): string {
    const time = Math.floor(nowMs / 1000)
      .toString(16)
      .padStart(timeDigits, '0');
    const head = `${time}${randomHex(random, randomDigits)}`;
    return `${head}${macOf(head, source, realm)}`;
  }

  function challenge(
    why: 'absent' | 'wrong' | 'stale',
    source: string,
    { realm, algorithms }: DigestAccount,
    nowMs: number,
  ): DigestVerdict {
    const nonce = newNonce(source, realm, nowMs);
    const headers = offersOf(algorithms).map(({ name }) => {
      const parameters = [
        { name: 'realm', value: realm },
        { name: 'nonce', value: nonce },
        { name: 'algorithm', value: name },
        { name: 'qop', value: 'auth' },
        ...(why === 'stale' ? [{ name: 'stale', value: 'true' }] : []),
      ];
      return header('WWW-Authenticate', printAuthValue({ scheme: 'Digest', parameters }, bare));
    });
    return { type: 'challenge', why, headers };
  }

  /** The nonce when it is one of ours, was given to this source, and is young enough. */
  function readNonce(text: string, source: string, realm: string, nowMs: number): Nonce | undefined {
    if (text.length !== timeDigits + randomDigits + macDigits) return undefined;
    const head = text.slice(0, timeDigits + randomDigits);
    if (!isEqual(text.slice(head.length), macOf(head, source, realm))) return undefined;
    const issuedAtS = Number.parseInt(head.slice(0, timeDigits), 16);
    const isYoung = nowMs - issuedAtS * 1000 <= nonceLifeMs && issuedAtS > staleUpToS;
    return isYoung || uses.has(text) ? { text, issuedAtS } : undefined;
  }

  /** False when it was used before, or may have been. */
  function use({ text, issuedAtS }: Nonce, count: number, nowMs: number): boolean {
    const isOld = (atS: number): boolean => nowMs - atS * 1000 > nonceLifeMs;
    if (isOld(issuedAtS) || count <= (uses.get(text)?.lastCount ?? 0)) return false;
    uses.set(text, { issuedAtS, lastCount: count });
    for (const [oldest, { issuedAtS: atS }] of uses) {
      if (!isOld(atS) && uses.size <= mostNonces) break;
      if (!isOld(atS)) staleUpToS = Math.max(staleUpToS, atS);
      uses.delete(oldest);
    }
    return true;
  }

  return {
    check(request, source, account, nowMs) {
      const answer = findAnswer(request.headers, account.realm);
      if (answer === undefined) return challenge('absent', source, account, nowMs);
      const count = rightAnswer(answer, request.method, account, digest);
      if (count === undefined) return challenge('wrong', source, account, nowMs);
      const nonce = readNonce(authParameter(answer, 'nonce') ?? '', source, account.realm, nowMs);
      const isTaken = nonce !== undefined && use(nonce, count, nowMs);
      return isTaken ? { type: 'authenticated' } : challenge('stale', source, account, nowMs);
    },
    get keptNonces() {
      return uses.size;
    },
  };
}

function findAnswer(headers: readonly Header[], realm: string): AuthValue | undefined {
  for (const { key, value } of headers) {
    if (key !== 'authorization') continue;
    const [answer] = parseAuthValues(value);
    const isOurs = answer?.scheme.toLowerCase() === 'digest' && authParameter(answer, 'realm') === realm;
    if (isOurs) return answer;
  }
  return undefined;
}

/** The count of this use when user name and password are right. An answer without qop has none and counts as the first use. */
function rightAnswer(answer: AuthValue, method: string, account: DigestAccount, digest: Digest): number | undefined {
  const of = (name: string): string | undefined => authParameter(answer, name);
  const algorithm = of('algorithm')?.toUpperCase() ?? 'MD5';
  const hash = offersOf(account.algorithms).find(({ name }) => name === algorithm)?.hash;
  const qop = of('qop')?.toLowerCase();
  const [nonce, uri, response] = [of('nonce'), of('uri'), of('response')];
  const cnonce = of('cnonce') ?? '';
  // Without qop the response covers no count: whatever is written there counts for nothing.
  const nc = qop === undefined ? '00000001' : (of('nc') ?? '');
  if (hash === undefined || nonce === undefined || uri === undefined || response === undefined) return undefined;
  if ((qop !== undefined && qop !== 'auth') || !/^[\da-f]{8}$/i.test(nc)) return undefined;
  const challenge = {
    realm: account.realm,
    nonce,
    hash,
    isSession: false,
    qop: qop === 'auth' ? 'auth' : undefined,
  } as const;
  const request = { method, requestUri: uri, body: noBody };
  const expected = computeResponse({ challenge, credentials: account, request, cnonce }, nc, digest);
  // Both are looked at whatever the first one says: the time taken tells nothing about either.
  const isUser = isEqual(
    digest('sha256', encodeText(of('username') ?? '')),
    digest('sha256', encodeText(account.username)),
  );
  const isRight = isEqual(response.toLowerCase(), expected);
  return isUser && isRight ? Number.parseInt(nc, 16) : undefined;
}

/** Compares texts of a known length in a time that does not depend on where they differ. */
function isEqual(given: string, wanted: string): boolean {
  if (given.length !== wanted.length) return false;
  let difference = 0;
  for (let at = 0; at < wanted.length; at += 1) difference |= given.charCodeAt(at) ^ wanted.charCodeAt(at);
  return difference === 0;
}
