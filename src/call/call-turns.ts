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
    case 'hang-up':
      return onHangUp(state, effect.cause, nowMs);
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

/** The failure path of an answered call: say what the tenant wants said, then end as failed. */
export function failWithMessage(state: CallState, error: GatewayError, nowMs: number): CallOutcome {
  if (state.phase !== 'active' || state.failure !== undefined) return fail(state, error, nowMs);
  const text = state.variables.conversationFailedMessage ?? state.plan.failedMessage;
  return take({ ...state, failure: error }, { type: 'say-goodbye', text }, nowMs);
}
