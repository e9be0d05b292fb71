/**
 * INVITE client transaction: RFC 3261 §17.1.1 with RFC 6026 §8.4 (Accepted, Timer M). Timers A, B, D, M. ACK to a 2xx is not
 * the transaction's business: every 2xx is passed up.
 */
import {
  defaultTimers,
  lingerMs,
  nextDueMs,
  type Reliability,
  type Step,
  step,
  type TimerValues,
  transactionTimeoutMs,
} from './timers.ts';

export type ClientInviteState =
  | {
      readonly name: 'calling';
      readonly setup: Setup;
      /** Timer A; undefined on reliable transports. */
      readonly retransmitAtMs: number | undefined;
      readonly intervalMs: number;
      /** Timer B. */
      readonly timeoutAtMs: number;
    }
  | { readonly name: 'proceeding'; readonly setup: Setup }
  /** Timer D. */
  | { readonly name: 'completed'; readonly endAtMs: number }
  /** Timer M. */
  | { readonly name: 'accepted'; readonly endAtMs: number }
  | { readonly name: 'terminated' };

interface Setup {
  readonly reliability: Reliability;
  readonly timers: TimerValues;
}

export type ClientInviteInput =
  | { readonly type: 'response'; readonly status: number }
  | { readonly type: 'transport-error' }
  | { readonly type: 'deadline' };

export type ClientInviteAction = 'send-request' | 'send-ack' | 'pass-response' | 'report-timeout' | 'report-transport';

export type ClientInviteStep = Step<ClientInviteState, ClientInviteAction>;

export function startClientInvite(
  nowMs: number,
  reliability: Reliability,
  timers: TimerValues = defaultTimers,
): ClientInviteStep {
  return step<ClientInviteState, ClientInviteAction>(
    {
      name: 'calling',
      setup: { reliability, timers },
      retransmitAtMs: reliability === 'unreliable' ? nowMs + timers.t1Ms : undefined,
      intervalMs: timers.t1Ms,
      timeoutAtMs: nowMs + transactionTimeoutMs(timers),
    },
    'send-request',
  );
}

export function onClientInvite(state: ClientInviteState, input: ClientInviteInput, nowMs: number): ClientInviteStep {
  switch (input.type) {
    case 'response':
      return onResponse(state, input.status, nowMs);
    case 'transport-error':
      // In Proceeding nothing of ours is on its way that could have failed.
      return state.name === 'calling' ? step({ name: 'terminated' }, 'report-transport') : step(state);
    case 'deadline':
      return onDeadline(state, nowMs);
    default:
      return input satisfies never;
  }
}

function onResponse(state: ClientInviteState, status: number, nowMs: number): ClientInviteStep {
  switch (state.name) {
    case 'calling':
    case 'proceeding': {
      const { setup } = state;
      if (status < 200) return step({ name: 'proceeding', setup }, 'pass-response');
      if (status < 300) {
        return step({ name: 'accepted', endAtMs: nowMs + transactionTimeoutMs(setup.timers) }, 'pass-response');
      }
      const endAtMs = nowMs + lingerMs(setup.timers, setup.reliability);
      return step({ name: 'completed', endAtMs }, 'send-ack', 'pass-response');
    }
    case 'completed':
      return status >= 300 ? step(state, 'send-ack') : step(state);
    case 'accepted':
      return status >= 200 && status < 300 ? step(state, 'pass-response') : step(state);
    case 'terminated':
      return step(state);
    default:
      return state satisfies never;
  }
}

function onDeadline(state: ClientInviteState, nowMs: number): ClientInviteStep {
  switch (state.name) {
    case 'calling': {
      if (nowMs >= state.timeoutAtMs) return step({ name: 'terminated' }, 'report-timeout');
      if (state.retransmitAtMs === undefined || nowMs < state.retransmitAtMs) return step(state);
      const intervalMs = state.intervalMs * 2;
      const retransmitAtMs = nextDueMs(state.retransmitAtMs, intervalMs, nowMs);
      return step({ ...state, intervalMs, retransmitAtMs }, 'send-request');
    }
    case 'completed':
    case 'accepted':
      return nowMs >= state.endAtMs ? step({ name: 'terminated' }) : step(state);
    case 'proceeding':
    case 'terminated':
      return step(state);
    default:
      return state satisfies never;
  }
}

export function clientInviteDeadlineMs(state: ClientInviteState): number | undefined {
  switch (state.name) {
    case 'calling':
      return Math.min(state.retransmitAtMs ?? state.timeoutAtMs, state.timeoutAtMs);
    case 'completed':
    case 'accepted':
      return state.endAtMs;
    case 'proceeding':
    case 'terminated':
      return undefined;
    default:
      return state satisfies never;
  }
}
