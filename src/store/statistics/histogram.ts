/** How often which wait occurred: small enough to be kept as text, and added up without losing anything. */
import type { CallStatistics, Waits } from './contract.ts';

/** Waits of one name. */
export interface Histogram {
  readonly sumMs: number;
  /** How often, by ms rounded to two significant digits. */
  readonly counts: Readonly<Record<string, number>>;
}

export type Histograms = Readonly<Record<string, Histogram>>;

/** Waits that one call counts with, of each name: a call of very many turns must not hold up the others. */
const mostWaits = 2000;

export function histogramsOf(waitsMs: Readonly<Record<string, readonly number[]>>): Histograms {
  const entries = Object.entries(waitsMs).filter(([, waits]) => waits.length > 0);
  return Object.fromEntries(entries.map(([name, waits]) => [name, histogramOf(waits.slice(0, mostWaits))]));
}

function histogramOf(waits: readonly number[]): Histogram {
  const counts: Record<string, number> = {};
  let sumMs = 0;
  for (const wait of waits) {
    const ms = Math.max(0, Math.round(wait));
    sumMs += ms;
    const rounded = roundToTwoDigits(ms);
    counts[rounded] = (counts[rounded] ?? 0) + 1;
  }
  return { sumMs, counts };
}

/** All of them together, name by name. */
export function addHistograms(all: readonly Histograms[]): Histograms {
  const sums: Record<string, { sumMs: number; counts: Record<string, number> }> = {};
  for (const histograms of all) {
    for (const [name, { sumMs, counts }] of Object.entries(histograms)) {
      const sum = (sums[name] ??= { sumMs: 0, counts: {} });
      sum.sumMs += sumMs;
      for (const [rounded, count] of Object.entries(counts)) sum.counts[rounded] = (sum.counts[rounded] ?? 0) + count;
    }
  }
  return sums;
}

/** What was counted in slots, the earliest first; in one slot several may have counted. */
export function measureSlots(
  counted: readonly { readonly slotWallMs: number; readonly histograms: Histograms }[],
): Pick<CallStatistics, 'waits' | 'overall'> {
  const sums = new Map<number, Histograms>();
  for (const { slotWallMs, histograms } of counted) {
    sums.set(slotWallMs, addHistograms([sums.get(slotWallMs) ?? {}, histograms]));
  }
  const slots = [...sums].sort(([one], [other]) => one - other);
  return {
    waits: slots.flatMap(([slotWallMs, sum]) => waitsOf(sum).map((waits) => Object.assign({ slotWallMs }, waits))),
    overall: waitsOf(addHistograms([...sums.values()])),
  };
}

/** Sorted by name. */
function waitsOf(histograms: Histograms): readonly Waits[] {
  return Object.keys(histograms)
    .sort()
    .flatMap((name) => measure(name, histograms[name]));
}

function measure(name: string, histogram: Histogram | undefined): readonly Waits[] {
  if (histogram === undefined) return [];
  const sorted = Object.entries(histogram.counts)
    .map(([ms, count]) => ({ ms: Number(ms), count }))
    .sort((one, other) => one.ms - other.ms);
  const count = sorted.reduce((sum, each) => sum + each.count, 0);
  // Nearest rank: the least wait that so many are no longer than.
  const atLeast = (percent: number): number => {
    let reached = 0;
    return sorted.find((each) => (reached += each.count) * 100 >= count * percent)?.ms ?? 0;
  };
  const meanMs = Math.round(histogram.sumMs / count);
  return [{ name, count, meanMs, p50Ms: atLeast(50), p90Ms: atLeast(90), p95Ms: atLeast(95), p99Ms: atLeast(99) }];
}

/**
 * Whole ms to two significant digits: fewer than 100 of them in a power of ten, and never more than 5 % off. Rounding keeps the
 * order, so a percentile of what was rounded is the rounded percentile.
 */
function roundToTwoDigits(ms: number): number {
  let unit = 1;
  while (ms / unit >= 100) unit *= 10;
  return Math.round(ms / unit) * unit;
}
