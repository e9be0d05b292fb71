/** What a metric is, as data: names, help and labels are printed from it, and the types of the registry are made of it. */
export interface MetricSpec {
  /** Stable: people alert on it. Base units (seconds, bytes); counters end in `_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly group: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending, without +Inf. */
  readonly buckets?: readonly number[];
}

/** The names in a table that belong to metrics of a type. */
export type NameOf<Table extends readonly MetricSpec[], Type extends MetricSpec['type']> = Extract<
  Table[number],
  { readonly type: Type }
>['name'];

/** The labels of a metric, each with a value; `{}` when it has none. */
export type LabelsOf<Table extends readonly MetricSpec[], Name extends string> =
  Extract<Table[number], { readonly name: Name }> extends {
    readonly labels: infer Labels extends readonly string[];
  }
    ? { readonly [Label in Labels[number]]: string }
    : Readonly<Record<string, never>>;
