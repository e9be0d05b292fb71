import type { Clock } from '../kit/index.ts';

/**
 * The distance from this thread's `performance.now()`, which begins at zero in every thread, to the process-wide
 * `process.hrtime()`. Both read the same monotonic clock; the former allocates nothing. Of several readings the one
 * that was least interrupted counts.
 */
const threadStartMs = ((): number => {
  let leastMs = Number.POSITIVE_INFINITY;
  let startMs = 0;
  for (let i = 0; i < 10; i++) {
    const beforeMs = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const tookMs = performance.now() - beforeMs;
    if (tookMs >= leastMs) continue;
    leastMs = tookMs;
    startMs = seconds * 1000 + nanoseconds / 1e6 - beforeMs - tookMs / 2;
  }
  return startMs;
})();

/** The clock of the process: monotonic instants compare between its threads to within some microseconds. */
export const monotonicClock: Clock = {
  nowMs: () => threadStartMs + performance.now(),
  wallMs: () => Date.now(),
};
