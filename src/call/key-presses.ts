/**
 * Keys of the callee, however they come: as telephone events, by INFO, or as tones in the audio. A far end may tell of one press
 * in more than one way; it counts once.
 */
import { type CallOutcome, andThen, observe } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { take } from './call-turns.ts';

type KeySource = 'telephone-event' | 'info' | 'tone';

/** A press of late, and the ways in which it has come. */
export interface KeyPress {
  readonly digit: string;
  readonly sources: readonly KeySource[];
  readonly atMs: number;
}

/** The same key by another way within this time is the same press. */
const samePressMs = 2000;
/** More presses than this in that time are not told apart from copies any more. */
const mostPresses = 32;

export function onKey(state: CallState, digit: string, source: KeySource, atMs: number, nowMs: number): CallOutcome {
  if (state.phase !== 'active') return [state];
  const recent = state.keyPresses.filter((press) => atMs - press.atMs <= samePressMs).slice(-mostPresses);
  const copied = recent.find((press) => press.digit === digit && !press.sources.includes(source));
  if (copied !== undefined) {
    const told = { ...copied, sources: [...copied.sources, source] };
    return [{ ...state, keyPresses: recent.map((press) => (press === copied ? told : press)) }];
  }
  const keyPresses: readonly KeyPress[] = [...recent, { digit, sources: [source], atMs }];
  return andThen([{ ...state, keyPresses }, observe({ type: 'key.pressed', digit, atMs })], (next) =>
    take(next, { type: 'digit', digit }, nowMs),
  );
}
