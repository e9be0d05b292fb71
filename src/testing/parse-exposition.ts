/**
 * A strict reader of the Prometheus exposition format 0.0.4, for tests: it throws on everything that a scraper might take
 * amiss. Every metric needs HELP and TYPE before its samples, all lines of a metric stand together, and the buckets of a
 * histogram ascend to a +Inf that equals its count.
 */

export interface Exposed {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const namePattern = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const samplePattern = new RegExp(String.raw`^(${namePattern})(?:\{(.*)\})? (\S+)$`, 's');
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

/** The metrics by name. */
export function parseExposition(text: string): ReadonlyMap<string, Exposed> {
  if (!text.endsWith('\n')) throw new Error('the text does not end with a line feed');
  const found = new Map<string, { type: string; help: string; samples: Sample[] }>();
  const seen = new Set<string>();
  let current = '';
  const lines = text.slice(0, -1).split('\n');
  for (const [index, line] of lines.entries()) {
    const comment = new RegExp(`^# (HELP|TYPE) (${namePattern}) (.*)$`, 's').exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind === 'HELP') {
        if (found.has(name)) throw new Error(`line ${index + 1}: ${name} comes twice`);
        found.set(name, { type: '', help: unescape(rest), samples: [] });
        current = name;
        continue;
      }
      const metric = found.get(name);
      if (metric === undefined || name !== current || metric.type !== '' || metric.samples.length > 0) {
        throw new Error(`line ${index + 1}: TYPE out of place`);
      }
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`line ${index + 1}: no type: ${rest}`);
      metric.type = rest;
      continue;
    }
    const sample = parseSample(line, index + 1);
    const metric = found.get(current);
    if (metric === undefined || metric.type === '') throw new Error(`line ${index + 1}: a sample before HELP and TYPE`);
    const names = metric.type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => current + end) : [current];
    if (!names.includes(sample.name))
      throw new Error(`line ${index + 1}: ${sample.name} does not belong to ${current}`);
    const key = `${sample.name}${labelKey(sample.labels)}`;
    if (seen.has(key)) throw new Error(`line ${index + 1}: the series comes twice`);
    seen.add(key);
    metric.samples.push(sample);
  }
  for (const [name, metric] of found) if (metric.type === 'histogram') checkHistogram(name, metric.samples);
  return found;
}

function parseSample(line: string, lineNumber: number): Sample {
  const match = samplePattern.exec(line);
  if (match === null) throw new Error(`line ${lineNumber} is no sample: ${line}`);
  const [, name = '', inside, number = ''] = match;
  const value = Number(number);
  if (!/^-?\d/.test(number) || Number.isNaN(value)) throw new Error(`line ${lineNumber}: no number: ${number}`);
  const labels: Record<string, string> = {};
  if (inside !== undefined) {
    labelPattern.lastIndex = 0;
    for (let end = 0; end < inside.length; end = labelPattern.lastIndex) {
      const label = labelPattern.exec(inside);
      const key = label?.[1];
      if (key === undefined || Object.hasOwn(labels, key)) throw new Error(`line ${lineNumber}: bad labels: ${inside}`);
      labels[key] = unescape(label?.[2] ?? '');
    }
  }
  return { name, labels, value };
}

/** The same for the same labels, in whatever order they came. */
function labelKey(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort();
  return JSON.stringify(names.map((name) => [name, labels[name]]));
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const groups = new Map<string, { bounds: number[]; counts: number[]; count?: number; hasSum: boolean }>();
  for (const { name: sampleName, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = labelKey(rest);
    const group = groups.get(key) ?? { bounds: [], counts: [], hasSum: false };
    groups.set(key, group);
    if (sampleName === `${name}_bucket`) {
      group.bounds.push(le === '+Inf' ? Infinity : Number(le));
      group.counts.push(value);
    } else if (sampleName === `${name}_count`) group.count = value;
    else group.hasSum = true;
  }
  for (const { bounds, counts, count, hasSum } of groups.values()) {
    const isAscending = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? Infinity));
    const isCumulated = counts.every((one, index) => index === 0 || one >= (counts[index - 1] ?? Infinity));
    if (!isAscending || !isCumulated || bounds.at(-1) !== Infinity || counts.at(-1) !== count || !hasSum) {
      throw new Error(`${name} is no histogram: buckets ${bounds.join(' ')}, counts ${counts.join(' ')}`);
    }
  }
}
