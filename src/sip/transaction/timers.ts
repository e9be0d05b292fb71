/** The timer values of RFC 3261 §17 and Table 4, and what the four transaction machines share. */

export interface TimerValues {
  /** Round-trip estimate, and first retransmission interval. */
  readonly t1Ms: number;
  /** Longest retransmission interval of non-INVITE requests and INVITE responses. */
  readonly t2Ms: number;
  /** Longest time a message stays in the network. */
  readonly t4Ms: number;
}

export const defaultTimers: TimerValues = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 };

/** Whether the transport itself retransmits (TCP, TLS, WebSocket) or not (UDP). */
export type Reliability = 'reliable' | 'unreliable';

/** Timers B, F, H, L and M. */
export function transactionTimeoutMs(timers: TimerValues): number {
  return 64 * timers.t1Ms;
}

/** Timer D: how long an INVITE client waits for retransmitted final responses; at least 32 s on UDP (§17.1.1.2). */
export function lingerMs(timers: TimerValues, reliability: Reliability): number {
  return reliability === 'reliable' ? 0 : Math.max(32_000, transactionTimeoutMs(timers));
}

/** What a machine did: its new state, and what its owner must do now, in order. */
export interface Step<State, Action> {
  readonly state: State;
  readonly actions: readonly Action[];
}

export function step<State, Action>(state: State, ...actions: Action[]): Step<State, Action> {
  return { state, actions };
}

/** A retransmission that was due at `dueMs` is followed by the next one an interval later, but never in the past. */
export function nextDueMs(dueMs: number, intervalMs: number, nowMs: number): number {
  return Math.max(dueMs, nowMs - intervalMs / 2) + intervalMs;
}
