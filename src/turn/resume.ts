/**
 * Barge-in that can be taken back (`bargeInResume`, specification §9.2): a voice only pauses what is spoken. Words make the
 * interruption final; a voice without words, or with words that are not believed, lets the playback go on where it
 * stopped.
 */
import { ask, interrupt, perform } from './carry-out.ts';
import { andThen, type TurnOutcome, type TurnState } from './turn-state.ts';

/** A voice that does not become words within this time is not waited for any longer. */
const longestPauseMs = 15_000;

/** A voice began while the bot has the floor. */
export function pauseForVoice(state: TurnState, nowMs: number): TurnOutcome {
  if (state.isPaused) return [state];
  const deadlineMs = nowMs + (state.settings.finalUtteranceTimeoutMs ?? longestPauseMs);
  const paused: TurnState = { ...state, isPaused: true, deadlineMs };
  return state.playbackId === undefined ? [paused] : [paused, { type: 'pause-playback' }];
}

/** It was nothing. */
export function resume(state: TurnState, nowMs: number): TurnOutcome {
  const quiet: TurnState = { ...state, isPaused: false, isVoiceHeard: false, deadlineMs: undefined };
  return state.playbackId === undefined ? perform(quiet, nowMs) : [quiet, { type: 'resume-playback' }];
}

/** What was paused had just come to its end: what follows it still waits for the words. */
export function endWhilePaused(state: TurnState): TurnOutcome {
  return [{ ...state, playbackId: undefined }, { type: 'resume-playback' }];
}

/** The words did not come in time: a turn of its own where the bot set a time for them, else nothing. */
export function onPauseTooLong(state: TurnState, nowMs: number): TurnOutcome {
  if (state.settings.finalUtteranceTimeoutMs === undefined) return resume(state, nowMs);
  return andThen(interrupt({ ...state, isVoiceHeard: false }), (next) => ask(next, { type: 'no-final' }));
}
