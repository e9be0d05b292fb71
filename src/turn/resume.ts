/**
 * Barge-in that can be taken back (`bargeInResume`, specification §9.2): a voice only pauses what is spoken. Words make the
 * interruption final; a voice without words, or with words that are not believed, lets the playback go on where it
 * stopped.
 */
import { interrupt, startTimer } from './carry-out.ts';
import { andThen, type TurnOutcome, type TurnState } from './turn-state.ts';

/** A voice that does not become words within this time is not waited for any longer. */
const longestPauseMs = 15_000;

/** A voice began while a text or an audio file holds the floor. */
export function pauseForVoice(state: TurnState, nowMs: number): TurnOutcome {
  if (state.isPaused) return [state];
  const deadlineMs = nowMs + (state.settings.finalUtteranceTimeoutMs ?? longestPauseMs);
  return [{ ...state, isPaused: true, deadlineMs }, { type: 'pause-playback' }];
}

/** It was nothing. */
export function resume(state: TurnState): TurnOutcome {
  return [{ ...state, isPaused: false, isVoiceHeard: false, deadlineMs: undefined }, { type: 'resume-playback' }];
}

/** What was paused had just come to its end: what follows it waits for the words, as behind any other voice. */
export function endWhilePaused(state: TurnState, nowMs: number): TurnOutcome {
  const ended: TurnState = { ...state, floor: 'listening', playbackId: undefined, isPaused: false };
  return [startTimer(ended, nowMs), { type: 'resume-playback' }];
}

/** The words did not come in time: a turn of its own where the bot set a time for them, else nothing. */
export function onPauseTooLong(state: TurnState, ask: (state: TurnState) => TurnOutcome): TurnOutcome {
  if (state.settings.finalUtteranceTimeoutMs === undefined) return resume(state);
  return andThen(interrupt({ ...state, isVoiceHeard: false }), ask);
}
