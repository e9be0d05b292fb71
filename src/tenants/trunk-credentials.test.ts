import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSetting, readSettings } from '../config/index.ts';
import { applyTenantConfig } from './apply-tenant-config.ts';
import { tenantSettingsOf } from './tenant-settings.ts';
import { tenantFromSettings, type Tenant, trunkCredentials } from './tenant.ts';

function tenantWith(environment: Readonly<Record<string, string>>): Tenant {
  const read = readSettings(environment);
  assert.ok(read.ok, JSON.stringify(read));
  return tenantFromSettings('t', tenantSettingsOf(read.value.settings));
}

const shown = (tenant: Tenant, way: 'trunk' | 'past-trunk'): string[] =>
  trunkCredentials(tenant, way).map(
    ({ username, password, realm }) => `${username}:${password.reveal()}@${realm ?? ''}`,
  );

const account = { OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'u', OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'p' };
const byRealm = JSON.stringify({ 'sbc.example.net': { username: 'v', password: 'q' } });

test('RFC 3261 §22.1: credentials by realm, and those of any; none of the operator for a call past the trunk', () => {
  assert.deepEqual(shown(tenantWith(account), 'trunk'), ['u:p@']);
  const tenant = tenantWith({ ...account, OUTBOUND_CALLS_SIP_AUTH_REALM: 'home', OUTDIAL_SIP_AUTH_BY_REALM: byRealm });
  assert.deepEqual(shown(tenant, 'trunk'), ['v:q@sbc.example.net', 'u:p@home']);
  assert.deepEqual(shown(tenant, 'past-trunk'), []);
  const sipAuth = { username: 'mine', password: 'r' };
  const applied = applyTenantConfig(tenant, tenant, { config: { outboundCalls: { sipAuth } } });
  assert.ok(applied.ok);
  assert.deepEqual(shown(applied.value.tenant, 'past-trunk'), ['mine:r@']);
  assert.deepEqual(shown(applied.value.tenant, 'trunk'), ['mine:r@'], 'what the operator has is not mixed with it');
});

test('accounts by realm that are not such are refused, and nothing of them is repeated', () => {
  for (const text of ['{"r": {"username": "u"}}', '{"r": "hush"}', '{"": {"username": "u", "password": "hush"}}']) {
    const parsed = parseSetting({ type: 'secret-json', of: 'realm-accounts' }, text);
    assert.ok(!parsed.ok);
    assert.match(parsed.error, /^realm 1 is not given as/);
    assert.ok(!parsed.error.includes('hush'));
  }
});
