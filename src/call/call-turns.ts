/** The turns of an answered call: runs the turn machine and carries its effects over to bot, media and dialog. */
import type { GatewayError } from '../kit/index.ts';
import { onTurn, type TurnCause, type TurnEffect, type TurnInput } from '../turn/index.ts';
import { beginTransfer, failureTransfer } from './begin-transfer.ts';
import { askedText, spokenBefore, turnContext } from './bot-turn.ts';
import { completed, conclude, fail } from './call-ending.ts';
import { type CallOutcome, observe, andThen } from './call-outcome.ts';
import type { CallState, TurnReport } from './call-state.ts';
import { saying } from './echo-memory.ts';
import { tellExpected } from './expected-answer.ts';
import { tellByAudio, tellFailure } from './failure-path.ts';
import { awaitPlayback, playbackCame } from './playback-guard.ts';
import { onErrand } from './errands.ts';
import { afterInput, chosenInput } from './reply-steps.ts';

/** Runs the turn machine and carries its effects over. */
export function take(state: CallState, input: TurnInput, nowMs: number): CallOutcome {
  if (state.phase !== 'active') return [state];
  const [turn, ...effects] = onTurn(state.turn, input, nowMs);
  let outcome: CallOutcome = [{ ...state, turn }];
  for (const effect of effects) outcome = andThen(outcome, (next) => onTurnEffect(next, effect, nowMs));
  return andThen(outcome, tellExpected);
}

function onTurnEffect(state: CallState, effect: TurnEffect, nowMs: number): CallOutcome {
  switch (effect.type) {
    case 'ask': {
      const { turnId, cause, askedAheadAtMs } = effect;
      const { turn, question } = questionOf(state, turnId, cause, askedAheadAtMs ?? nowMs);
      return [
        {
          ...state,
          givenVariables: {},
          turns: [...state.turns, turn],
          networkWarnings: [],
          memory: afterInput(state.memory, cause),
        },
        observe({ type: 'turn.asked', turn, atMs: nowMs }),
        {
          type: 'ask',
          turnId,
          ...question,
          ...(askedAheadAtMs === undefined ? {} : { isAskedAhead: true }),
        },
      ];
    }
    case 'speculate': {
      const { question } = questionOf(state, effect.turnId, effect.cause, nowMs);
      return [state, { type: 'speculate', turnId: effect.turnId, ...question }];
    }
    case 'drop-speculation':
      return [state, effect];
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
        awaitPlayback(
          { ...state, turns: spoken, echo: saying(state.echo, play.playbackId, text) },
          play.playbackId,
          nowMs,
        ),
        { type: 'media', command: { type, ...play } },
      ];
    }
    case 'prepare':
      return [state, { type: 'media', command: effect }];
    case 'play-audio': {
      const { playbackId, url, isLooping } = effect;
      return [state, { type: 'media', command: { type: 'play-audio', playbackId, url, isLooping } }];
    }
    case 'send-keys':
      return [state, { type: 'media', command: effect }];
    case 'errand':
      return onErrand(state, effect.errand, nowMs);
    case 'configure-speech':
      return [state, effect];
    case 'stop-playback':
      return [playbackCame(state, effect.playbackId), { type: 'media', command: { type: effect.type } }];
    case 'pause-playback':
    case 'resume-playback':
    case 'listen':
    case 'pause-listening':
      return [state, { type: 'media', command: { type: effect.type } }];
    case 'transfer':
      return beginTransfer(state, effect.order, effect.isInserted === true ? 'api' : 'bot', nowMs);
    case 'hang-up':
      return onHangUp({ ...state, hangUpHeaders: effect.headers ?? [] }, effect.cause, nowMs);
    default:
      return effect satisfies never;
  }
}

/** What a turn asks the bot, whether its time has come or not. */
function questionOf(state: CallState, turnId: number, cause: TurnCause, askedAtMs: number) {
  const input = chosenInput(state, cause);
  const chosenText = input?.['text'];
  const text = typeof chosenText === 'string' ? chosenText : askedText(cause);
  const turn: TurnReport = { turnId, cause, text, askedAtMs };
  const context = turnContext(state, turn);
  return { turn, question: { text, context, spoken: spokenBefore(state), ...(input === undefined ? {} : { input }) } };
}

function onHangUp(state: CallState, cause: 'asked' | 'no-input', nowMs: number): CallOutcome {
  if (state.failure !== undefined) return fail(state, state.failure, nowMs);
  const end = completed(state, nowMs);
  return cause === 'asked'
    ? conclude(state, { ...end, endedBy: 'bot', endCode: 'completed.bot' }, nowMs)
    : conclude(state, { ...end, endedBy: 'gateway', endCode: 'completed.no-input' }, nowMs);
}

/**
 * Ends a call because of `error`: in an answered one the callee is told first, and it is handed to the default target when
 * there is one. What else fails meanwhile changes nothing.
 */
export function failWithMessage(state: CallState, error: GatewayError, nowMs: number): CallOutcome {
  if (state.phase !== 'active') return fail(state, error, nowMs);
  if (state.failure !== undefined) return [state];
  // A transfer that is under way goes on; the failure counts when it is over.
  if (state.turn.floor === 'transferring') return [{ ...state, failure: error }];
  const telling = tellFailure(state, error, failureTransfer(state));
  return take(telling.state, telling.goodbye, nowMs);
}

/** A text could not be spoken. While that it failed is being told, the next way of telling it is tried. */
export function onSynthesisFailed(
  state: CallState,
  playbackId: string,
  error: GatewayError,
  nowMs: number,
): CallOutcome {
  // Of a text that nobody wants to hear any more it does not matter.
  if (state.phase === 'active' && state.turn.playbackId !== playbackId) return [state];
  if (state.phase !== 'active' || state.failure === undefined) return failWithMessage(state, error, nowMs);
  // What was to follow the goodbye still does.
  const transfer = state.turn.pendingSteps.find((step) => step.type === 'transfer');
  const telling = tellByAudio(state, transfer?.order);
  return telling === undefined
    ? take(state, { type: 'playback-finished', playbackId }, nowMs)
    : take(telling.state, telling.goodbye, nowMs);
}
