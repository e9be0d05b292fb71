/** When a sink that takes nothing is tried again. */
import { jittered, type Random } from '../kit/index.ts';

const firstPauseMs = 1000;
const longestPauseMs = 60_000;
/** A sink that asks for more is tried earlier all the same. */
export const longestAskedMs = 3_600_000;

/** The pause after the n-th failure in a row, n from 1: 1 s, 2 s, 4 s, ... 60 s, each ±20 %; at least what the sink asked for. */
export function pauseMs(failures: number, askedMs: number | undefined, random: Random): number {
  const planned = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20));
  return Math.max(jittered(planned, random), Math.min(askedMs ?? 0, longestAskedMs));
}
