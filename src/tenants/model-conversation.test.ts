/** Bots that are not assistants, from the settings of a deployment, a tenant file and a request. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { readSettings } from '../config/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { applyTenantConfig, createTenantDirectory, type Tenant } from './index.ts';

const url = 'https://llm.example.net/v1';

function directoryOf(conversation: JsonObject, environment: Record<string, string> = {}) {
  const read = readSettings({ MULTI_TENANT_CONFIG_FILE: 't.json', ...environment });
  assert.ok(read.ok, inspect(read));
  return createTenantDirectory(read.value.settings, JSON.stringify({ tenants: [{ tenantURI: '+1', conversation }] }));
}

function tenantOf(conversation: JsonObject, environment?: Record<string, string>): Tenant {
  const directory = directoryOf(conversation, environment);
  assert.ok(directory.ok, inspect(directory));
  const [tenant] = directory.value.tenants;
  assert.ok(tenant !== undefined);
  return tenant;
}

/** Secrets as their text, to be compared. */
function plain({ conversation }: Tenant): unknown {
  assert.ok(conversation.kind === 'openai-chat' || conversation.kind === 'json-webhook');
  const { token, credentials, ...rest } = conversation;
  return {
    ...rest,
    ...(token?.kind === 'bearer' && { apiKey: token.token.reveal() }),
    ...(credentials && { credentials: `${credentials.username}:${credentials.password.reveal()}` }),
  };
}

const chat = { kind: 'openai-chat', url, origin: 'deployment', model: 'small' };

describe('a language model', () => {
  test('from a tenant file', () => {
    const full = {
      type: 'openai',
      url,
      model: 'small',
      apikey: 'K',
      prompt: 'You are\ntwo lines.',
      greeting: 'Hello.',
      tools: 'hang_up, transfer',
      parameters: { temperature: 0.3 },
    };
    const { prompt, greeting, parameters } = full;
    const tools = ['hang_up', 'transfer'];
    assert.deepEqual(plain(tenantOf(full)), { ...chat, apiKey: 'K', prompt, greeting, parameters, tools });
    assert.deepEqual(plain(tenantOf({ type: 'OpenAI', url, model: 'small', tools: 'none' })), { ...chat, tools: [] });
  });

  test('from the environment', () => {
    const environment = {
      OUTDIAL_BOT_TYPE: 'openai',
      OUTDIAL_BOT_MODEL: 'small',
      WATSON_CONVERSATION_URL: url,
      WATSON_CONVERSATION_APIKEY: 'K',
    };
    assert.deepEqual(plain(tenantOf({}, environment)), { ...chat, apiKey: 'K' });
    // A bot of the tenant's own is not of the kind of another one.
    assert.equal(tenantOf({ url: 'https://bot.example.net/' }, environment).conversation.kind, 'watson-v1');
  });

  for (const [name, conversation, reason] of [
    ['no url', { type: 'openai', model: 'small' }, /needs an url beside it/],
    ['no model', { type: 'openai', url }, /needs its name/],
    ['an unknown kind', { type: 'oracle', url }, /expected: one of|expected: /],
    ['an unknown tool', { type: 'openai', url, model: 'small', tools: 'explode' }, /is none of/],
  ] as const) {
    test(`with ${name} is a mistake`, () => {
      const directory = directoryOf(conversation);
      assert.ok(!directory.ok);
      assert.match(inspect(directory.error), reason);
    });
  }

  for (const [missing, environment] of [
    ['WATSON_CONVERSATION_URL', { OUTDIAL_BOT_TYPE: 'webhook' }],
    ['OUTDIAL_BOT_MODEL', { OUTDIAL_BOT_TYPE: 'openai', WATSON_CONVERSATION_URL: url }],
  ] as const) {
    test(`without ${missing} is a mistake of the environment`, () => {
      const read = readSettings(environment);
      assert.deepEqual(!read.ok && read.error.map(({ variable }) => variable), [missing]);
    });
  }
});

describe('a request', () => {
  const base = (): Tenant => tenantOf({ type: 'openai', url, model: 'small', apikey: 'K', prompt: 'Be kind.' });
  const apply = (conversation: JsonObject) => applyTenantConfig(base(), tenantOf({}), { config: { conversation } });

  test('may change what the model is told, and keeps the key', () => {
    const applied = apply({ greeting: 'Good evening.', prompt: 'Be short.' });
    assert.ok(applied.ok);
    assert.deepEqual(plain(applied.value.tenant), {
      ...chat,
      apiKey: 'K',
      prompt: 'Be short.',
      greeting: 'Good evening.',
    });
  });

  test('with an url elsewhere is the word of the caller and does not get the key', () => {
    const applied = apply({ url: 'https://mine.example.net/v1' });
    assert.ok(applied.ok);
    assert.deepEqual(plain(applied.value.tenant), {
      ...chat,
      url: 'https://mine.example.net/v1',
      origin: 'request',
      prompt: 'Be kind.',
    });
  });

  test('may bring a webhook of its own', () => {
    const applied = apply({ type: 'webhook', url: 'https://mine.example.net/turn', username: 'u', password: 'p' });
    assert.ok(applied.ok, inspect(applied));
    assert.deepEqual(plain(applied.value.tenant), {
      kind: 'json-webhook',
      url: 'https://mine.example.net/turn',
      origin: 'request',
      credentials: 'u:p',
    });
  });
});
