import type { Clock } from '../kit/index.ts';

/** The wall clock as it was at the start, carried on by the monotonic one: it never jumps (promise R18). */
export function createSteadyWall(clock: Clock): () => number {
  const offsetMs = clock.wallMs() - clock.nowMs();
  return () => Math.round(offsetMs + clock.nowMs());
}
