/** What the callee waited for the answers of the bot: one figure for a turn, wherever the page tells it. */
import type { CallData } from './call-data.ts';

/** By the index of the turn: as its record has it, and of a call that has none yet, as its events tell. */
export function waitsByTurn({ events, record }: Pick<CallData, 'events' | 'record'>): ReadonlyMap<number, number> {
  const found: readonly (readonly [unknown, unknown])[] =
    record === undefined
      ? events
          .filter(({ type }) => type === 'turn.spoken')
          .map(({ data }) => [data['turn'], data['milliseconds']] as const)
      : (record.latencies ?? []).map(({ turn, responseMs }) => [turn, responseMs] as const);
  const waits = new Map<number, number>();
  for (const [turn, waitMs] of found) {
    if (typeof turn === 'number' && typeof waitMs === 'number') waits.set(turn, waitMs);
  }
  return waits;
}

/** 0 of no values. */
export function median(ascending: readonly number[]): number {
  const middle = Math.floor(ascending.length / 2);
  const upper = ascending[middle] ?? 0;
  return ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] ?? 0) + upper) / 2;
}
