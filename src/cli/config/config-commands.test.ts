import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Environment } from '../../config/index.ts';
import type { ConfigOrder } from './config-commands.ts';
import type { ConfigReport } from './config-report.ts';
import { machineWorld, runConfigCommand } from './run-config-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'outdial-commands-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const canary = 'c4n4ry';

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function run(order: ConfigOrder, environment: Environment = {}): ConfigReport {
  const report = runConfigCommand(order, machineWorld(environment));
  const shown = `${report.text}${JSON.stringify(report.json)}`;
  assert.ok(!shown.includes(canary), shown);
  return { ...report, text: report.text.replaceAll(`${folder}/`, '') };
}

const good = file(
  'good.json',
  `{"tenants": [
  { "tenantURI": "+1", "enableOutboundCalls": true, "postResponseTimeout": "6000",
    "restAPI": { "username": "u", "password": "${canary}" },
    "outboundCalls": { "readTimeout": 9, "statusWebhook": "https://hook.example.net/?token=${canary}" },
    "conversation": [{ "url": "http://a/" }, { "url": "http://b/" }], "wva": {} },
  { "tenantURI": "+2" }
]}`,
);
const bad = file(
  'bad.json',
  `{"tenants": [
  { "tenantURI": "+1" },
  { "tenantURI": "+2", "postResponseTimeout": 1, "restAPI": { "username": "u", "pasword": "${canary}" } }
]}`,
);

test('check finds nothing wrong with what is right, and --strict minds notices', () => {
  const order = { command: 'check', output: 'text', file: good } as const;
  const report = run({ ...order, failOn: 'problems' });
  assert.equal(report.exitCode, 0);
  assert.equal(
    report.text,
    [
      'note: wva: no effect yet, because Watson Virtual Agent is no bot of outdial.',
      '0 problems, 1 notice, 2 usable tenants in the tenant file',
    ].join('\n'),
  );
  assert.equal(run({ ...order, failOn: 'notices' }).exitCode, 1);
  const nothing = run({ command: 'check', output: 'text', failOn: 'notices' });
  assert.deepEqual([nothing.exitCode, nothing.text], [0, '0 problems, 0 notices, 0 usable tenants in the tenant file']);
});

test('check tells every mistake of environment and file, with place, value, reason and fix', () => {
  const environment = { HTTP_PORT: 'abc', REST_API_USERNAME: 'u', MULTI_TENANT_CONFIG_FILE: bad };
  const report = run({ command: 'check', output: 'text', failOn: 'problems' }, environment);
  assert.equal(report.exitCode, 1);
  assert.equal(
    report.text,
    [
      'HTTP_PORT = "abc"',
      '  expected: whole number, 0 to 65535',
      '  fix: Correct it, or unset it for 9080.',
      'REST_API_PASSWORD = ""',
      '  REST_API_USERNAME is set without it',
      '  fix: Set REST_API_PASSWORD or unset REST_API_USERNAME.',
      'bad.json:3:24  tenants[1].postResponseTimeout = "1"',
      '  expected: milliseconds, 100 to 600000',
      '  fix: Correct it or remove the key.',
      'bad.json:3:80  tenants[1].restAPI."pasword" = ***',
      '  there is no such key; the nearest known one is "password"',
      '  fix: Rename it to "password" or remove it.',
      '4 problems, 0 notices, 1 usable tenant in the tenant file',
    ].join('\n'),
  );
  const { json } = run({ command: 'check', output: 'json', failOn: 'problems', file: bad });
  assert.deepEqual(JSON.parse(JSON.stringify(json)).problems[0], {
    file: bad,
    line: 3,
    column: 24,
    path: 'tenants[1].postResponseTimeout',
    value: '"1"',
    reason: 'expected: milliseconds, 100 to 600000',
    fix: 'Correct it or remove the key.',
  });
});

test('check says where a file stops being JSON, and that it is not there', () => {
  const torn = file('torn.json', '{"tenants": [\n  { "tenantURI": "+1", }\n]}');
  const report = run({ command: 'check', output: 'text', failOn: 'problems', file: torn });
  assert.match(report.text, /^torn\.json:2:24\n {2}it is not JSON: a key in double quotes was expected here\n/);
  const none = run({ command: 'check', output: 'text', failOn: 'problems', file: join(folder, 'none.json') });
  assert.match(none.text, /none\.json\n {2}cannot be read \(ENOENT\)/);
  assert.deepEqual([report.exitCode, none.exitCode], [1, 1]);
});

test('explain says what holds and where it comes from', () => {
  const environment = {
    HTTP_PORT: '8080',
    REST_API_USERNAME: 'u',
    REST_API_PASSWORD: canary,
    DEFAULT_TRANSFER_TARGET: 'tel:+9',
  };
  const explain = (name: string): string => run({ command: 'explain', output: 'text', name }, environment).text;
  assert.equal(explain('HTTP_PORT'), 'HTTP_PORT  8080  environment HTTP_PORT');
  assert.equal(explain('http_host'), 'HTTP_HOST  127.0.0.1  default');
  assert.equal(explain('REST_API_PASSWORD'), 'REST_API_PASSWORD  ***  environment REST_API_PASSWORD');
  assert.equal(
    explain('TRANSFER_DEFAULT_TARGET'),
    'TRANSFER_DEFAULT_TARGET  tel:+9  environment DEFAULT_TRANSFER_TARGET',
  );
  assert.equal(explain('OUTBOUND_CALLS_READ_TIMEOUT'), 'OUTBOUND_CALLS_READ_TIMEOUT  5 s  default');
  assert.equal(explain('SIP_HOST'), 'SIP_HOST  127.0.0.1  default: OUTDIAL_SIP_BIND, else 127.0.0.1');
  assert.equal(explain('WATSON_STT_APIKEY'), 'WATSON_STT_APIKEY  -  not set');
  assert.ok(run({ command: 'explain', output: 'text' }, environment).text.split('\n').length > 100);
  const unknown = run({ command: 'explain', output: 'text', name: 'HTTP_PROT' });
  assert.deepEqual([unknown.exitCode, /HTTP_PORT/.test(unknown.text)], [2, true]);
});

test('explain says it of a tenant, with line and column of its file', () => {
  const environment = { OUTBOUND_CALLS_CONNECT_TIMEOUT: '4', MULTI_TENANT_CONFIG_FILE: good };
  const rows = (name: string): string[] =>
    run({ command: 'explain', output: 'text', tenant: '+1', name }, environment)
      .text.split('\n')
      .map((line) => line.replaceAll(/ {2,}/g, ' | '));
  assert.deepEqual(rows('outboundCalls'), [
    'outboundCalls.statusWebhook | https://hook.example.net/?*** | good.json:4:42',
    'outboundCalls.statusWebhookUsername | - | not set',
    'outboundCalls.statusWebhookPassword | - | not set',
    'outboundCalls.tenantURI | - | not set',
    'outboundCalls.connectTimeout | 4 s | environment OUTBOUND_CALLS_CONNECT_TIMEOUT',
    'outboundCalls.readTimeout | 9 s | good.json:4:24',
    'outboundCalls.maxRetryNo | 2 | default',
    'outboundCalls.sipAuth.username | - | not set',
    'outboundCalls.sipAuth.password | - | not set',
    'outboundCalls.sipAuth.realm | - | not set',
  ]);
  assert.deepEqual(rows('restAPI.password'), ['restAPI.password | *** | good.json:3:35']);
  const json = run({ command: 'explain', output: 'json', tenant: '+1', name: 'postResponseTimeout' }, environment).json;
  assert.deepEqual(json, [{ name: 'postResponseTimeout', value: '6000 ms', source: `${good}:2:53` }]);
  for (const [order, says] of [
    [{ tenant: '+3', file: good }, /no tenant "\+3"; it has "\+1", "\+2"/],
    [{ tenant: '+2', file: bad }, /pasword/],
    [{ tenant: '+2' }, /There is no tenant file/],
  ] as const) {
    const report = run({ command: 'explain', output: 'text', ...order });
    assert.equal(report.exitCode, 2);
    assert.match(report.text, says);
  }
});

test('schema prints JSON Schema', () => {
  const { text, json } = run({ command: 'schema', output: 'json' });
  assert.deepEqual(JSON.parse(text), json);
  assert.match(text, /"\$schema": "https:\/\/json-schema\.org\/draft\/2020-12\/schema"/);
});

test('diff shows effective differences and hides secrets', () => {
  const changed = file(
    'changed.json',
    `{"tenants": [
  { "tenantURI": "+1", "enableOutboundCalls": "true", "postResponseTimeout": 7000,
    "restAPI": { "username": "u", "password": "${canary}2" },
    "outboundCalls": { "readTimeout": 9, "statusWebhook": "https://hook.example.net/?token=${canary}" },
    "conversation": [{ "url": "http://a/" }, { "url": "http://c/" }] },
  { "tenantURI": "+3", "restAPI": { "username": "u", "password": "\${env:NOT_SET}" } }
]}`,
  );
  const report = run({ command: 'diff', output: 'text', before: good, after: changed });
  assert.equal(report.exitCode, 1);
  assert.deepEqual(
    report.text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | ')),
    [
      '+1 | postResponseTimeout | 6000 ms -> 7000 ms',
      '+1 | restAPI.password | *** -> *** (another secret)',
      '+1 | conversation[1].url | http://b/ -> http://c/',
      '+2 | (tenant) | present -> -',
      '+3 | (tenant) | - -> present',
    ],
  );
  const same = run({ command: 'diff', output: 'json', before: good, after: good });
  assert.deepEqual([same.exitCode, same.text, same.json], [0, 'No difference.', []]);
  const refused = run({ command: 'diff', output: 'text', before: good, after: bad });
  assert.deepEqual([refused.exitCode, /bad\.json:3:24/.test(refused.text)], [2, true]);
  assert.equal(run({ command: 'diff', output: 'text', before: join(folder, 'none'), after: good }).exitCode, 2);
});
