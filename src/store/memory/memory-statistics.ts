/** What is counted of calls that are over, in memory. */
import { dayMs } from '../admission.ts';
import type { CallStatistics, EndCount, StatisticsQuery } from '../statistics/contract.ts';
import { addHistograms, measureSlots } from '../statistics/histogram.ts';
import { type OverCall, slotOf, tally } from '../statistics/tally.ts';
import { isOver, type Journal, type MemoryState } from './memory-state.ts';

export function countCall(state: MemoryState, journal: Journal, call: OverCall): void {
  const { ends, waits } = tally([call]);
  for (const [key, end] of ends) {
    journal.set(state.ends, key, { ...end, calls: end.calls + (state.ends.get(key)?.calls ?? 0) });
  }
  for (const [key, wait] of waits) {
    const histograms = addHistograms([state.waits.get(key)?.histograms ?? {}, wait.histograms]);
    journal.set(state.waits, key, { ...wait, histograms });
  }
}

export function readStatistics(state: MemoryState, query: StatisticsQuery): CallStatistics {
  const { tenantId, slotMs, fromWallMs, beforeWallMs } = query;
  const isAsked = (each: { readonly tenantId: string; readonly slotMs: number; readonly slotWallMs: number }) =>
    each.tenantId === tenantId &&
    each.slotMs === slotMs &&
    each.slotWallMs >= fromWallMs &&
    each.slotWallMs < beforeWallMs;
  const running = new Map<number, number>();
  for (const { call } of state.calls.values()) {
    const slotWallMs = slotOf(call.acceptedAtWallMs, slotMs);
    if (isOver(call) || !isAsked({ tenantId: call.tenantId, slotMs, slotWallMs })) continue;
    running.set(slotWallMs, (running.get(slotWallMs) ?? 0) + 1);
  }
  return {
    ends: [...state.ends.values()]
      .filter(isAsked)
      .map(({ tenantId: _tenant, slotMs: _length, ...end }) => end)
      .sort(byEnd),
    running: [...running].map(([slotWallMs, calls]) => ({ slotWallMs, calls })).sort(bySlot),
    ...measureSlots([...state.waits.values()].filter(isAsked)),
  };
}

/** Of what lies that far back the days stay. */
export function pruneTallies(state: MemoryState, beforeWallMs: number): void {
  for (const map of [state.ends, state.waits]) {
    for (const [key, { slotMs, slotWallMs }] of map) {
      if (slotMs < dayMs && slotWallMs + slotMs <= beforeWallMs) map.delete(key);
    }
  }
}

function byEnd(one: EndCount, other: EndCount): number {
  return (
    bySlot(one, other) ||
    byText(one.state, other.state) ||
    byText(one.endCode, other.endCode) ||
    Number(one.isAnswered) - Number(other.isAnswered)
  );
}

function bySlot(one: { readonly slotWallMs: number }, other: { readonly slotWallMs: number }): number {
  return one.slotWallMs - other.slotWallMs;
}

function byText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
