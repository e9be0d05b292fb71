/**
 * What is counted of calls when they end, so that charts need not read them: how they ended and how long everybody waited, in
 * slots of time. A call counts in the slot in which it was accepted. Nothing of it tells who was called or what was said.
 */

/** What one call brings. */
export interface CallFigures {
  readonly isAnswered: boolean;
  /** Waits in ms by name, each as often as it occurred. */
  readonly waitsMs: Readonly<Record<string, readonly number[]>>;
}

/** Of a call of which nothing else is known. */
export const noFigures: CallFigures = { isAnswered: false, waitsMs: {} };

/** Lengths of the slots that are counted in. Days are those of UTC. */
export const slotLengthsMs = [300_000, 3_600_000, 86_400_000] as const;
export type SlotLengthMs = (typeof slotLengthsMs)[number];

export interface StatisticsQuery {
  readonly tenantId: string;
  readonly slotMs: SlotLengthMs;
  /** Both are beginnings of slots. */
  readonly fromWallMs: number;
  readonly beforeWallMs: number;
}

export interface CallStatistics {
  /** Calls that are over, by slot, state, code and answer; the earliest slot first. */
  readonly ends: readonly EndCount[];
  /** Calls that are not over. */
  readonly running: readonly { readonly slotWallMs: number; readonly calls: number }[];
  /** By slot and name. */
  readonly waits: readonly SlotWaits[];
  /** Of the whole time asked for, by name. */
  readonly overall: readonly Waits[];
}

export interface EndCount {
  readonly slotWallMs: number;
  readonly state: 'failed' | 'ended';
  readonly endCode: string;
  readonly isAnswered: boolean;
  readonly calls: number;
}

/** Percentiles are those of the waits rounded to two significant digits (nearest rank); the mean is exact. */
export interface Waits {
  readonly name: string;
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface SlotWaits extends Waits {
  readonly slotWallMs: number;
}
