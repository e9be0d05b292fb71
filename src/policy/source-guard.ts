/**
 * Whose requests are worth an answer, when they belong to no call: those of trusted sources always, those of others unless a list
 * says that there are no others, and never more than so many a second, from one source and from all of them together. Memory is
 * bounded whatever comes: who is forgotten begins anew, which the limit over all makes up for.
 */
import { type IpNetwork, isSenderIn } from './ip-network.ts';
import { sourceKey } from './source-key.ts';
import { fullBucket, msUntilToken, refill, type TokenBucket } from './token-bucket.ts';

export interface SourceGuardOptions {
  /** They are neither limited nor asked what they are. */
  readonly trusted: readonly IpNetwork[];
  /** What becomes of everybody else. */
  readonly others: 'answered' | 'ignored';
  /** Requests a second from one of the others; a second's worth may come at once. 0 = no limit. */
  readonly perSource: number;
  /** The same for all of the others together. 0 = no limit. */
  readonly inAll: number;
  /** Sources that are remembered. Default 10,000. */
  readonly maxSources?: number;
}

/** `untrusted`: not on the list; `scanner`: a program that looks for open gateways; `flood`: more than the limits allow. */
export type SourceRefusal = 'untrusted' | 'scanner' | 'flood';

export interface SourceGuard {
  /** Why this request is to be ignored; undefined when it may be answered, which counts. `host` is an IP address. */
  judge(host: string, userAgent: string | undefined, nowMs: number): SourceRefusal | undefined;
  /** Whether this source is on the list. */
  isTrusted(host: string): boolean;
  readonly sources: number;
}

/** What the well-known scanners call themselves. */
const scanners =
  /friendly-scanner|friendly-request|sipvicious|sundayddr|sip-?scan|sipcli|\biwar\b|\bsmap\b|pplsip|vaxsipuseragent|vaxasip|siparmyknife/i;

export function createSourceGuard(options: SourceGuardOptions): SourceGuard {
  const { trusted, others, perSource, inAll, maxSources = 10_000 } = options;
  const buckets = new Map<string, TokenBucket>();
  let ofAll: TokenBucket | undefined;

  function isTrusted(host: string): boolean {
    return isSenderIn(host, trusted);
  }

  function isOverLimit(host: string, nowMs: number): boolean {
    const key = sourceKey(host);
    const own = refill(buckets.get(key) ?? fullBucket(perSource, nowMs), perSource, nowMs);
    const all = refill(ofAll ?? fullBucket(inAll, nowMs), inAll, nowMs);
    const isOver = (perSource > 0 && msUntilToken(own, perSource) > 0) || (inAll > 0 && msUntilToken(all, inAll) > 0);
    const spent = isOver ? 0 : 1;
    ofAll = { ...all, tokens: all.tokens - spent };
    if (perSource === 0) return isOver;
    // The one that was heard of last stands last.
    buckets.delete(key);
    buckets.set(key, { ...own, tokens: own.tokens - spent });
    const [longestSilent] = buckets.keys();
    if (buckets.size > maxSources && longestSilent !== undefined) buckets.delete(longestSilent);
    return isOver;
  }

  return {
    judge(host, userAgent, nowMs) {
      if (isTrusted(host)) return undefined;
      if (others === 'ignored') return 'untrusted';
      if (userAgent !== undefined && scanners.test(userAgent)) return 'scanner';
      return isOverLimit(host, nowMs) ? 'flood' : undefined;
    },
    isTrusted,
    get sources() {
      return buckets.size;
    },
  };
}
