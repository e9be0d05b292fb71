/** A rate limit: fills by `perSecond`, holds at most one second's worth and at least one token. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

function capacity(perSecond: number): number {
  return Math.max(1, perSecond);
}

export function fullBucket(perSecond: number, nowMs: number): TokenBucket {
  return { tokens: capacity(perSecond), atMs: nowMs };
}

/** The bucket as it is now. */
export function refill(bucket: TokenBucket, perSecond: number, nowMs: number): TokenBucket {
  const elapsedMs = Math.max(0, nowMs - bucket.atMs);
  return { tokens: Math.min(capacity(perSecond), bucket.tokens + (elapsedMs * perSecond) / 1000), atMs: nowMs };
}

/** Milliseconds until a whole token is there; 0 when there is one. */
export function msUntilToken(bucket: TokenBucket, perSecond: number): number {
  // A rounding error must not make a caller wait for a billionth of a token.
  return bucket.tokens >= 1 - 1e-9 ? 0 : ((1 - bucket.tokens) * 1000) / perSecond;
}
