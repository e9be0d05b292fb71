/**
 * Hops that have failed, and until when others go first (RFC 3263 §4.3, RFC 3261 §21.5.4). The wait doubles with each failure
 * in a row; a server that names its own with Retry-After is taken at its word, up to an hour.
 */
import type { Hop } from '../contract.ts';
import { hopKey } from '../transport/hop.ts';

interface Entry {
  readonly hop: Hop;
  readonly failures: number;
  readonly untilMs: number;
}

export interface AvoidedHop {
  readonly hop: Hop;
  /** Failures in a row. */
  readonly failures: number;
  /** When it is in its own place again. */
  readonly untilMs: number;
}

const firstWaitMs = 10_000;
const longestWaitMs = 300_000;
const longestRetryAfterMs = 3_600_000;
/** Most hops that are remembered; beyond that the one with the soonest end is forgotten. */
const maxEntries = 1000;

export class HopBook {
  readonly #entries = new Map<string, Entry>();

  /** `retryAfterMs`: what the server itself asked for. */
  failed(hop: Hop, nowMs: number, retryAfterMs?: number): void {
    const key = hopKey(hop);
    const known = this.#entries.get(key);
    // What has been well for as long as the longest wait begins anew.
    const failures = (known === undefined || nowMs - known.untilMs >= longestWaitMs ? 0 : known.failures) + 1;
    const backOffMs = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 10), longestWaitMs);
    const waitMs = retryAfterMs === undefined ? backOffMs : Math.min(retryAfterMs, longestRetryAfterMs);
    this.#entries.delete(key);
    if (this.#entries.size >= maxEntries) this.#forgetOne();
    this.#entries.set(key, { hop, failures, untilMs: nowMs + waitMs });
  }

  /** It answers, so it is in its own place again. */
  answered(hop: Hop): void {
    if (this.#entries.size > 0) this.#entries.delete(hopKey(hop));
  }

  /** Those that are well in the order given, then the others: the one whose wait ends soonest first. None is left out. */
  order(hops: readonly Hop[], nowMs: number): readonly Hop[] {
    if (this.#entries.size === 0) return hops;
    return hops
      .map((hop) => ({ hop, untilMs: Math.max(0, (this.#entries.get(hopKey(hop))?.untilMs ?? 0) - nowMs) }))
      .sort((a, b) => a.untilMs - b.untilMs)
      .map(({ hop }) => hop);
  }

  isAvoided(hop: Hop, nowMs: number): boolean {
    return (this.#entries.get(hopKey(hop))?.untilMs ?? 0) > nowMs;
  }

  /** All whose wait is not over. */
  avoided(nowMs: number): readonly AvoidedHop[] {
    return [...this.#entries.values()].filter(({ untilMs }) => untilMs > nowMs);
  }

  #forgetOne(): void {
    let soonest: readonly [string, Entry] | undefined;
    for (const each of this.#entries) {
      if (soonest === undefined || each[1].untilMs < soonest[1].untilMs) soonest = each;
    }
    if (soonest !== undefined) this.#entries.delete(soonest[0]);
  }
}
