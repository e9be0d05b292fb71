import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseExposition } from '../testing/index.ts';
import { createMetrics, maxLabelValues, metricsToJson, metricTable, printMetrics, type MetricSpec } from './index.ts';
import { createMetricRegistry, otherLabelValue } from './metric-registry.ts';

const table = [
  { name: 'jobs_total', type: 'counter', group: 'g', help: 'Jobs.', labels: ['tenant', 'code'] },
  { name: 'plain_total', type: 'counter', group: 'g', help: 'Back\\slash and\nline.' },
  { name: 'level', type: 'gauge', group: 'g', help: 'Level.' },
  { name: 'wait_seconds', type: 'histogram', group: 'g', help: 'Wait.', buckets: [0.1, 1] },
  { name: 'wait_by_seconds', type: 'histogram', group: 'g', help: 'Wait.', labels: ['who'], buckets: [1] },
] as const satisfies readonly MetricSpec[];

test('the text, to the letter', () => {
  const metrics = createMetricRegistry(table);
  metrics.add('jobs_total', { tenant: 'a "b"\\c\nd', code: 'x' });
  metrics.add('jobs_total', { tenant: 'a "b"\\c\nd', code: 'x' }, 2);
  metrics.set('level', {}, -1.5);
  for (const value of [0.05, 0.1, 0.5, 7]) metrics.observe('wait_seconds', {}, value);
  metrics.observe('wait_by_seconds', { who: 'me' }, 1);
  assert.equal(
    printMetrics(metrics.families()),
    [
      '# HELP jobs_total Jobs.',
      '# TYPE jobs_total counter',
      String.raw`jobs_total{tenant="a \"b\"\\c\nd",code="x"} 3`,
      String.raw`# HELP plain_total Back\\slash and\nline.`,
      '# TYPE plain_total counter',
      'plain_total 0',
      '# HELP level Level.',
      '# TYPE level gauge',
      'level -1.5',
      '# HELP wait_seconds Wait.',
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{le="0.1"} 2',
      'wait_seconds_bucket{le="1"} 3',
      'wait_seconds_bucket{le="+Inf"} 4',
      'wait_seconds_sum 7.65',
      'wait_seconds_count 4',
      '# HELP wait_by_seconds Wait.',
      '# TYPE wait_by_seconds histogram',
      'wait_by_seconds_bucket{who="me",le="1"} 1',
      'wait_by_seconds_bucket{who="me",le="+Inf"} 1',
      'wait_by_seconds_sum{who="me"} 1',
      'wait_by_seconds_count{who="me"} 1',
      '',
    ].join('\n'),
  );
  assert.deepEqual(metricsToJson(metrics.families()), {
    'jobs_total;tenant=a "b"\\c\nd;code=x': 3,
    plain_total: 0,
    level: -1.5,
    wait_seconds: { count: 4, sum: 7.65, buckets: { '0.1': 2, '1': 3, '+Inf': 4 } },
    wait_by_seconds: { 'count;who=me': 1, 'sum;who=me': 1, 'buckets;who=me': { '1': 1, '+Inf': 1 } },
  });
});

test('whatever the labels hold, the text reads back as the same values', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.nat()), { maxLength: 20 }), (counted) => {
      const metrics = createMetricRegistry(table);
      const expected = new Map<string, number>();
      for (const [tenant, code, amount] of counted) {
        metrics.add('jobs_total', { tenant, code }, amount);
        const key = JSON.stringify([tenant, code]);
        expected.set(key, (expected.get(key) ?? 0) + amount);
      }
      const samples = parseExposition(printMetrics(metrics.families())).get('jobs_total')?.samples ?? [];
      assert.deepEqual(
        new Map(samples.map(({ labels, value }) => [JSON.stringify([labels['tenant'], labels['code']]), value])),
        expected,
      );
    }),
  );
});

test('a histogram counts every finite measurement once, and its sum is theirs', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -10, max: 1000 })), (values) => {
      const metrics = createMetricRegistry(table);
      for (const value of [...values, Number.NaN, Infinity]) metrics.observe('wait_seconds', {}, value);
      const [series] = metrics.families().find(({ spec }) => spec.name === 'wait_seconds')?.series ?? [];
      const upTo = (bound: number): number => values.filter((value) => value <= bound).length;
      assert.deepEqual(series?.bucketCounts, [upTo(0.1), upTo(1) - upTo(0.1), values.length - upTo(1)]);
      assert.equal(
        series?.value,
        values.reduce((sum, value) => sum + value, 0),
      );
    }),
  );
});

test('values of a label beyond the limit are one', () => {
  const metrics = createMetricRegistry(table);
  for (let index = 0; index < maxLabelValues + 50; index += 1) {
    metrics.add('jobs_total', { tenant: `t${index}`, code: 'x' });
  }
  const series = metrics.families()[0]?.series ?? [];
  assert.equal(series.length, maxLabelValues + 1);
  assert.deepEqual(series.at(-1), { labelValues: [otherLabelValue, 'x'], value: 50, bucketCounts: [] });
  metrics.add('jobs_total', { tenant: 't0', code: 'x' });
  assert.equal(metrics.families()[0]?.series[0]?.value, 2, 'known values stay apart');
});

test('a counter never falls and nothing becomes a NaN', () => {
  const metrics = createMetricRegistry(table);
  for (const amount of [5, -1, Number.NaN, Infinity]) metrics.add('plain_total', {}, amount);
  for (const value of [3, Number.NaN, -Infinity]) metrics.set('level', {}, value);
  const text = printMetrics(metrics.families());
  assert.match(text, /^plain_total 5$/m);
  assert.match(text, /^level 3$/m);
});

test('the table keeps to the rules of naming', () => {
  const specs: readonly MetricSpec[] = metricTable;
  assert.equal(new Set(specs.map(({ name }) => name)).size, specs.length);
  for (const { name, type, help, labels = [], buckets } of specs) {
    assert.match(name, /^(?:outdial|process|nodejs)_[a-z0-9_]+$/);
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    assert.equal(buckets !== undefined, type === 'histogram', name);
    assert.match(help, /^[A-Z].*\.$/, name);
    // The unit comes last; a mean opinion score has none.
    if (type === 'histogram') assert.match(name, /_(?:seconds|ratio|mos)$/);
    for (const label of labels) assert.match(label, /^[a-z]+$/);
    assert.deepEqual(buckets, buckets && [...buckets].sort((one, other) => one - other));
  }
  const exposed = parseExposition(printMetrics(createMetrics().families()));
  assert.deepEqual(
    [...exposed].map(([name, { type, help }]) => [name, type, help]),
    specs.map(({ name, type, help }) => [name, type, help]),
  );
});
