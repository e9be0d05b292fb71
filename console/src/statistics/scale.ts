/** Axes of charts: where they end, which values stand at them, and the ranges that can be chosen. */

/** The least of 1, 2, 5, 10, 20, 50 ... that is not below. */
export function niceCeiling(value: number): number {
  if (value <= 1) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * unit >= value) ?? 10;
  return step * unit;
}

export interface Range {
  readonly name: string;
  readonly spanMs: number;
  readonly bucket: '5m' | '1h' | '1d';
  readonly bucketName: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const ranges = {
  hour: { name: 'Hour', spanMs: hourMs, bucket: '5m', bucketName: '5 minutes' },
  day: { name: 'Day', spanMs: dayMs, bucket: '1h', bucketName: 'hour' },
  week: { name: 'Week', spanMs: 7 * dayMs, bucket: '1h', bucketName: 'hour' },
  month: { name: 'Month', spanMs: 30 * dayMs, bucket: '1d', bucketName: 'day (UTC)' },
} as const satisfies Readonly<Record<string, Range>>;

export type RangeKey = keyof typeof ranges;

/** The one that the address names, or the usual one. */
export function rangeOf(text: string | null): RangeKey {
  return text !== null && Object.hasOwn(ranges, text) ? (text as RangeKey) : 'day';
}

/** The beginning of a bucket as it stands at an axis: a time of the reader's, or for days the UTC day they are of. */
export function printBucket(at: string, range: RangeKey): string {
  return formats[range].format(new Date(at));
}

const formats: Readonly<Record<RangeKey, Intl.DateTimeFormat>> = {
  hour: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }),
  day: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }),
  week: new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' }),
  month: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
};

/** At most so many of the buckets have their label at the axis: the first, and every n-th after it. */
export function labelledEvery(buckets: number, most = 5): number {
  return Math.max(1, Math.ceil(buckets / most));
}
