import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type Environment, readSettings } from '../config/index.ts';
import { loadTenants, type LoadOptions, printProblem } from './load-tenants.ts';

/** A folder with these files, for the length of a test. */
function inFolder(files: Readonly<Record<string, string>>, run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-config-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function load(environment: Environment, brokenEntries: LoadOptions['brokenEntries'] = 'refuse') {
  const read = readSettings(environment);
  assert.ok(read.ok, read.ok ? '' : inspect(read.error));
  return loadTenants({ settings: read.value.settings, environment, brokenEntries });
}

const dialog = 'steps: { bye: { say: Goodbye., hangup: true } }';

test('tenants, secrets and dialogs are loaded together', () => {
  const tenants = [
    {
      tenantURI: 'a',
      restAPI: { username: 'u', password: '${file:password.txt}' },
      conversation: { url: 'http://bot/', username: 'b', password: '${env:BOT_PASSWORD}' },
    },
  ];
  const files = { 'tenants.json': JSON.stringify({ tenants }), 'password.txt': 's3cret\n', 'd.yaml': dialog };
  inFolder(files, (folder) => {
    const loaded = load({
      MULTI_TENANT_CONFIG_FILE: join(folder, 'tenants.json'),
      OUTDIAL_DIALOG_FILE: join(folder, 'd.yaml'),
      BOT_PASSWORD: 'b0t',
    });
    assert.ok(loaded.ok, loaded.ok ? '' : inspect(loaded.error));
    const tenant = loaded.value.directory.find('a');
    assert.equal(tenant?.restApi?.password.reveal(), 's3cret');
    assert.ok(tenant.conversation.kind === 'watson-v1');
    assert.equal(tenant.conversation.credentials?.password.reveal(), 'b0t');
    assert.deepEqual([...loaded.value.dialogs.keys()], ['', join(folder, 'd.yaml')]);
  });
});

test('every mistake is said with its place, in one line', () => {
  const tenants = [
    { tenantURI: 'a', restAPI: { username: 'u', password: '${env:MISSING}' } },
    { tenantURI: 'b', restAPI: { username: 'u', password: '${file:missing.txt}' } },
    { tenantURI: 'c', outdial: { dialogFile: 'DIALOG' }, outboundCalls: { tenantURI: 'sip:@' } },
    { tenantURI: 'd' },
  ];
  const text = tenants.map((tenant) => JSON.stringify(tenant)).join(',\n');
  inFolder({ 'bad.yaml': 'steps: { a: { say: Hi., next: b } }' }, (folder) => {
    const path = join(folder, 'tenants.json');
    writeFileSync(path, `{"tenants":[\n${text.replace('DIALOG', join(folder, 'bad.yaml'))}]}`);
    const environment = { MULTI_TENANT_CONFIG_FILE: path };
    const refused = load(environment);
    assert.ok(!refused.ok);
    const lines = refused.error.map((problem) => printProblem(problem).replaceAll(`${folder}/`, ''));
    assert.equal(lines.length, 4, lines.join('\n'));
    assert.match(
      lines[0] ?? '',
      /^tenants\.json:2:\d+: tenants\[0\]\.restAPI\.password = \$\{env:MISSING\}: the variable MISSING is not set\. Set/,
    );
    assert.match(lines[1] ?? '', /^tenants\.json:3:\d+: .*\(ENOENT\)/);
    assert.match(lines[2] ?? '', /^tenants\.json:4:\d+: tenants\[2\]\.outboundCalls\.tenantURI.*it cannot call/);
    assert.match(lines[3] ?? '', /^tenants\.json:4:\d+: tenants\[2\]\.outdial\.dialogFile.*bad\.yaml:1: .*b/);
    const rest = load(environment, 'leave-out');
    assert.ok(rest.ok);
    assert.deepEqual(
      rest.value.directory.tenants.map((tenant) => tenant.id),
      ['d'],
    );
  });
});

test('what is wrong with the deployment itself always counts', () => {
  inFolder({ 'd.yaml': 'steps: {}' }, (folder) => {
    const refused = load(
      { OUTDIAL_DIALOG_FILE: join(folder, 'd.yaml'), OUTBOUND_CALLS_TENANT_URI: 'sip:@' },
      'leave-out',
    );
    assert.ok(!refused.ok);
    const lines = refused.error.map((problem) => printProblem(problem).replaceAll(`${folder}/`, ''));
    assert.match(lines[0] ?? '', /^OUTBOUND_CALLS_TENANT_URI: it cannot call/);
    assert.match(lines[1] ?? '', /^d\.yaml:1: has no steps/);
    const unread = load({ MULTI_TENANT_CONFIG_FILE: join(folder, 'none.json') }, 'leave-out');
    assert.ok(!unread.ok);
    assert.match(printProblem(unread.error[0] ?? { file: '', reason: '' }), /none\.json: cannot be read \(ENOENT\)/);
  });
});
