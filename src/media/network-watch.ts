import type { NetworkLimits, NetworkWarning } from './contract.ts';

/** How often it looks, and the least time between two warnings of a kind: a bad network is told of, not dwelt on. */
const lookMs = 1000;
const quietMs = 30_000;

/** How a stream is now. */
export interface NetworkState {
  /** Since the stream began. */
  readonly packetsLost: number;
  readonly jitterMs: number;
  readonly roundTripMs?: number | undefined;
  readonly mos?: number | undefined;
}

/** Says when a stream goes beyond its limits. */
export class NetworkWatch {
  readonly #limits: NetworkLimits;
  #nextLookMs = Number.NEGATIVE_INFINITY;
  readonly #quietUntilMs = new Map<NetworkWarning['kind'], number>();
  /** Packets lost when it was last told of. */
  #lostBefore = 0;

  constructor(limits: NetworkLimits) {
    this.#limits = limits;
  }

  /** Whether it is time to look again; to be asked with every frame. */
  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextLookMs;
  }

  check(state: NetworkState, nowMs: number): readonly NetworkWarning[] {
    this.#nextLookMs = nowMs + lookMs;
    const warnings = this.#warnings(state).filter(({ kind }) => nowMs >= (this.#quietUntilMs.get(kind) ?? nowMs));
    for (const { kind } of warnings) {
      this.#quietUntilMs.set(kind, nowMs + quietMs);
      if (kind === 'packet-loss') this.#lostBefore = state.packetsLost;
    }
    return warnings;
  }

  #warnings({
    packetsLost,
    jitterMs,
    roundTripMs = 0,
    mos = Number.POSITIVE_INFINITY,
  }: NetworkState): NetworkWarning[] {
    const limits = this.#limits;
    const lost = packetsLost - this.#lostBefore;
    const warnings: NetworkWarning[] = [];
    if (limits.packetsLost > 0 && lost >= limits.packetsLost) {
      warnings.push({ kind: 'packet-loss', packetsLost: lost, limit: limits.packetsLost });
    }
    if (jitterMs > limits.jitterMs) {
      warnings.push({ kind: 'jitter', jitterMs: Math.round(jitterMs), limitMs: limits.jitterMs });
    }
    if (limits.roundTripMs > 0 && roundTripMs > limits.roundTripMs) {
      warnings.push({ kind: 'round-trip', roundTripMs: Math.round(roundTripMs), limitMs: limits.roundTripMs });
    }
    if (mos < limits.mos) warnings.push({ kind: 'mos', mos, limit: limits.mos });
    return warnings;
  }
}
