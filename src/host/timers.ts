import type { Clock } from '../kit/index.ts';

/** Longest wait that setTimeout takes; a later deadline is reached in several waits. */
const longestWaitMs = 2 ** 31 - 1;

/**
 * Calls back once at or after an instant of the clock, never before it: setTimeout may fire up to a millisecond early.
 * The returned function cancels.
 */
export function at(clock: Clock, atMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const restMs = atMs - clock.nowMs();
    if (restMs <= 0) callback();
    else timer = setTimeout(wait, Math.min(Math.ceil(restMs), longestWaitMs));
  };
  timer = setTimeout(wait, Math.min(Math.max(0, Math.ceil(atMs - clock.nowMs())), longestWaitMs));
  return () => {
    clearTimeout(timer);
  };
}
