import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { applyTenantConfig, botTenants, changeBot, createTenantDirectory, type Tenant } from './index.ts';

const bots = [
  { name: 'primary', url: 'https://a.example/api', workspaceID: 'w-1', username: 'u', password: 'p' },
  { name: 'standby', url: 'https://b.example/turn' },
  { url: 'https://c.example/turn', convReadTimeout: '2' },
];

function tenantWith(conversation: unknown): { readonly tenant: Tenant; readonly deployment: Tenant } {
  const read = readSettings({ MULTI_TENANT_CONFIG_FILE: '/t.json', WATSON_CONVERSATION_READ_TIMEOUT: '7' });
  assert.ok(read.ok);
  const text = JSON.stringify({ tenants: [{ tenantURI: '+39061234', conversation }] });
  const directory = createTenantDirectory(read.value.settings, text);
  assert.ok(directory.ok, JSON.stringify(directory));
  const [tenant = assert.fail()] = directory.value.tenants;
  return { tenant, deployment: directory.value.deployment };
}

const url = ({ conversation }: Tenant): string => (conversation.kind === 'watson-v1' ? conversation.url : '');
const origin = ({ conversation }: Tenant): string => (conversation.kind === 'watson-v1' ? conversation.origin : '');

test('a list of bots: each with its own name, address, credentials and times', () => {
  const { tenant } = tenantWith(bots);
  const all = botTenants(tenant);
  assert.deepEqual(
    all.map((each) => [url(each), each.settings.conversationName, each.conversationApi.readTimeoutMs, origin(each)]),
    [
      ['https://a.example/api', 'primary', 7000, 'deployment'],
      ['https://b.example/turn', 'standby', 7000, 'deployment'],
      ['https://c.example/turn', undefined, 2000, 'deployment'],
    ],
  );
  const [, standby = assert.fail()] = all;
  assert.ok(standby.conversation.kind === 'watson-v1' && standby.conversation.credentials === undefined);
  assert.equal(standby.conversation.workspaceId, undefined);
});

test('a list that came with a request is the caller’s word, also where its first bot is the tenant’s own', () => {
  const { tenant, deployment } = tenantWith(bots);
  const list = [{ url: 'https://a.example/api' }, { url: 'http://10.0.0.1/internal' }];
  const applied = applyTenantConfig(tenant, deployment, { config: { conversation: list } });
  assert.ok(applied.ok);
  assert.deepEqual(botTenants(applied.value.tenant).map(origin), ['deployment', 'request']);
  const again = applyTenantConfig(applied.value.tenant, deployment, { config: { postResponseTimeout: 1000 } });
  assert.ok(again.ok);
  assert.deepEqual(botTenants(again.value.tenant).map(origin), ['deployment', 'request']);
});

test('a bot of a request keeps the operator’s standbys, and they stay the operator’s', () => {
  const { tenant, deployment } = tenantWith(bots);
  const applied = applyTenantConfig(tenant, deployment, { config: { conversation: { url: 'https://x.example' } } });
  assert.ok(applied.ok);
  assert.deepEqual(botTenants(applied.value.tenant).map(origin), ['request', 'deployment', 'deployment']);
});

test('changeBot: another URL is of a request, without the credentials and standbys of the old one', () => {
  const changed = changeBot(tenantWith(bots).tenant, { url: 'https://other.example/turn' });
  assert.ok(changed.ok);
  const [tenant = assert.fail(), ...standbys] = botTenants(changed.value);
  assert.deepEqual([url(tenant), origin(tenant), standbys.length], ['https://other.example/turn', 'request', 0]);
  assert.ok(tenant.conversation.kind === 'watson-v1' && tenant.conversation.credentials === undefined);
});

test('changeBot: what is not given stays', () => {
  const changed = changeBot(tenantWith(bots).tenant, { convReadTimeout: 20 });
  assert.ok(changed.ok);
  assert.equal(botTenants(changed.value).length, 3);
  assert.equal(changed.value.conversationApi.readTimeoutMs, 20_000);
  assert.equal(url(changed.value), 'https://a.example/api');
  const workspace = changeBot(tenantWith(bots).tenant, { workspaceID: 'w-2' });
  assert.ok(workspace.ok && workspace.value.conversation.kind === 'watson-v1');
  assert.equal(workspace.value.conversation.workspaceId, 'w-2');
  assert.equal(workspace.value.conversation.credentials?.username, 'u');
  assert.equal(workspace.value.conversation.origin, 'deployment');
});

for (const [name, config, reason] of [
  ['an unknown key', { uri: 'https://x.example' }, /^conversation\."uri": /],
  ['a URL that is none', { url: 'ftp://secret.example' }, /^conversation\.url: /],
  ['half a pair of credentials', { url: 'https://x.example', username: 'u' }, /^conversation: /],
  ['a secret of the gateway', { url: 'https://x.example', apikey: '${env:HOME}' }, /^conversation\.apikey: /],
] as const) {
  test(`changeBot refuses ${name}, without repeating it`, () => {
    const changed = changeBot(tenantWith(bots).tenant, config satisfies JsonObject);
    assert.ok(!changed.ok);
    assert.match(changed.error, reason);
    assert.doesNotMatch(changed.error, /secret\.example|HOME|tenantConfig/);
  });
}
