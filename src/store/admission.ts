/** Limits that hold across nodes: what an account has left, and whether one more call may begin. Pure. */
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import type { SharedAdmission } from './durable-store.ts';

export const dayMs = 86_400_000;

/** Clocks of nodes may differ by so much; a clock that is further behind has been set back. */
const clockSkewMs = 5000;
const concurrencyRetryS = 5;

export interface Account {
  /** Tokens of the bucket of calls per second, at an instant. */
  readonly tokens: number;
  readonly tokensAtWallMs: number;
  /** Calls that have not ended. */
  readonly runningCalls: number;
}

/** Of an account that is seen for the first time. */
export function newAccount({ callsPerSecond, nowWallMs }: SharedAdmission): Account {
  return { tokens: Math.max(1, callsPerSecond), tokensAtWallMs: nowWallMs, runningCalls: 0 };
}

/** The account after one more call, or the limit that refuses it. `chargedMs`: of the present UTC day. */
export function admit(account: Account, chargedMs: number, admission: SharedAdmission): Result<Account, GatewayError> {
  const { maxCalls, minutesPerDay, callsPerSecond, nowWallMs } = admission;
  if (maxCalls > 0 && account.runningCalls >= maxCalls) {
    return refuse('guard.concurrency', `All ${maxCalls} calls of the tenant are in use.`, concurrencyRetryS);
  }
  if (minutesPerDay > 0 && chargedMs >= minutesPerDay * 60_000) {
    const untilMidnightMs = (Math.floor(nowWallMs / dayMs) + 1) * dayMs - nowWallMs;
    return refuse(
      'guard.minutes',
      `The ${minutesPerDay} minutes of the day are used up.`,
      Math.max(1, Math.ceil(untilMidnightMs / 1000)),
    );
  }
  const bucket = refill(account, callsPerSecond, nowWallMs);
  // A rounding error must not make a caller wait for a billionth of a token.
  if (callsPerSecond > 0 && bucket.tokens < 1 - 1e-9) {
    const waitMs = ((1 - bucket.tokens) * 1000) / callsPerSecond;
    return refuse('guard.rate', `Over ${callsPerSecond} calls a second.`, Math.max(1, Math.ceil(waitMs / 1000)));
  }
  return ok({
    tokens: Math.max(0, bucket.tokens - 1),
    tokensAtWallMs: bucket.tokensAtWallMs,
    runningCalls: account.runningCalls + 1,
  });
}

function refill(
  account: Account,
  callsPerSecond: number,
  nowWallMs: number,
): Pick<Account, 'tokens' | 'tokensAtWallMs'> {
  const { tokensAtWallMs } = account;
  // A node whose clock is a little behind neither refills the bucket nor sets its instant back.
  const fromMs = nowWallMs < tokensAtWallMs - clockSkewMs ? nowWallMs : tokensAtWallMs;
  const elapsedMs = Math.max(0, nowWallMs - fromMs);
  return {
    tokens: Math.min(Math.max(1, callsPerSecond), account.tokens + (elapsedMs * callsPerSecond) / 1000),
    tokensAtWallMs: Math.max(fromMs, nowWallMs),
  };
}

function refuse(code: GatewayError['code'], message: string, retryAfterS: number) {
  return err({ ...gatewayError(code, message), retryAfterS });
}
