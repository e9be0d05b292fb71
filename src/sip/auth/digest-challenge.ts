/**
 * What a challenge of the Digest scheme asks for (RFC 3261 §22.4, RFC 7616 §3.3, RFC 8760). Other schemes, unknown
 * algorithms and challenges without realm or nonce are ignored. `userhash`, `charset` and `domain` are not used: the user
 * name goes as UTF-8 in the clear, which every server takes.
 */
import { hasControl } from '../syntax/characters.ts';
import type { Header } from '../syntax/header.ts';
import { authParameter, type AuthValue, parseAuthValues } from './auth-value.ts';

export type HashAlgorithm = 'md5' | 'sha256' | 'sha512-256';

/** The hash of these bytes in lower-case hexadecimal: a port, because this room computes none. */
export type Digest = (algorithm: HashAlgorithm, bytes: Uint8Array) => string;

export interface DigestChallenge {
  /** Which header it came in, and so which one answers it. */
  readonly from: 'server' | 'proxy';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As spelled, to be given back so; undefined means MD5 (RFC 2617 §3.2.1). */
  readonly algorithm: string | undefined;
  readonly hash: HashAlgorithm;
  /** The `-sess` variant: the first hash also covers nonce and cnonce. */
  readonly isSession: boolean;
  /** What is protected; undefined when the challenge has no qop, as before RFC 2617. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  /** Only the nonce was too old: user name and password were right. */
  readonly isStale: boolean;
}

const algorithms: ReadonlyMap<string, Pick<DigestChallenge, 'hash' | 'isSession'>> = new Map([
  ['md5', { hash: 'md5', isSession: false }],
  ['md5-sess', { hash: 'md5', isSession: true }],
  ['sha-256', { hash: 'sha256', isSession: false }],
  ['sha-256-sess', { hash: 'sha256', isSession: true }],
  ['sha-512-256', { hash: 'sha512-256', isSession: false }],
  ['sha-512-256-sess', { hash: 'sha512-256', isSession: true }],
]);

const strength = { md5: 1, sha256: 2, 'sha512-256': 3 } as const satisfies Record<HashAlgorithm, number>;

/** Most challenges of one response that are looked at. */
const maxChallenges = 16;

/**
 * The challenges of a response that can be answered, one for each realm of servers and of proxies: the strongest algorithm,
 * of equal ones the first. RFC 8760 §2.4 would take the first that is known; a middlebox that reorders them shall not
 * bring us down to MD5.
 */
export function usableChallenges(headers: readonly Header[]): readonly DigestChallenge[] {
  const chosen: DigestChallenge[] = [];
  for (const challenge of readChallenges(headers).slice(0, maxChallenges)) {
    const index = chosen.findIndex((other) => isSameSpace(other, challenge));
    const other = chosen[index];
    if (other === undefined) chosen.push(challenge);
    else if (strength[challenge.hash] > strength[other.hash]) chosen[index] = challenge;
  }
  return chosen;
}

/** Whether the same credentials answer both. */
export function isSameSpace(a: DigestChallenge, b: DigestChallenge): boolean {
  return a.from === b.from && a.realm === b.realm;
}

function readChallenges(headers: readonly Header[]): DigestChallenge[] {
  return headers.flatMap(({ key, value }) => {
    if (key !== 'www-authenticate' && key !== 'proxy-authenticate') return [];
    const from = key === 'www-authenticate' ? 'server' : 'proxy';
    return parseAuthValues(value).flatMap((each) => readDigest(each, from) ?? []);
  });
}

function readDigest(value: AuthValue, from: 'server' | 'proxy'): DigestChallenge | undefined {
  if (value.scheme.toLowerCase() !== 'digest') return undefined;
  const realm = authParameter(value, 'realm');
  const nonce = authParameter(value, 'nonce');
  const opaque = authParameter(value, 'opaque');
  const algorithm = authParameter(value, 'algorithm');
  const known = algorithms.get(algorithm?.toLowerCase() ?? 'md5');
  const qop = chooseQop(authParameter(value, 'qop'));
  if (realm === undefined || nonce === undefined || known === undefined || qop === 'unknown') return undefined;
  // They are given back in a header of ours.
  if (hasControl(realm) || hasControl(nonce) || hasControl(opaque ?? '')) return undefined;
  const isStale = authParameter(value, 'stale')?.toLowerCase() === 'true';
  return { from, realm, nonce, opaque, algorithm, ...known, qop, isStale };
}

function chooseQop(offered: string | undefined): DigestChallenge['qop'] | 'unknown' {
  const words = offered?.split(',').map((word) => word.trim().toLowerCase()) ?? [];
  if (offered === undefined || words.every((word) => word === '')) return undefined;
  if (words.includes('auth')) return 'auth';
  return words.includes('auth-int') ? 'auth-int' : 'unknown';
}
