/**
 * A text that never becomes audio must not leave a call in silence: what was told to be played and has not begun in time
 * counts as failed. The wait stands still where silence has a reason: the callee holds the call, or a voice paused it.
 */
import { gatewayError } from '../kit/index.ts';
import type { MediaEvent } from '../media/index.ts';
import type { CallState } from './call-state.ts';

export function awaitPlayback(state: CallState, playbackId: string, nowMs: number): CallState {
  return { ...state, awaitedPlayback: { playbackId, untilMs: nowMs + state.plan.synthesisTimeoutMs } };
}

/** It began, ended or was given up; other playbacks change nothing. */
export function playbackCame(state: CallState, playbackId: string): CallState {
  return state.awaitedPlayback?.playbackId === playbackId ? { ...state, awaitedPlayback: undefined } : state;
}

/** The callee holds the call, or takes it up again: then the wait begins anew. */
export function holdPlayback(state: CallState, isHeld: boolean, nowMs: number): CallState {
  const { awaitedPlayback: awaited } = state;
  const next: CallState = { ...state, isHeld };
  return awaited === undefined ? next : awaitPlayback(next, awaited.playbackId, nowMs);
}

/** What to do about a wait that is over: the event that the media plane owes, or the state with a wait prolonged. */
export function judgePlayback(
  state: CallState,
  nowMs: number,
):
  | { readonly failed: Extract<MediaEvent, { type: 'playback-failed' }> }
  | { readonly prolonged: CallState }
  | undefined {
  const { awaitedPlayback: awaited, plan, isHeld, turn } = state;
  if (awaited === undefined || nowMs < awaited.untilMs) return undefined;
  const { playbackId } = awaited;
  if (isHeld || turn.isPaused) return { prolonged: awaitPlayback(state, playbackId, nowMs) };
  const message = `No audio of a text came within ${plan.synthesisTimeoutMs} ms.`;
  return { failed: { type: 'playback-failed', playbackId, error: gatewayError('speech.synthesis-failed', message) } };
}
