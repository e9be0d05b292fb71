/** What the trunk takes at a time and a second, of all tenants together. A call over a limit is refused, and nothing is spent on it. */
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import { fullBucket, msUntilToken, refill, type TokenBucket } from './token-bucket.ts';

export interface TrunkLimits {
  /** Calls at the same time; 0 = no limit. */
  readonly maxCalls: number;
  /** Calls started a second, on average; up to one second's worth may start at once. 0 = no limit. */
  readonly callsPerSecond: number;
}

/** When a full trunk should be asked again: calls end every few seconds. */
const fullRetryAfterS = 5;

export class TrunkGuard {
  readonly #limits: TrunkLimits;
  readonly #calls = new Set<string>();
  #bucket: TokenBucket | undefined;

  constructor(limits: TrunkLimits) {
    this.#limits = limits;
  }

  /** Calls that are on it. */
  get calls(): number {
    return this.#calls.size;
  }

  /** Counts one more call, or says why there is no room for it. */
  begin(callId: string, nowMs: number): Result<void, GatewayError> {
    const { maxCalls, callsPerSecond } = this.#limits;
    if (maxCalls > 0 && this.#calls.size >= maxCalls) {
      const full = gatewayError('trunk.full', `All ${maxCalls} calls of the trunk are in use.`);
      return err({ ...full, retryAfterS: fullRetryAfterS });
    }
    if (callsPerSecond > 0) {
      const bucket = refill(this.#bucket ?? fullBucket(callsPerSecond, nowMs), callsPerSecond, nowMs);
      const waitMs = msUntilToken(bucket, callsPerSecond);
      if (waitMs > 0) {
        const fast = gatewayError('trunk.rate', `The trunk takes ${callsPerSecond} calls a second.`);
        return err({ ...fast, retryAfterS: Math.ceil(waitMs / 1000) });
      }
      this.#bucket = { ...bucket, tokens: Math.max(0, bucket.tokens - 1) };
    }
    this.#calls.add(callId);
    return ok(undefined);
  }

  /** A further call of one that was let through: it counts and is not refused. */
  add(callId: string): void {
    this.#calls.add(callId);
  }

  /** It is over. Calls that did not go by the trunk are ignored. */
  end(callId: string): void {
    this.#calls.delete(callId);
  }
}
