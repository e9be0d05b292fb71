/** Calls that are over, added up by slot: what has to be written of a batch of them. */
import { type CallFigures, type SlotLengthMs, slotLengthsMs } from './contract.ts';
import { addHistograms, type Histograms, histogramsOf } from './histogram.ts';

/** A call that is over. */
export interface OverCall {
  readonly tenantId: string;
  readonly acceptedAtWallMs: number;
  readonly state: 'failed' | 'ended';
  readonly endCode: string;
  readonly figures: CallFigures;
}

interface Slot {
  readonly tenantId: string;
  readonly slotMs: SlotLengthMs;
  readonly slotWallMs: number;
}

export interface EndTally extends Slot {
  readonly state: 'failed' | 'ended';
  readonly endCode: string;
  readonly isAnswered: boolean;
  readonly calls: number;
}

export interface WaitTally extends Slot {
  readonly histograms: Histograms;
}

export interface Tallies {
  /** By the text of what makes them different. */
  readonly ends: ReadonlyMap<string, EndTally>;
  readonly waits: ReadonlyMap<string, WaitTally>;
}

export function tally(calls: readonly OverCall[]): Tallies {
  const ends = new Map<string, EndTally>();
  const waits = new Map<string, WaitTally>();
  for (const { tenantId, acceptedAtWallMs, state, endCode, figures } of calls) {
    const { isAnswered } = figures;
    const histograms = histogramsOf(figures.waitsMs);
    for (const slotMs of slotLengthsMs) {
      const slot = { tenantId, slotMs, slotWallMs: slotOf(acceptedAtWallMs, slotMs) };
      const endKey = JSON.stringify([tenantId, slotMs, slot.slotWallMs, state, endCode, isAnswered]);
      ends.set(endKey, { ...slot, state, endCode, isAnswered, calls: 1 + (ends.get(endKey)?.calls ?? 0) });
      if (Object.keys(histograms).length === 0) continue;
      const waitKey = JSON.stringify([tenantId, slotMs, slot.slotWallMs]);
      const before = waits.get(waitKey)?.histograms ?? {};
      waits.set(waitKey, { ...slot, histograms: addHistograms([before, histograms]) });
    }
  }
  return { ends, waits };
}

/** The beginning of the slot of an instant. */
export function slotOf(atWallMs: number, slotMs: number): number {
  return Math.floor(atWallMs / slotMs) * slotMs;
}
