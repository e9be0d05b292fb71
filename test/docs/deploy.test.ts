/** The files under deploy/ name only metrics, labels, settings and scripts that there are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { settingTable } from '../../src/config/index.ts';
import { metricTable } from '../../src/metrics/index.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const read = (path: string): string => readFileSync(`deploy/${path}`, 'utf8');
const metrics = new Map<string, { readonly type: string; readonly labels?: readonly string[] }>(
  metricTable.map((metric) => [metric.name, metric]),
);
const settings = new Set<string>(settingTable.map(({ name }) => name));

/** The metrics of an expression, each there and used as its type allows; returns the labels they have between them. */
function checkMetrics(expr: string): ReadonlySet<string> {
  const names = expr.match(/\b(?:outdial|process|nodejs)_\w+/g) ?? [];
  assert.ok(names.length > 0, expr);
  const labels = new Set<string>(['le']);
  for (const name of names) {
    const bare = metrics.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
    const metric = metrics.get(bare);
    assert.ok(metric !== undefined, `there is no metric ${name}: ${expr}`);
    assert.equal(metric.type === 'histogram', name !== bare, `${name} is a ${metric.type}: ${expr}`);
    if (metric.type === 'counter') assert.match(expr, /\b(?:rate|increase)\(/, `${name} only grows: ${expr}`);
    for (const label of metric.labels ?? []) labels.add(label);
  }
  const used = [
    ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',')),
    ...[...expr.matchAll(/\{(\w+)=/g)].map(([, name = '']) => name),
  ];
  for (const label of used) assert.ok(labels.has(label.trim()), `no metric has the label ${label}: ${expr}`);
  return labels;
}

test('alert rules name metrics and labels that there are', () => {
  const { groups }: { groups: readonly { rules: readonly Rule[] }[] } = parse(read('prometheus/alerts.yaml'));
  const rules = groups.flatMap((group) => group.rules);
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  assert.ok(rules.length >= 10);
  for (const { expr, annotations } of rules) {
    const labels = checkMetrics(expr);
    for (const [, label = ''] of annotations.summary.matchAll(/\$labels\.(\w+)/g)) assert.ok(labels.has(label), label);
  }
});

test('the dashboard names metrics and labels that there are', () => {
  const { panels }: { panels: readonly Panel[] } = JSON.parse(read('grafana/outdial.json'));
  for (const { title, type, targets = [] } of panels) {
    assert.equal(targets.length > 0, type !== 'row', title);
    for (const { expr, legendFormat } of targets) {
      const labels = checkMetrics(expr.replaceAll('$__range', '1h'));
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        assert.ok(labels.has(label), `${title}: ${label}`);
    }
  }
});

test('compose file, chart, service and image set only settings that there are', () => {
  const compose: { services: { outdial: { environment: object } } } = parse(read('compose.yaml'));
  const chart: { settings: object } = parse(read('helm/outdial/values.yaml'));
  const [stateful] = parseAllDocuments(read('helm/outdial/templates/statefulset.yaml').replaceAll(/\{\{.*?\}\}/g, '1'));
  assert.ok(stateful !== undefined);
  const named = [
    ...Object.keys(compose.services.outdial.environment),
    ...Object.keys(chart.settings),
    ...[...read('helm/outdial/templates/statefulset.yaml').matchAll(/- name: ([A-Z][A-Z_]+)$/gm)].map(
      ([, name]) => name,
    ),
    ...[...read('systemd/outdial.service').matchAll(/^Environment=(.*)$/gm)].flatMap(([, line = '']) =>
      line.split(' ').map((pair) => pair.split('=', 1)[0]),
    ),
    ...[...read('Dockerfile').matchAll(/^(?:ENV| {4})\s*([A-Z][A-Z_]+)=/gm)].map(([, name]) => name),
  ];
  assert.ok(named.includes('OUTDIAL_NODE_ID') && named.includes('HTTP_HOST') && named.includes('OUTDIAL_DATA_DIR'));
  // Node's and the shell's.
  const others = new Set(['NODE_ENV', 'PATH']);
  assert.deepEqual(
    named.filter((name) => name !== undefined && !settings.has(name) && !others.has(name)),
    [],
  );
});

test('the image is built by scripts that there are', () => {
  const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(readFileSync('package.json', 'utf8'));
  const used = [...read('Dockerfile').matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
  assert.deepEqual(used, ['packages']);
  for (const name of used) assert.ok(name in scripts, name);
});
