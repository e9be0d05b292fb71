import type { NetworkLimits, NetworkWarning } from './contract.ts';

/** How often it looks, and the least time between two warnings of a kind: a bad network is told of, not dwelt on. */
const lookMs = 1000;
const quietMs = 30_000;

const nothing: readonly NetworkWarning[] = [];

/** Says when the loss or the jitter of a stream goes beyond its limits. Allocates nothing as long as it does not. */
export class NetworkWatch {
  readonly #limits: NetworkLimits;
  #nextLookMs = Number.NEGATIVE_INFINITY;
  #nextLossMs = Number.NEGATIVE_INFINITY;
  #nextJitterMs = Number.NEGATIVE_INFINITY;
  /** Packets lost when it was last told of. */
  #lostBefore = 0;

  constructor(limits: NetworkLimits) {
    this.#limits = limits;
  }

  /** To be called with every frame. `packetsLost` is the count since the stream began, `jitterMs` as it is now. */
  check(packetsLost: number, jitterMs: number, nowMs: number): readonly NetworkWarning[] {
    if (nowMs < this.#nextLookMs) return nothing;
    this.#nextLookMs = nowMs + lookMs;
    const { packetsLost: limit, jitterMs: limitMs } = this.#limits;
    const lost = packetsLost - this.#lostBefore;
    const isLossy = limit > 0 && lost >= limit && nowMs >= this.#nextLossMs;
    const isJittery = jitterMs > limitMs && nowMs >= this.#nextJitterMs;
    if (!isLossy && !isJittery) return nothing;
    const warnings: NetworkWarning[] = [];
    if (isLossy) {
      this.#lostBefore = packetsLost;
      this.#nextLossMs = nowMs + quietMs;
      warnings.push({ kind: 'packet-loss', packetsLost: lost, limit });
    }
    if (isJittery) {
      this.#nextJitterMs = nowMs + quietMs;
      warnings.push({ kind: 'jitter', jitterMs: Math.round(jitterMs), limitMs });
    }
    return warnings;
  }
}
