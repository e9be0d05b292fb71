/** Which bot a tenant has and what opens it, from its settings. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { readSettings } from '../config/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { applyTenantConfig, type Conversation, createTenantDirectory, type Tenant } from './index.ts';

const url = 'https://bot.example.net/api';
const tokenUrl = 'https://iam.example.net/token';

function tenantOf(conversation: JsonObject, environment: Record<string, string> = {}): Tenant {
  const read = readSettings({ MULTI_TENANT_CONFIG_FILE: 't.json', ...environment });
  assert.ok(read.ok, inspect(read));
  const file = JSON.stringify({ tenants: [{ tenantURI: '+1', conversation }] });
  const directory = createTenantDirectory(read.value.settings, file);
  assert.ok(directory.ok, inspect(directory));
  const [tenant] = directory.value.tenants;
  assert.ok(tenant !== undefined);
  return tenant;
}

/** Secrets as their text, to be compared. */
function plain({ conversation }: Tenant): unknown {
  assert.ok(conversation.kind === 'watson-v1' || conversation.kind === 'watson-v2');
  const { credentials, token, ...rest } = conversation;
  return {
    ...rest,
    ...(credentials && { credentials: `${credentials.username}:${credentials.password.reveal()}` }),
    ...(token?.kind === 'bearer' && { token: `bearer ${token.token.reveal()}` }),
    ...(token?.kind === 'api-key' && {
      token: `api-key ${token.apikey.reveal()} at ${token.tokenUrl ?? 'IBM'} by ${token.origin}`,
    }),
  };
}

const v1 = { kind: 'watson-v1', url, origin: 'deployment' };

describe('one way to open the bot', () => {
  for (const [name, conversation, expected] of [
    ['none', {}, {}],
    ['user name and password', { username: 'u', password: 'p' }, { credentials: 'u:p' }],
    ['API key', { apikey: 'K' }, { token: 'api-key K at IBM by deployment' }],
    [
      'API key with its token service',
      { apikey: 'K', tokenServiceProviderURL: tokenUrl },
      { token: `api-key K at ${tokenUrl} by deployment` },
    ],
    ['API key that is not exchanged', { apikey: 'K', tokenAuthEnabled: false }, { credentials: 'apikey:K' }],
    [
      'API key in the place of a password',
      { username: 'apikey', password: 'K', tokenAuthEnabled: 'true' },
      { token: 'api-key K at IBM by deployment' },
    ],
    ['a password is no API key', { username: 'u', password: 'p', tokenAuthEnabled: true }, { credentials: 'u:p' }],
    ['bearer token', { bearerToken: 'T' }, { token: 'bearer T' }],
  ] as const) {
    test(name, () => {
      assert.deepEqual(plain(tenantOf({ url, ...conversation })), { ...v1, ...expected });
    });
  }

  test('the same from the environment, where two ways are a mistake', () => {
    const environment = { WATSON_CONVERSATION_URL: url, WATSON_CONVERSATION_APIKEY: 'K' };
    assert.deepEqual(plain(tenantOf({}, environment)), { ...v1, token: 'api-key K at IBM by deployment' });
    const read = readSettings({ ...environment, OUTDIAL_BOT_BEARER_TOKEN: 'CANARY' });
    assert.ok(!read.ok);
    assert.match(read.error[0]?.reason ?? '', /more than one way/);
    assert.ok(!inspect(read).includes('CANARY'));
  });
});

describe('which bot', () => {
  const kindOf = (conversation: JsonObject, environment?: Record<string, string>): Conversation['kind'] =>
    tenantOf(conversation, environment).conversation.kind;

  test('an assistant is asked through the v2 API, with sessions unless told otherwise', () => {
    const assistant = { kind: 'watson-v2', url, origin: 'deployment', assistantId: 'a', isStateless: false };
    assert.deepEqual(plain(tenantOf({ url, assistantID: 'a' })), assistant);
    assert.deepEqual(plain(tenantOf({ url, assistantID: 'a' }, { OUTDIAL_BOT_STATELESS: 'true' })), {
      ...assistant,
      isStateless: true,
    });
  });

  test('of workspace and assistant the one given later counts', () => {
    const withAssistant = { WATSON_CONVERSATION_URL: url, OUTDIAL_BOT_ASSISTANT_ID: 'a' };
    assert.equal(kindOf({}, withAssistant), 'watson-v2');
    assert.equal(kindOf({ workspaceID: 'w' }, withAssistant), 'watson-v1');
    const withWorkspace = { WATSON_CONVERSATION_URL: url, WATSON_CONVERSATION_WORKSPACE_ID: 'w' };
    assert.equal(kindOf({ assistantID: 'a' }, withWorkspace), 'watson-v2');
    const changed = applyTenantConfig(tenantOf({ url, assistantID: 'a' }), tenantOf({ url }), {
      config: { conversation: { workspaceID: 'w' } },
    });
    assert.ok(changed.ok);
    assert.equal(changed.value.tenant.conversation.kind, 'watson-v1');
  });
});

describe('a token service that a request names is the word of the request', () => {
  const apply = (conversation: JsonObject): unknown => {
    const base = tenantOf({ url, apikey: 'K', tokenServiceProviderUrl: tokenUrl });
    const applied = applyTenantConfig(base, tenantOf({ url }), { config: { conversation } });
    assert.ok(applied.ok, inspect(applied));
    return plain(applied.value.tenant);
  };
  test('and is asked with its own key only', () => {
    assert.deepEqual(apply({ tokenServiceProviderUrl: 'https://evil.example.net/' }), v1);
    assert.deepEqual(apply({ tokenServiceProviderUrl: 'https://evil.example.net/', apikey: 'E' }), {
      ...v1,
      token: 'api-key E at https://evil.example.net/ by request',
    });
  });

  test('and so is the one of a bot that a request names', () => {
    assert.deepEqual(apply({ url: 'https://mine.example.net/', apikey: 'E' }), {
      ...v1,
      url: 'https://mine.example.net/',
      origin: 'request',
      token: 'api-key E at IBM by request',
    });
  });

  test('the operator’s key stays with the operator’s token service', () => {
    assert.deepEqual(apply({ convApiVersion: '2021-06-14' }), {
      ...v1,
      token: `api-key K at ${tokenUrl} by deployment`,
    });
  });
});
