/**
 * Counts what each account spends and refuses what is over its limits (promise A4). Kept in memory, and begun with the minutes that
 * the store has charged; what nodes share is checked again in the commit that accepts a call.
 *
 * The wall clock only says which UTC day it is, and a day once begun is never given up for an earlier one, so a clock
 * that jumps gives no minutes back within a day.
 */
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import type { CallLimits } from './call-limits.ts';
import { calledNumbers } from './called-number.ts';
import { fullBucket, msUntilToken, refill, type TokenBucket } from './token-bucket.ts';

const dayMs = 86_400_000;

export interface Admission {
  /** What is left of the day's minutes; undefined without a limit. */
  readonly maxDurationMs?: number;
}

export interface Usage {
  readonly calls: number;
  readonly usedMs: number;
  readonly startsPerSecond: number;
}

export interface CallGuards {
  /** Whether a call to this URI may begin now. Changes nothing. */
  check(limits: CallLimits, to: string, nowMs: number, wallMs: number): Result<Admission, GatewayError>;
  /** A call that was checked has begun: it counts from now on. */
  begin(callId: string, limits: CallLimits, nowMs: number): void;
  /** It was answered: its minutes count. */
  answered(callId: string, nowMs: number): void;
  /** What an account has used of its minutes today, as an earlier life of the process left it. */
  charge(account: string, usedMs: number, nowMs: number, wallMs: number): void;
  /** What an account uses of these limits now: calls, ms of today, and starts that the second still counts. */
  usage(limits: CallLimits, nowMs: number, wallMs: number): Usage;
  /** It is over, answered or not. Unknown calls are ignored. */
  end(callId: string, nowMs: number, wallMs: number): void;
}

interface Account {
  bucket: TokenBucket | undefined;
  /** Running calls, each with the instant its minutes count from; undefined before the answer. */
  readonly calls: Map<string, number | undefined>;
  /** Days since 1970. */
  day: number;
  /** Of calls that are over, on that day. */
  usedMs: number;
}

export function createCallGuards(): CallGuards {
  // Accounts are the configured tenants: as many as these.
  const accounts = new Map<string, Account>();
  const accountOfCall = new Map<string, Account>();

  function accountOf(name: string): Account {
    const known = accounts.get(name);
    if (known !== undefined) return known;
    const account: Account = { bucket: undefined, calls: new Map(), day: 0, usedMs: 0 };
    accounts.set(name, account);
    return account;
  }

  return {
    check(limits, to, nowMs, wallMs) {
      const number = findRefusedNumber(limits.allowedPrefixes, to);
      if (number !== undefined) return err(gatewayError('guard.prefix', number));
      const account = accountOf(limits.account);
      const full = limits.maxCalls > 0 && account.calls.size >= limits.maxCalls;
      if (full) return refuse('guard.concurrency', `All ${limits.maxCalls} calls of the tenant are in use.`, 5);
      const left = minutesLeft(account, limits, nowMs, wallMs);
      if (!left.ok) return left;
      const waitMs = msUntilCall(account, limits.callsPerSecond, nowMs);
      if (waitMs > 0) {
        return refuse('guard.rate', `Over ${limits.callsPerSecond} calls a second.`, Math.ceil(waitMs / 1000));
      }
      return left;
    },
    begin(callId, limits, nowMs) {
      const account = accountOf(limits.account);
      account.calls.set(callId, undefined);
      accountOfCall.set(callId, account);
      const { callsPerSecond } = limits;
      if (callsPerSecond <= 0) return;
      const bucket = refill(account.bucket ?? fullBucket(callsPerSecond, nowMs), callsPerSecond, nowMs);
      account.bucket = { ...bucket, tokens: Math.max(0, bucket.tokens - 1) };
    },
    answered(callId, nowMs) {
      const calls = accountOfCall.get(callId)?.calls;
      if (calls !== undefined && calls.get(callId) === undefined) calls.set(callId, nowMs);
    },
    charge(name, usedMs, nowMs, wallMs) {
      const account = accountOf(name);
      turnDay(account, nowMs, wallMs);
      account.usedMs += usedMs;
    },
    usage({ account: name, callsPerSecond }, nowMs, wallMs) {
      const account = accountOf(name);
      turnDay(account, nowMs, wallMs);
      const { bucket, calls } = account;
      const left = bucket === undefined ? callsPerSecond : refill(bucket, callsPerSecond, nowMs).tokens;
      return {
        calls: calls.size,
        usedMs: usedToday(account, nowMs),
        startsPerSecond: Math.max(0, Math.ceil(callsPerSecond - left)),
      };
    },
    end(callId, nowMs, wallMs) {
      const account = accountOfCall.get(callId);
      if (account === undefined) return;
      turnDay(account, nowMs, wallMs);
      account.usedMs += elapsedMs(account.calls.get(callId), nowMs);
      account.calls.delete(callId);
      accountOfCall.delete(callId);
    },
  };
}

/** Whether no prefix allows a number of this URI: the sentence of the refusal. It does not repeat the number. */
export function findRefusedNumber(prefixes: readonly string[], to: string): string | undefined {
  if (prefixes.length === 0) return undefined;
  const isRefused = calledNumbers(to).some((number) => !prefixes.some((prefix) => number.startsWith(prefix)));
  return isRefused ? 'The called number begins with no allowed prefix.' : undefined;
}

function minutesLeft(
  account: Account,
  limits: CallLimits,
  nowMs: number,
  wallMs: number,
): Result<Admission, GatewayError> {
  if (limits.minutesPerDay <= 0) return ok({});
  turnDay(account, nowMs, wallMs);
  const leftMs = limits.minutesPerDay * 60_000 - usedToday(account, nowMs);
  if (leftMs > 0) return ok({ maxDurationMs: Math.max(1, Math.floor(leftMs)) });
  const retryAfterS = Math.max(1, Math.ceil(((account.day + 1) * dayMs - wallMs) / 1000));
  return refuse('guard.minutes', `The ${limits.minutesPerDay} minutes of the day are used up.`, retryAfterS);
}

function usedToday({ usedMs, calls }: Account, nowMs: number): number {
  let sumMs = usedMs;
  for (const fromMs of calls.values()) sumMs += elapsedMs(fromMs, nowMs);
  return sumMs;
}

/** A new day begins at zero; of running calls only what lies in it counts. */
function turnDay(account: Account, nowMs: number, wallMs: number): void {
  const day = Math.floor(wallMs / dayMs);
  if (day <= account.day) return;
  const isFirst = account.day === 0;
  account.day = day;
  if (isFirst) return;
  account.usedMs = 0;
  const beganAtMs = nowMs - (wallMs - day * dayMs);
  for (const [callId, fromMs] of account.calls) {
    if (fromMs !== undefined) account.calls.set(callId, Math.max(fromMs, beganAtMs));
  }
}

function elapsedMs(fromMs: number | undefined, nowMs: number): number {
  return fromMs === undefined ? 0 : Math.max(0, nowMs - fromMs);
}

function msUntilCall(account: Account, callsPerSecond: number, nowMs: number): number {
  if (callsPerSecond <= 0 || account.bucket === undefined) return 0;
  return msUntilToken(refill(account.bucket, callsPerSecond, nowMs), callsPerSecond);
}

function refuse(code: GatewayError['code'], message: string, retryAfterS: number) {
  return err({ ...gatewayError(code, message), retryAfterS });
}
