/**
 * Whether the machine can carry one more call: new calls are refused before running ones suffer (promise R11). Decided on one share
 * of what is bearable (of all cores, of a wait), with a memory, so that one busy moment refuses nobody.
 */
export interface LoadGuard {
  /** One measurement: 0 is idle, 1 is all there is. */
  sample(busyShare: number): void;
  isOverloaded(): boolean;
}

/** Measurements in a row that must be over the limit. */
const patience = 3;
/** Overload ends below this part of the limit. */
const releaseShare = 0.9;

/** `limit`: 0 to 1; 0 switches the guard off. */
export function createLoadGuard(limit: number): LoadGuard {
  let over = 0;
  let isOverloaded = false;
  return {
    sample(busyShare) {
      if (limit === 0) return;
      over = busyShare >= limit ? over + 1 : 0;
      if (over >= patience) isOverloaded = true;
      else if (busyShare < limit * releaseShare) isOverloaded = false;
    },
    isOverloaded: () => isOverloaded,
  };
}
