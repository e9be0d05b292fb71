/**
 * Counters, gauges and histograms of one process. Bounded: a label takes so many values, and every further one is counted
 * as `other`; buckets are fixed. Bad input (an amount that is not finite, a counter that would fall) changes nothing.
 */
import type { LabelsOf, MetricSpec, NameOf } from './metric-spec.ts';

/** Values of one label of one metric that are told apart. */
export const maxLabelValues = 100;
/** What further values of a label are counted as. */
export const otherLabelValue = 'other';

/** One combination of label values. `value` is that of a counter or gauge, and the sum of a histogram. */
export interface Series {
  readonly labelValues: readonly string[];
  readonly value: number;
  /** Histograms only: observations in each bucket, not cumulated; the last one is that of +Inf. */
  readonly bucketCounts: readonly number[];
}

export interface MetricFamily {
  readonly spec: MetricSpec;
  readonly series: readonly Series[];
}

export interface MetricRegistry<Table extends readonly MetricSpec[]> {
  /** Counts. `amount` is 0 or more. */
  add<Name extends NameOf<Table, 'counter'>>(name: Name, labels: LabelsOf<Table, Name>, amount?: number): void;
  /** Says how much there is now. */
  set<Name extends NameOf<Table, 'gauge'>>(name: Name, labels: LabelsOf<Table, Name>, value: number): void;
  /** Puts one measurement into a histogram. */
  observe<Name extends NameOf<Table, 'histogram'>>(name: Name, labels: LabelsOf<Table, Name>, value: number): void;
  /** Every metric in the order of the table, with what it stands at. */
  families(): readonly MetricFamily[];
}

interface MutableSeries {
  readonly labelValues: readonly string[];
  value: number;
  readonly bucketCounts: number[];
}

class Family implements MetricFamily {
  readonly spec: MetricSpec;
  readonly #series = new Map<string, MutableSeries>();
  /** Per label: the values that are told apart. */
  readonly #known: readonly Set<string>[];

  constructor(spec: MetricSpec) {
    this.spec = spec;
    this.#known = (spec.labels ?? []).map(() => new Set<string>());
    // Without labels there is one series, and it is there from the start: a rate needs a zero to begin with.
    if (this.#known.length === 0) this.at({});
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  at(labels: Readonly<Record<string, string>>): MutableSeries {
    const labelValues = (this.spec.labels ?? []).map((label, index) => this.#bounded(index, labels[label] ?? ''));
    const key = JSON.stringify(labelValues);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const bucketCount = this.spec.type === 'histogram' ? (this.spec.buckets ?? []).length + 1 : 0;
    const series = { labelValues, value: 0, bucketCounts: Array.from({ length: bucketCount }, () => 0) };
    this.#series.set(key, series);
    return series;
  }

  #bounded(index: number, value: string): string {
    const known = this.#known[index];
    if (known === undefined || known.has(value)) return value;
    if (known.size >= maxLabelValues) return otherLabelValue;
    known.add(value);
    return value;
  }
}

export function createMetricRegistry<const Table extends readonly MetricSpec[]>(table: Table): MetricRegistry<Table> {
  const families = new Map<string, Family>(table.map((spec) => [spec.name, new Family(spec)]));

  function familyOf(name: string): Family {
    const family = families.get(name);
    if (family === undefined) throw new TypeError(`the metric table has lost ${name}`);
    return family;
  }

  return {
    add(name, labels, amount = 1) {
      if (Number.isFinite(amount) && amount >= 0) familyOf(name).at(labels).value += amount;
    },
    set(name, labels, value) {
      if (Number.isFinite(value)) familyOf(name).at(labels).value = value;
    },
    observe(name, labels, value) {
      if (!Number.isFinite(value)) return;
      const family = familyOf(name);
      const series = family.at(labels);
      const bounds = family.spec.buckets ?? [];
      const found = bounds.findIndex((bound) => value <= bound);
      const bucket = found === -1 ? bounds.length : found;
      series.value += value;
      series.bucketCounts[bucket] = (series.bucketCounts[bucket] ?? 0) + 1;
    },
    families: () => [...families.values()],
  };
}
