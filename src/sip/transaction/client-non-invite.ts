/** Non-INVITE client transaction: RFC 3261 §17.1.2. Timers E, F, K. */
import {
  defaultTimers,
  nextDueMs,
  type Reliability,
  type Step,
  step,
  type TimerValues,
  transactionTimeoutMs,
} from './timers.ts';

export type ClientNonInviteState =
  | {
      readonly name: 'trying' | 'proceeding';
      readonly setup: Setup;
      /** Timer E; undefined on reliable transports. */
      readonly retransmitAtMs: number | undefined;
      readonly intervalMs: number;
      /** Timer F. */
      readonly timeoutAtMs: number;
    }
  /** Timer K. */
  | { readonly name: 'completed'; readonly endAtMs: number }
  | { readonly name: 'terminated' };

interface Setup {
  readonly reliability: Reliability;
  readonly timers: TimerValues;
}

export type ClientNonInviteInput =
  | { readonly type: 'response'; readonly status: number }
  | { readonly type: 'transport-error' }
  | { readonly type: 'deadline' };

export type ClientNonInviteAction = 'send-request' | 'pass-response' | 'report-timeout' | 'report-transport';

export type ClientNonInviteStep = Step<ClientNonInviteState, ClientNonInviteAction>;

export function startClientNonInvite(
  nowMs: number,
  reliability: Reliability,
  timers: TimerValues = defaultTimers,
): ClientNonInviteStep {
  return step<ClientNonInviteState, ClientNonInviteAction>(
    {
      name: 'trying',
      setup: { reliability, timers },
      retransmitAtMs: reliability === 'unreliable' ? nowMs + timers.t1Ms : undefined,
      intervalMs: timers.t1Ms,
      timeoutAtMs: nowMs + transactionTimeoutMs(timers),
    },
    'send-request',
  );
}

export function onClientNonInvite(
  state: ClientNonInviteState,
  input: ClientNonInviteInput,
  nowMs: number,
): ClientNonInviteStep {
  if (state.name === 'terminated') return step(state);
  if (state.name === 'completed') {
    return input.type === 'deadline' && nowMs >= state.endAtMs ? step({ name: 'terminated' }) : step(state);
  }
  switch (input.type) {
    case 'response': {
      if (input.status < 200) return step({ ...state, name: 'proceeding' }, 'pass-response');
      const { reliability, timers } = state.setup;
      const endAtMs = reliability === 'reliable' ? nowMs : nowMs + timers.t4Ms;
      return step({ name: 'completed', endAtMs }, 'pass-response');
    }
    case 'transport-error':
      return step({ name: 'terminated' }, 'report-transport');
    case 'deadline': {
      if (nowMs >= state.timeoutAtMs) return step({ name: 'terminated' }, 'report-timeout');
      if (state.retransmitAtMs === undefined || nowMs < state.retransmitAtMs) return step(state);
      const { t2Ms } = state.setup.timers;
      // Doubling up to T2; after a provisional response at T2 at once (§17.1.2.2).
      const intervalMs = state.name === 'proceeding' ? t2Ms : Math.min(state.intervalMs * 2, t2Ms);
      const retransmitAtMs = nextDueMs(state.retransmitAtMs, intervalMs, nowMs);
      return step({ ...state, intervalMs, retransmitAtMs }, 'send-request');
    }
    default:
      return input satisfies never;
  }
}

export function clientNonInviteDeadlineMs(state: ClientNonInviteState): number | undefined {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return Math.min(state.retransmitAtMs ?? state.timeoutAtMs, state.timeoutAtMs);
    case 'completed':
      return state.endAtMs;
    case 'terminated':
      return undefined;
    default:
      return state satisfies never;
  }
}
