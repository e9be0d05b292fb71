/** What a step of the call machine gives: the next state and what is to be done, in order. */
import type { JsonObject } from '../kit/index.ts';
import type { TextMessage } from '../conversation/index.ts';
import type { MediaCommand } from '../media/index.ts';
import type { ExtraHeader, InfoContent, ReferOrder } from '../sip/index.ts';
import { type ConfigureSpeech, isPlaybackOf } from '../turn/index.ts';
import type { CallEvent } from './call-event.ts';
import type { CallState, CallStateName, TurnReport } from './call-state.ts';

export type CallEffect =
  | {
      readonly type: 'ask';
      readonly turnId: number;
      readonly text: string;
      readonly context: JsonObject;
      /** The input of a chosen option. */
      readonly input?: JsonObject;
      /** What of the answer before reached the voice; absent on the first turn. */
      readonly spoken?: string;
      /** The bot was asked this by `speculate`: its answer counts from now on. */
      readonly isAskedAhead?: true;
    }
  /** Ask the bot ahead of the turn. The answer is kept back until an `ask` takes it up; any other `ask` ends it. */
  | {
      readonly type: 'speculate';
      /** Of the turn that it becomes, if it does. */
      readonly turnId: number;
      readonly text: string;
      readonly context: JsonObject;
      readonly input?: JsonObject;
      readonly spoken: string;
    }
  | { readonly type: 'drop-speculation' }
  /** The bot need not go on answering this turn. */
  | { readonly type: 'abandon'; readonly turnId: number }
  /** Another bot, for the rest of the call or for its next turn. Answered by `problem` when it cannot be had. */
  | { readonly type: 'set-bot'; readonly config: JsonObject; readonly isOnce: boolean }
  | { readonly type: 'media'; readonly command: MediaCommand }
  /** The engine knows the tenant's speech: it makes a media command of it, or says with `warning` why it cannot. */
  | ConfigureSpeech
  | { readonly type: 'invite'; readonly sdp: string | undefined }
  /** To the caller of a call that came in: 180, 200 with this session description, or this final status. */
  | { readonly type: 'ring' }
  | { readonly type: 'accept'; readonly sdp: string }
  | { readonly type: 'reject'; readonly status: number }
  /** A second leg of the call: an INVITE by the way of the call, to a target that was judged. */
  | {
      readonly type: 'invite-second';
      readonly legId: string;
      readonly to: string;
      readonly sdp: string;
      readonly replaces?: string;
    }
  /** Answers of ours to an incoming leg that takes the place of the call's (RFC 3891). */
  | { readonly type: 'accept-leg'; readonly legId: string; readonly sdp: string }
  | { readonly type: 'reject-leg'; readonly legId: string; readonly status: number }
  /** BYE, or CANCEL before the answer; the headers are checked. Without `legId`, the call's own leg. */
  | { readonly type: 'hang-up'; readonly headers: readonly ExtraHeader[]; readonly legId?: string }
  /** Whether the call may follow its callee there; answered by `redirection-judged`. */
  | { readonly type: 'judge-redirection'; readonly target: string }
  | {
      readonly type: 'answer-refer' | 'notify-refer';
      readonly legId: string;
      readonly referId: string;
      readonly status: number;
    }
  /** Whether a call may be transferred there, and `isCalledByUs` first; answered by `transfer-judged`. */
  | { readonly type: 'judge-transfer'; readonly target: string | undefined; readonly isCalledByUs?: true }
  | { readonly type: 'offer'; readonly sdp: string }
  | { readonly type: 'refer'; readonly order: ReferOrder }
  | {
      readonly type: 'answer-offer';
      readonly offerId: string;
      readonly sdp: string | undefined;
      readonly legId?: string;
    }
  /** An INFO inside the dialog, checked. */
  | { readonly type: 'info'; readonly info: InfoContent }
  /** Answered by a `text-message-failed` input, or not at all. */
  | { readonly type: 'send-text-message'; readonly message: TextMessage & { readonly userNumber: string } }
  | { readonly type: 'notify'; readonly callState: CallStateName; readonly failureReason: string | null }
  | { readonly type: 'observe'; readonly event: CallEvent }
  /** Everything is closed: write the record and forget the call. */
  | { readonly type: 'over' };

export type CallOutcome = readonly [CallState, ...CallEffect[]];

/** Continues with the state of an outcome; its effects come first. */
export function andThen(outcome: CallOutcome, step: (state: CallState) => CallOutcome): CallOutcome {
  const [state, ...effects] = outcome;
  const [next, ...more] = step(state);
  return [next, ...effects, ...more];
}

export function notify(callState: CallStateName, failureReason: string | null = null): CallEffect {
  return { type: 'notify', callState, failureReason };
}

export function observe(event: CallEvent): CallEffect {
  return { type: 'observe', event };
}

export function warn(state: CallState, message: string, nowMs: number): CallOutcome {
  return [
    { ...state, warnings: [...state.warnings, message] },
    observe({ type: 'call.warning', message, atMs: nowMs }),
  ];
}

export function warnAll(outcome: CallOutcome, messages: readonly string[], nowMs: number): CallOutcome {
  return messages.reduce((before, message) => andThen(before, (next) => warn(next, message, nowMs)), outcome);
}

export function withTurn(state: CallState, turn: TurnReport): CallState {
  return { ...state, turns: state.turns.map((other) => (other.turnId === turn.turnId ? turn : other)) };
}

export function changeTurnWithId(
  state: CallState,
  turnId: number,
  change: (turn: TurnReport) => TurnReport,
): CallState {
  const asked = state.turns.find((turn) => turn.turnId === turnId);
  return asked === undefined ? state : withTurn(state, change(asked));
}

/** Changes the report of the turn whose answer plays under `playbackId`. */
export function changeTurn(
  state: CallState,
  playbackId: string,
  change: (turn: TurnReport) => TurnReport,
): CallOutcome {
  const asked = state.turns.find(({ turnId }) => isPlaybackOf(playbackId, turnId));
  return [asked === undefined ? state : withTurn(state, change(asked))];
}

/** The same, and tells it. */
export function markTurn(
  state: CallState,
  playbackId: string,
  change: (turn: TurnReport) => TurnReport,
  type: 'turn.spoken' | 'turn.finished' | 'turn.interrupted',
  nowMs: number,
): CallOutcome {
  const [changed] = changeTurn(state, playbackId, change);
  const turn = changed.turns.find(({ turnId }) => isPlaybackOf(playbackId, turnId));
  return turn === undefined ? [changed] : [changed, observe({ type, turn, atMs: nowMs })];
}
