/** How long a call has lasted by the gateway's clock, on a page whose own clock may be wrong. */
import type { CallData } from '../call/call-data.ts';

/**
 * Returns what tells the ms since the acceptance. An event cannot come before it has happened, so the least difference
 * between its time of day and its arrival here is how far the clocks lie apart; without events since the page was opened,
 * they are taken to agree.
 */
export function runningClock(nowWallMs: () => number): (data: CallData) => number {
  let known = -1;
  let aheadMs = 0;
  let isMeasured = false;
  return ({ call, events }) => {
    const now = nowWallMs();
    const last = events.at(-1);
    if (last !== undefined && last.sequence > known) {
      const differenceMs = now - Date.parse(last.timestamp);
      // Those that were there when the page was opened came late for another reason; only a clock that is behind shows.
      if (known === -1) aheadMs = Math.min(0, differenceMs);
      else {
        aheadMs = isMeasured ? Math.min(aheadMs, differenceMs) : differenceMs;
        isMeasured = true;
      }
      known = last.sequence;
    }
    return now - aheadMs - Date.parse(call.acceptedAt);
  };
}
