/**
 * INVITE server transaction: RFC 3261 §17.2.1 with RFC 6026 §8.7 (Accepted, Timer L). Timers G, H, I, L, and the 200 ms after
 * which 100 (Trying) is due. 2xx responses are retransmitted by `dialog/success-retransmission.ts`, not here.
 */
import {
  defaultTimers,
  nextDueMs,
  type Reliability,
  type Step,
  step,
  type TimerValues,
  transactionTimeoutMs,
} from './timers.ts';

export type ServerInviteState =
  /** `tryingAtMs` is set until some response has gone out. */
  | { readonly name: 'proceeding'; readonly setup: Setup; readonly tryingAtMs: number | undefined }
  | {
      readonly name: 'completed';
      readonly setup: Setup;
      /** Timer G; undefined on reliable transports. */
      readonly retransmitAtMs: number | undefined;
      readonly intervalMs: number;
      /** Timer H. */
      readonly timeoutAtMs: number;
    }
  /** Timer I. */
  | { readonly name: 'confirmed'; readonly endAtMs: number }
  /** Timer L. */
  | { readonly name: 'accepted'; readonly endAtMs: number }
  | { readonly name: 'terminated' };

interface Setup {
  readonly reliability: Reliability;
  readonly timers: TimerValues;
}

export type ServerInviteInput =
  /** The INVITE again. */
  | { readonly type: 'request' }
  | { readonly type: 'ack' }
  /** The transaction user answers; the response is the owner's. */
  | { readonly type: 'respond'; readonly status: number }
  | { readonly type: 'deadline' };

export type ServerInviteAction = 'send-trying' | 'send-response' | 'report-unacknowledged';

export type ServerInviteStep = Step<ServerInviteState, ServerInviteAction>;

/** RFC 3261 §17.2.1: 100 goes out unless the transaction user answers within 200 ms. */
export const tryingDelayMs = 200;

export function startServerInvite(
  nowMs: number,
  reliability: Reliability,
  timers: TimerValues = defaultTimers,
): ServerInviteStep {
  return step({ name: 'proceeding', setup: { reliability, timers }, tryingAtMs: nowMs + tryingDelayMs });
}

export function onServerInvite(state: ServerInviteState, input: ServerInviteInput, nowMs: number): ServerInviteStep {
  switch (state.name) {
    case 'proceeding':
      return onProceeding(state, input, nowMs);
    case 'completed':
      return onCompleted(state, input, nowMs);
    case 'confirmed':
    case 'accepted':
      // INVITE retransmissions and ACKs are absorbed here (RFC 6026 §8.7).
      return input.type === 'deadline' && nowMs >= state.endAtMs ? step({ name: 'terminated' }) : step(state);
    case 'terminated':
      return step(state);
    default:
      return state satisfies never;
  }
}

function onProceeding(
  state: Extract<ServerInviteState, { name: 'proceeding' }>,
  input: ServerInviteInput,
  nowMs: number,
): ServerInviteStep {
  switch (input.type) {
    case 'request':
      return state.tryingAtMs === undefined
        ? step(state, 'send-response')
        : step({ ...state, tryingAtMs: undefined }, 'send-trying');
    case 'respond': {
      const { reliability, timers } = state.setup;
      if (input.status < 200) return step({ ...state, tryingAtMs: undefined }, 'send-response');
      if (input.status < 300) {
        return step({ name: 'accepted', endAtMs: nowMs + transactionTimeoutMs(timers) }, 'send-response');
      }
      return step(
        {
          name: 'completed',
          setup: state.setup,
          retransmitAtMs: reliability === 'unreliable' ? nowMs + timers.t1Ms : undefined,
          intervalMs: timers.t1Ms,
          timeoutAtMs: nowMs + transactionTimeoutMs(timers),
        },
        'send-response',
      );
    }
    case 'deadline':
      return state.tryingAtMs !== undefined && nowMs >= state.tryingAtMs
        ? step({ ...state, tryingAtMs: undefined }, 'send-trying')
        : step(state);
    case 'ack':
      return step(state);
    default:
      return input satisfies never;
  }
}

function onCompleted(
  state: Extract<ServerInviteState, { name: 'completed' }>,
  input: ServerInviteInput,
  nowMs: number,
): ServerInviteStep {
  const { reliability, timers } = state.setup;
  switch (input.type) {
    case 'request':
      return step(state, 'send-response');
    case 'ack':
      return step({ name: 'confirmed', endAtMs: reliability === 'reliable' ? nowMs : nowMs + timers.t4Ms });
    case 'deadline': {
      if (nowMs >= state.timeoutAtMs) return step({ name: 'terminated' }, 'report-unacknowledged');
      if (state.retransmitAtMs === undefined || nowMs < state.retransmitAtMs) return step(state);
      const intervalMs = Math.min(state.intervalMs * 2, timers.t2Ms);
      const retransmitAtMs = nextDueMs(state.retransmitAtMs, intervalMs, nowMs);
      return step({ ...state, intervalMs, retransmitAtMs }, 'send-response');
    }
    case 'respond':
      return step(state);
    default:
      return input satisfies never;
  }
}

export function serverInviteDeadlineMs(state: ServerInviteState): number | undefined {
  switch (state.name) {
    case 'proceeding':
      return state.tryingAtMs;
    case 'completed':
      return Math.min(state.retransmitAtMs ?? state.timeoutAtMs, state.timeoutAtMs);
    case 'confirmed':
    case 'accepted':
      return state.endAtMs;
    case 'terminated':
      return undefined;
    default:
      return state satisfies never;
  }
}
