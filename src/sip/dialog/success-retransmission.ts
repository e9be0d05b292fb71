/**
 * Retransmission of a 2xx to INVITE until its ACK (RFC 3261 §13.3.1.4): after T1, doubling up to T2, for 64·T1. It runs on
 * every transport, because a hop further on may be UDP.
 */
import { defaultTimers, nextDueMs, type TimerValues, transactionTimeoutMs } from '../transaction/timers.ts';

export interface SuccessRetransmission {
  readonly dueMs: number;
  readonly intervalMs: number;
  readonly endAtMs: number;
  readonly timers: TimerValues;
}

export function startSuccessRetransmission(nowMs: number, timers: TimerValues = defaultTimers): SuccessRetransmission {
  const { t1Ms } = timers;
  return { dueMs: nowMs + t1Ms, intervalMs: t1Ms, endAtMs: nowMs + transactionTimeoutMs(timers), timers };
}

export type SuccessRetransmissionStep =
  | { readonly action: 'wait' | 'send'; readonly state: SuccessRetransmission }
  /** No ACK came in time: the session should be ended with BYE. */
  | { readonly action: 'give-up' };

export function onSuccessDeadline(state: SuccessRetransmission, nowMs: number): SuccessRetransmissionStep {
  if (nowMs >= state.endAtMs) return { action: 'give-up' };
  if (nowMs < state.dueMs) return { action: 'wait', state };
  const intervalMs = Math.min(state.intervalMs * 2, state.timers.t2Ms);
  return { action: 'send', state: { ...state, intervalMs, dueMs: nextDueMs(state.dueMs, intervalMs, nowMs) } };
}

export function successDeadlineMs(state: SuccessRetransmission): number {
  return Math.min(state.dueMs, state.endAtMs);
}
