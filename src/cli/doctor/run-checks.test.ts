import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bad, type Check, checkKinds, good, skipped, warning, worstOf } from './check.ts';
import { isHealthy, printReport, reportToJson } from './print-report.ts';
import { runChecks } from './run-checks.ts';

const check = (name: Check['name'], run: Check['run'], limitMs?: number): Check => ({
  name,
  run,
  ...(limitMs === undefined ? {} : { limitMs }),
});

test('findings keep the order of the checks, which run side by side', async () => {
  let release: () => void = () => undefined;
  const second = new Promise<void>((resolve) => (release = resolve));
  const findings = await runChecks([
    check('dns', async () => {
      await second;
      return good('late');
    }),
    check('tls', async () => {
      release();
      return good('early');
    }),
  ]);
  assert.deepEqual(findings, [
    { name: 'dns', status: 'good', detail: 'late' },
    { name: 'tls', status: 'good', detail: 'early' },
  ]);
});

test('a check that hangs is aborted and bad, one that throws is bad, and the others are heard', async () => {
  const aborted: boolean[] = [];
  const findings = await runChecks([
    check('trunk', (signal) => new Promise(() => signal.addEventListener('abort', () => aborted.push(true))), 10),
    check('dns', () => Promise.reject(new Error('broken'))),
    check('tls', () => {
      throw new AggregateError([new Error('inner')]);
    }),
    check('bot', async () => skipped('why')),
  ]);
  assert.deepEqual(
    findings.map(({ name, status, detail }) => [name, status, detail]),
    [
      ['trunk', 'bad', 'no outcome within 0.01 s'],
      ['dns', 'bad', 'broken'],
      ['tls', 'bad', 'inner'],
      ['bot', 'skipped', 'why'],
    ],
  );
  assert.deepEqual(aborted, [true]);
});

test('several findings about one thing: the worst, with each fix once', () => {
  const none = skipped('nothing');
  assert.deepEqual(worstOf([], none), none);
  assert.deepEqual(worstOf([good('a'), good('b')], none), { status: 'good', detail: 'a; b' });
  assert.deepEqual(worstOf([good('a'), bad('b', 'x'), warning('c', 'y'), bad('d', 'x'), bad('e', 'z')], none), {
    status: 'bad',
    detail: 'b; d; e',
    fix: 'x\nz',
  });
});

test('the report for people', () => {
  const findings = [
    { name: 'dns', ...good('all') },
    { name: 'sip port', ...bad('taken\u001b[31m\r\nby X', 'Do this.\nDo that.') },
    { name: 'tls', ...warning('soon', 'Renew.') },
    { name: 'bot', ...skipped('costs') },
  ] as const;
  assert.equal(
    printReport(findings, false),
    [
      '✓ dns       all',
      '✗ sip port  taken [31m  by X',
      '            → Do this.',
      '            → Do that.',
      '! tls       soon',
      '            → Renew.',
      '– bot       not checked: costs',
      '',
      '1 good, 1 to look at, 1 bad, 1 not checked',
    ].join('\n'),
  );
  assert.equal(isHealthy(findings), false);
  assert.equal(isHealthy([good(''), warning('', ''), skipped('')]), true);
  assert.deepEqual(JSON.parse(reportToJson(findings)), { isHealthy: false, checks: findings });
});

test('every kind of check says what it looks at', () => {
  for (const [name, { looksAt, failsWhen }] of Object.entries(checkKinds)) {
    assert.match(looksAt, /^[A-Z].*[^.]$/, name);
    assert.match(failsWhen, /[^.]$/, name);
  }
});
