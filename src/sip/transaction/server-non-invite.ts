/**
 * Non-INVITE server transaction: RFC 3261 §17.2.2. Timer J. It sends 100 only once the client repeats itself as seldom as it
 * ever will, and never 408 (RFC 4320 §4).
 */
import { defaultTimers, type Reliability, type Step, step, type TimerValues, transactionTimeoutMs } from './timers.ts';

export type ServerNonInviteState =
  | {
      readonly name: 'trying' | 'proceeding';
      readonly setup: Setup;
      readonly giveUpAtMs: number;
      /** When 100 is due; undefined once something has gone out. */
      readonly tryingAtMs: number | undefined;
    }
  /** Timer J. */
  | { readonly name: 'completed'; readonly endAtMs: number }
  | { readonly name: 'terminated' };

interface Setup {
  readonly reliability: Reliability;
  readonly timers: TimerValues;
}

export type ServerNonInviteInput =
  | { readonly type: 'request' }
  | { readonly type: 'respond'; readonly status: number }
  | { readonly type: 'deadline' };

export type ServerNonInviteAction = 'send-response' | 'send-trying';

export type ServerNonInviteStep = Step<ServerNonInviteState, ServerNonInviteAction>;

/** A request nobody answers for 64·T1 is forgotten: its client has given up by then (Timer F). */
export function startServerNonInvite(
  nowMs: number,
  reliability: Reliability,
  timers: TimerValues = defaultTimers,
): ServerNonInviteStep {
  return step({
    name: 'trying',
    setup: { reliability, timers },
    giveUpAtMs: nowMs + transactionTimeoutMs(timers),
    tryingAtMs: nowMs + tryingDelayMs(timers),
  });
}

/** When Timer E of the client has come to T2 (RFC 4320 §4.1); the same on every transport. */
function tryingDelayMs({ t1Ms, t2Ms }: TimerValues): number {
  let delayMs = 0;
  for (let intervalMs = t1Ms; intervalMs < t2Ms; intervalMs *= 2) delayMs += intervalMs;
  return delayMs;
}

export function onServerNonInvite(
  state: ServerNonInviteState,
  input: ServerNonInviteInput,
  nowMs: number,
): ServerNonInviteStep {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      if (input.type === 'request') return state.name === 'trying' ? step(state) : step(state, 'send-response');
      if (input.type === 'deadline') {
        if (nowMs >= state.giveUpAtMs) return step({ name: 'terminated' });
        if (state.tryingAtMs === undefined || nowMs < state.tryingAtMs) return step(state);
        return step({ ...state, name: 'proceeding', tryingAtMs: undefined }, 'send-trying');
      }
      if (input.status < 200) return step({ ...state, name: 'proceeding', tryingAtMs: undefined }, 'send-response');
      return step({ name: 'completed', endAtMs: timerJ(state.setup, nowMs) }, 'send-response');
    case 'completed':
      if (input.type === 'request') return step(state, 'send-response');
      return input.type === 'deadline' && nowMs >= state.endAtMs ? step({ name: 'terminated' }) : step(state);
    case 'terminated':
      return step(state);
    default:
      return state satisfies never;
  }
}

function timerJ(setup: Setup, nowMs: number): number {
  return setup.reliability === 'reliable' ? nowMs : nowMs + transactionTimeoutMs(setup.timers);
}

export function serverNonInviteDeadlineMs(state: ServerNonInviteState): number | undefined {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return Math.min(state.tryingAtMs ?? state.giveUpAtMs, state.giveUpAtMs);
    case 'completed':
      return state.endAtMs;
    case 'terminated':
      return undefined;
    default:
      return state satisfies never;
  }
}
