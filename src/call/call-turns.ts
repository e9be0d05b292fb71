/** The turns of an answered call: runs the turn machine and carries its effects over to bot, media and dialog. */
import type { TransferOrder } from '../conversation/index.ts';
import type { GatewayError } from '../kit/index.ts';
import { onTurn, type TurnEffect, type TurnInput } from '../turn/index.ts';
import { beginTransfer, failureTransfer } from './begin-transfer.ts';
import { askedText, spokenBefore, turnContext } from './bot-turn.ts';
import { completed, conclude, fail } from './call-ending.ts';
import { type CallOutcome, observe, andThen } from './call-outcome.ts';
import type { CallState, TurnReport } from './call-state.ts';

/** Runs the turn machine and carries its effects over. */
export function take(state: CallState, input: TurnInput, nowMs: number): CallOutcome {
  if (state.phase !== 'active') return [state];
  const [turn, ...effects] = onTurn(state.turn, input, nowMs);
  let outcome: CallOutcome = [{ ...state, turn }];
  for (const effect of effects) outcome = andThen(outcome, (next) => onTurnEffect(next, effect, nowMs));
  return outcome;
}

function onTurnEffect(state: CallState, effect: TurnEffect, nowMs: number): CallOutcome {
  switch (effect.type) {
    case 'ask': {
      const turn: TurnReport = {
        turnId: effect.turnId,
        cause: effect.cause,
        text: askedText(effect.cause),
        askedAtMs: nowMs,
      };
      return [
        { ...state, turns: [...state.turns, turn] },
        observe({ type: 'turn.asked', turn, atMs: nowMs }),
        {
          type: 'ask',
          turnId: effect.turnId,
          text: turn.text,
          context: turnContext(state, turn),
          spoken: spokenBefore(state),
        },
      ];
    }
    case 'abandon': {
      const turns = state.turns.map((turn) => (turn.turnId === effect.turnId ? { ...turn, isAbandoned: true } : turn));
      return [{ ...state, turns }, effect];
    }
    case 'play': {
      const { type, turnId: _turnId, ...play } = effect;
      const { text } = play;
      const spoken = state.turns.map((turn) =>
        turn.turnId === effect.turnId ? { ...turn, spoken: [turn.spoken ?? '', text].join(' ').trim() } : turn,
      );
      return [
        { ...state, turns: spoken },
        { type: 'media', command: { type, ...play } },
      ];
    }
    case 'prepare':
      return [state, { type: 'media', command: effect }];
    case 'play-audio': {
      const { playbackId, url, isLooping } = effect;
      return [state, { type: 'media', command: { type: 'play-audio', playbackId, url, isLooping } }];
    }
    case 'configure-speech':
      return [state, effect];
    case 'stop-playback':
    case 'listen':
    case 'pause-listening':
      return [state, { type: 'media', command: { type: effect.type } }];
    case 'transfer':
      return beginTransfer(state, effect.order, nowMs);
    case 'hang-up':
      return onHangUp({ ...state, hangUpHeaders: effect.headers ?? [] }, effect.cause, nowMs);
    default:
      return effect satisfies never;
  }
}

function onHangUp(state: CallState, cause: 'asked' | 'no-input', nowMs: number): CallOutcome {
  if (state.failure !== undefined) return fail(state, state.failure, nowMs);
  const end = completed(state, nowMs);
  return cause === 'asked'
    ? conclude(state, { ...end, endedBy: 'bot', endCode: 'completed.bot' }, nowMs)
    : conclude(state, { ...end, endedBy: 'gateway', endCode: 'completed.no-input' }, nowMs);
}

/**
 * The failure path of an answered call: say what the tenant wants said, then hand the call to the default target, or without
 * one end as failed.
 */
export function failWithMessage(state: CallState, error: GatewayError, nowMs: number): CallOutcome {
  if (state.phase !== 'active' || state.failure !== undefined) return fail(state, error, nowMs);
  // A transfer that is under way goes on; the failure counts when it is over.
  if (state.turn.floor === 'transferring') return [{ ...state, failure: error }];
  const text = state.variables.conversationFailedMessage ?? state.plan.failedMessage;
  return take({ ...state, failure: error }, { type: 'say-goodbye', text, ...failureEnd(state) }, nowMs);
}

/** The same when nothing can be said, because it is the voice that failed. */
export function failWithoutMessage(state: CallState, error: GatewayError, nowMs: number): CallOutcome {
  const failure = state.failure ?? error;
  // During a goodbye, only what was to follow it is done.
  const isHandedOver =
    state.failure === undefined
      ? failureTransfer(state) !== undefined
      : state.turn.pendingSteps.some((step) => step.type === 'transfer');
  if (state.phase !== 'active' || !isHandedOver) return fail(state, failure, nowMs);
  return take({ ...state, failure }, { type: 'say-goodbye', text: '', ...failureEnd(state) }, nowMs);
}

function failureEnd(state: CallState): { readonly transfer?: TransferOrder } {
  const transfer = failureTransfer(state);
  return transfer === undefined ? {} : { transfer };
}
