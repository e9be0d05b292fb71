/** What a step of the call machine gives: the next state and what is to be done, in order. */
import type { JsonObject } from '../kit/index.ts';
import type { MediaCommand } from '../media/index.ts';
import type { ExtraHeader, ReferOrder } from '../sip/index.ts';
import { type ConfigureSpeech, isPlaybackOf } from '../turn/index.ts';
import type { CallEvent } from './call-event.ts';
import type { CallState, CallStateName, TurnReport } from './call-state.ts';

export type CallEffect =
  | {
      readonly type: 'ask';
      readonly turnId: number;
      readonly text: string;
      readonly context: JsonObject;
      /** What of the answer before reached the voice; absent on the first turn. */
      readonly spoken?: string;
    }
  /** The bot need not go on answering this turn. */
  | { readonly type: 'abandon'; readonly turnId: number }
  /** Another bot, for the rest of the call or for its next turn. Answered by `problem` when it cannot be had. */
  | { readonly type: 'set-bot'; readonly config: JsonObject; readonly isOnce: boolean }
  | { readonly type: 'media'; readonly command: MediaCommand }
  /** The engine knows the tenant's speech: it makes a media command of it, or says with `warning` why it cannot. */
  | ConfigureSpeech
  | { readonly type: 'invite'; readonly sdp: string }
  /** BYE, or CANCEL before the answer; the headers are checked. */
  | { readonly type: 'hang-up'; readonly headers: readonly ExtraHeader[] }
  /** Whether a call may be transferred there; answered by `transfer-judged`. */
  | { readonly type: 'judge-transfer'; readonly target: string | undefined }
  | { readonly type: 'offer'; readonly sdp: string }
  | { readonly type: 'refer'; readonly order: ReferOrder }
  | { readonly type: 'answer-offer'; readonly offerId: string; readonly sdp: string | undefined }
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
  type: 'turn.spoken' | 'turn.interrupted',
  nowMs: number,
): CallOutcome {
  const [changed] = changeTurn(state, playbackId, change);
  const turn = changed.turns.find(({ turnId }) => isPlaybackOf(playbackId, turnId));
  return turn === undefined ? [changed] : [changed, observe({ type, turn, atMs: nowMs })];
}
