import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { readSettings } from '../config/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { type AppliedConfig, applyTenantConfig, createTenantDirectory, type Tenant } from './index.ts';

const botUrl = 'https://bot.example.net/api';

function world(tenants: readonly unknown[], environment: Record<string, string> = {}) {
  const read = readSettings({ MULTI_TENANT_CONFIG_FILE: 't.json', ...environment });
  assert.ok(read.ok);
  const directory = createTenantDirectory(read.value.settings, JSON.stringify({ tenants }));
  assert.ok(directory.ok, directory.ok ? '' : inspect(directory.error));
  const [tenant] = directory.value.tenants;
  assert.ok(tenant !== undefined);
  return { tenant, deployment: directory.value.deployment };
}

const { tenant, deployment } = world(
  [
    {
      tenantURI: '+1',
      postResponseTimeout: 6000,
      conversationFailedReplyMessage: 'Sorry.',
      conversation: { url: botUrl, workspaceID: 'w', username: 'u', password: 'p' },
      stt: { config: { firmup_silence_time: 1 }, confidenceScoreThreshold: 0.3 },
      restAPI: { username: 'api', password: 'pw' },
      outboundCalls: { statusWebhook: 'http://hook/', tenantURI: 'tel:+1' },
    },
  ],
  { WATSON_CONVERSATION_URL: 'http://default-bot/', POST_RESPONSE_TIMEOUT: '8000' },
);
const noBot = world([{ tenantURI: '+2' }]).tenant;

function applied(tenantConfig: JsonObject, to: Tenant = tenant): AppliedConfig {
  const result = applyTenantConfig(to, deployment, tenantConfig);
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.value;
}

function refusal(tenantConfig: JsonObject, to: Tenant = tenant): string {
  const result = applyTenantConfig(to, deployment, tenantConfig);
  assert.ok(!result.ok, 'expected a refusal');
  return result.error;
}

test('merge changes the given keys', () => {
  const changed = applied({
    config: {
      postResponseTimeout: '9000',
      conversationFailedReplyMessage: 'Oh.',
      stt: { config: { firmup_silence_time: '1.6', model: 'en-US_NarrowbandModel' }, confidenceScoreThreshold: 0.5 },
    },
  });
  assert.deepEqual(changed.tenant, {
    ...tenant,
    postResponseTimeoutMs: 9000,
    conversationFailedMessage: 'Oh.',
    stt: { endOfSpeechMs: 1600, confidenceThreshold: 0.5 },
  });
  assert.deepEqual(changed.notices, ['tenantConfig.config.stt.config."model" is not used.']);
});

test('nothing given changes nothing', () => {
  for (const tenantConfig of [
    {},
    { config: {} },
    { config: {}, updateMethod: 'merge' },
    { config: { stt: {}, conversation: {} } },
  ]) {
    assert.deepEqual(applied(tenantConfig), { tenant, notices: [] });
  }
});

test('replace starts from the deployment for what a request may give and keeps the rest', () => {
  const { tenant: changed } = applied({ updateMethod: 'replace', config: { stt: { confidenceScoreThreshold: 0.9 } } });
  assert.deepEqual(changed, {
    ...tenant,
    conversation: deployment.conversation,
    postResponseTimeoutMs: 8000,
    conversationFailedMessage: deployment.conversationFailedMessage,
    stt: { confidenceThreshold: 0.9, endOfSpeechMs: 600 },
  });
  const other = applied({ updateMethod: 'replace', config: { conversation: { url: 'http://mine/' } } }).tenant;
  assert.deepEqual(other.conversation, { kind: 'watson-v1', url: 'http://mine/', origin: 'request' });
});

test('credentials of the tenant stay with its own bot', () => {
  const merge = (conversation: JsonObject) => applied({ config: { conversation } }).tenant.conversation;
  const same = merge({ url: `${botUrl}/v2` });
  assert.ok(same.kind === 'watson-v1');
  assert.deepEqual([same.credentials?.username, same.origin, same.workspaceId], ['u', 'request', 'w']);
  for (const url of ['https://evil.example.net/api', 'http://bot.example.net/api', 'https://bot.example.net:444/']) {
    const moved = merge({ url });
    assert.ok(moved.kind === 'watson-v1');
    assert.equal(moved.credentials, undefined);
    assert.equal(moved.origin, 'request');
  }
  const own = merge({ url: 'https://mine/', username: 'a', password: 'b' });
  assert.ok(own.kind === 'watson-v1' && own.credentials?.password.reveal() === 'b');
  const rotated = merge({ password: 'new' });
  assert.ok(rotated.kind === 'watson-v1' && rotated.credentials?.username === 'u');
  assert.equal(rotated.origin, 'deployment');
});

test('what cannot be done is refused with its path and the nearest key', () => {
  const config = (inner: JsonObject): string => refusal({ config: inner });
  assert.match(refusal({ updateMetod: 'merge' }), /"updateMetod".*"updateMethod"/);
  assert.match(refusal({ updateMethod: 'overwrite' }), /merge.*replace/);
  assert.match(refusal({ config: 'x' }), /object/);
  assert.match(config({ postResponseTimout: 1 }), /"postResponseTimout".*"postResponseTimeout"/);
  assert.match(config({ conversation: { ulr: 'x' } }), /conversation\."ulr".*"url"/);
  assert.match(config({ postResponseTimeout: 1 }), /postResponseTimeout.*milliseconds/);
  assert.match(config({ stt: 'x' }), /stt.*object/);
  assert.match(config({ conversation: { url: 'file:///etc/passwd' } }), /http/);
  assert.match(config({ conversation: { url: 'http://x/', username: 'a' } }), /both/);
  for (const key of ['tenantURI', 'enableOutboundCalls']) assert.match(config({ [key]: 'true' }), /cannot change/);
  assert.match(config({ restAPI: { username: 'a' } }), /restAPI\.username: a request cannot change it/);
  assert.match(config({ outboundCalls: { statusWebhook: 'http://x/' } }), /cannot change/);
  assert.match(refusal({ config: { conversation: { workspaceID: 'w' } } }, noBot), /url is needed/);
});

test('keys of the original without a meaning here are accepted and named', () => {
  const { notices } = applied({ config: { tts: { config: {} }, sipAuth: { username: 'u' } } });
  assert.deepEqual(notices, [
    'tenantConfig.config.tts is not used yet.',
    'tenantConfig.config.sipAuth is not used yet.',
  ]);
});

test('a request may bring its own credentials for the trunk, whole', () => {
  const { tenant: own } = applied({
    config: { outboundCalls: { sipAuth: { username: 'alice', password: 'her-secret' } } },
  });
  assert.deepEqual([own.trunkAuth?.username, own.trunkAuth?.origin], ['alice', 'request']);
  assert.equal(own.trunkAuth?.password.reveal(), 'her-secret');
  assert.match(refusal({ config: { outboundCalls: { sipAuth: { username: 'alice' } } } }), /sipAuth needs both/);
});

const optionally = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const numberOrText = (value: fc.Arbitrary<number>) =>
  value.chain((n) => fc.constantFrom<number | string>(n, String(n)));
const given = fc.record({
  postResponseTimeout: optionally(numberOrText(fc.integer({ min: 100, max: 600_000 }))),
  conversationFailedReplyMessage: optionally(fc.constantFrom('Oh.', 'Good bye.')),
  firmup: optionally(numberOrText(fc.integer({ min: 2, max: 30 }).map((n) => n / 10))),
  threshold: optionally(numberOrText(fc.integer({ min: 0, max: 10 }).map((n) => n / 10))),
  workspaceID: optionally(fc.constantFrom('w2', 'w3')),
  url: optionally(fc.constantFrom(botUrl, 'https://other.example.net/')),
});

test('merge touches only what is given, whatever is given', () => {
  fc.assert(
    fc.property(given, ({ firmup, threshold, workspaceID, url, ...flat }) => {
      const config = JSON.parse(
        JSON.stringify({
          ...flat,
          conversation: { url, workspaceID },
          stt: { config: { firmup_silence_time: firmup }, confidenceScoreThreshold: threshold },
        }),
      );
      const { tenant: changed } = applied({ config });
      const { conversation, postResponseTimeoutMs, conversationFailedMessage, stt, ...rest } = changed;
      const {
        conversation: before,
        postResponseTimeoutMs: timeoutMs,
        conversationFailedMessage: said,
        stt: ears,
        ...kept
      } = tenant;
      assert.deepEqual(rest, kept);
      assert.equal(postResponseTimeoutMs, Number(flat.postResponseTimeout ?? timeoutMs));
      assert.equal(conversationFailedMessage, flat.conversationFailedReplyMessage ?? said);
      assert.equal(stt.endOfSpeechMs, firmup === undefined ? ears.endOfSpeechMs : Math.round(Number(firmup) * 1000));
      assert.equal(stt.confidenceThreshold, Number(threshold ?? ears.confidenceThreshold));
      assert.ok(conversation.kind === 'watson-v1' && before.kind === 'watson-v1');
      assert.equal(conversation.url, url ?? before.url);
      assert.equal(conversation.workspaceId, workspaceID ?? before.workspaceId);
      assert.equal(conversation.credentials?.username, (url ?? botUrl) === botUrl ? 'u' : undefined);
    }),
  );
});

test('no tenantConfig makes it throw, and the tenant itself never changes', () => {
  const before = JSON.stringify(tenant);
  const key = fc.constantFrom(
    'config',
    'updateMethod',
    'conversation',
    'stt',
    'url',
    'postResponseTimeout',
    '__proto__',
    'x',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('merge', 'replace', 'http://x/', '1', ''),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 3 }), (tenantConfig) => {
      const result = applyTenantConfig(tenant, deployment, JSON.parse(JSON.stringify(tenantConfig)));
      if (!result.ok) assert.ok(result.error.startsWith('tenantConfig'));
      assert.equal(JSON.stringify(tenant), before);
    }),
    { numRuns: 1000 },
  );
});
