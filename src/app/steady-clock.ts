import type { Clock } from '../kit/index.ts';

/** Its wall clock is as it was at the start, carried on by the monotonic one: it never jumps (promise R18). */
export function createSteadyClock(clock: Clock): Clock {
  const offsetMs = clock.wallMs() - clock.nowMs();
  return { nowMs: () => clock.nowMs(), wallMs: () => Math.round(offsetMs + clock.nowMs()) };
}
