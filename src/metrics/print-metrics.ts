/**
 * Metrics as text and as JSON. Text is the Prometheus exposition format 0.0.4. JSON follows the shape of MicroProfile
 * Metrics, which the original's server speaks: labels follow the name behind semicolons. Left out: timestamps, summaries,
 * OpenMetrics.
 */
import type { Json } from '../kit/index.ts';
import type { MetricFamily, Series } from './metric-registry.ts';

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

export function printMetrics(families: readonly MetricFamily[]): string {
  let text = '';
  for (const { spec, series } of families) {
    text += `# HELP ${spec.name} ${escapeHelp(spec.help)}\n# TYPE ${spec.name} ${spec.type}\n`;
    for (const one of series) {
      const labels = labelPairs(spec.labels, one);
      if (spec.type !== 'histogram') {
        text += printSample(spec.name, labels, one.value);
        continue;
      }
      for (const { bound, count } of cumulate(spec.buckets, one)) {
        text += printSample(`${spec.name}_bucket`, [...labels, ['le', bound]], count);
      }
      text += printSample(`${spec.name}_sum`, labels, one.value);
      text += printSample(`${spec.name}_count`, labels, countOf(one));
    }
  }
  return text;
}

/** One member a series, `name;label=value`; a histogram is an object of `count`, `sum` and cumulated `buckets`. */
export function metricsToJson(families: readonly MetricFamily[]): Json {
  const members: [string, Json][] = [];
  for (const { spec, series } of families) {
    if (spec.type === 'histogram') {
      members.push([
        spec.name,
        Object.fromEntries(
          series.flatMap((one): [string, Json][] => {
            const suffix = jsonSuffix(spec.labels, one);
            const buckets = cumulate(spec.buckets, one).map(({ bound, count }) => [bound, count] as const);
            return [
              [`count${suffix}`, countOf(one)],
              [`sum${suffix}`, one.value],
              [`buckets${suffix}`, Object.fromEntries(buckets)],
            ];
          }),
        ),
      ]);
      continue;
    }
    for (const one of series) members.push([`${spec.name}${jsonSuffix(spec.labels, one)}`, one.value]);
  }
  return Object.fromEntries(members);
}

type LabelPair = readonly [name: string, value: string];

function labelPairs(names: readonly string[] | undefined, { labelValues }: Series): LabelPair[] {
  return (names ?? []).map((name, index) => [name, labelValues[index] ?? '']);
}

function printSample(name: string, labels: readonly LabelPair[], value: number): string {
  const inside = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`).join(',');
  return `${name}${inside === '' ? '' : `{${inside}}`} ${value}\n`;
}

/** Each bucket with everything up to its bound, +Inf last. */
function cumulate(bounds: readonly number[] = [], { bucketCounts }: Series): { bound: string; count: number }[] {
  let count = 0;
  return bucketCounts.map((own, index) => {
    count += own;
    const bound = bounds[index];
    return { bound: bound === undefined ? '+Inf' : String(bound), count };
  });
}

function countOf({ bucketCounts }: Series): number {
  return bucketCounts.reduce((sum, count) => sum + count, 0);
}

/** A semicolon within a value would begin another label. */
function jsonSuffix(names: readonly string[] | undefined, series: Series): string {
  return labelPairs(names, series)
    .map(([label, text]) => `;${label}=${text.replaceAll(';', '_')}`)
    .join('');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', String.raw`\"`);
}
