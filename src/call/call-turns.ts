/** The turns of an answered call: runs the turn machine and carries its effects over to bot, media and dialog. */
import type { GatewayError } from '../kit/index.ts';
import { onTurn, type TurnEffect, type TurnInput } from '../turn/index.ts';
import { askedText, turnContext } from './bot-turn.ts';
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
        { type: 'ask', turnId: effect.turnId, text: turn.text, context: turnContext(state, turn) },
      ];
    }
    case 'play': {
      const { playbackId, text } = effect;
      const spoken = state.turns.map((turn) => (turn.turnId === effect.turnId ? { ...turn, spoken: text } : turn));
      return [
        { ...state, turns: spoken },
        { type: 'media', command: { type: 'play', playbackId, text } },
      ];
    }
    case 'stop-playback':
      return [state, { type: 'media', command: { type: 'stop-playback' } }];
    case 'hang-up':
      return state.failure === undefined
        ? conclude(state, { ...completed(state, nowMs), endedBy: 'bot', endCode: 'completed.bot' }, nowMs)
        : fail(state, state.failure, nowMs);
    default:
      return effect satisfies never;
  }
}

/** The failure path of an answered call: say what the tenant wants said, then end as failed. */
export function failWithMessage(state: CallState, error: GatewayError, nowMs: number): CallOutcome {
  if (state.phase !== 'active' || state.failure !== undefined) return fail(state, error, nowMs);
  return take({ ...state, failure: error }, { type: 'say-goodbye', text: state.plan.failedMessage }, nowMs);
}
