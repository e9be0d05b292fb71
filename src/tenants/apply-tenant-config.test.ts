import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { parseSetting, readSettings, type SettingKind } from '../config/index.ts';
import { isJsonObject, type JsonObject } from '../kit/index.ts';
import {
  type AppliedConfig,
  applyTenantConfig,
  createTenantDirectory,
  listTenantKeys,
  type Tenant,
  type TenantKey,
} from './index.ts';

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
      outdial: { maxCallDuration: 60 },
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
      stt: { config: { firmup_silence_time: '1.6', model: 'en-US_BroadbandModel' }, confidenceScoreThreshold: 0.5 },
    },
  });
  const { settings, fromRequest, ...rest } = changed.tenant;
  const { settings: before, fromRequest: nothing, ...kept } = tenant;
  assert.deepEqual(rest, {
    ...kept,
    postResponseTimeoutMs: 9000,
    conversationFailedMessage: 'Oh.',
    stt: { endOfSpeechMs: 1600, confidenceThreshold: 0.5 },
  });
  const given = {
    postResponseTimeoutMs: 9000,
    conversationFailedMessage: 'Oh.',
    sttEndOfSpeechMs: 1600,
    sttConfidenceThreshold: 0.5,
    sttModel: 'en-US_BroadbandModel',
  };
  assert.deepEqual(settings, { ...before, ...given });
  assert.deepEqual([...fromRequest].sort(), Object.keys(given).sort());
  assert.equal(nothing.size, 0);
  assert.deepEqual(changed.notices, []);
});

test('a request may have its call recorded, on one track or two, or not; whose RTP is heard it may not say', () => {
  for (const recording of ['mono', 'stereo', 'off'] as const) {
    const { tenant: changed } = applied({ config: { outdial: { recording } } });
    assert.equal(changed.recording, recording);
  }
  assert.match(refusal({ config: { outdial: { recording: 'loud' } } }), /outdial\.recording/);
  assert.match(refusal({ config: { outdial: { rtpSourcePolicy: 'learn' } } }), /rtpSourcePolicy.*cannot change/);
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

test('replace overwrites what is given at the top as a whole, and keeps the rest', () => {
  const { tenant: changed } = applied({ updateMethod: 'replace', config: { stt: { confidenceScoreThreshold: 0.9 } } });
  assert.deepEqual(changed.stt, { confidenceThreshold: 0.9, endOfSpeechMs: 600 });
  assert.deepEqual(changed.conversation, tenant.conversation);
  assert.deepEqual(changed.webhook, tenant.webhook);
  assert.equal(changed.postResponseTimeoutMs, 6000);
  assert.equal(changed.settings.sttModel, 'en-US_NarrowbandModel');
  const other = applied({ updateMethod: 'replace', config: { conversation: { url: 'http://mine/' } } }).tenant;
  assert.deepEqual(other.conversation, { kind: 'watson-v1', url: 'http://mine/', origin: 'request' });
  assert.deepEqual(other.stt, tenant.stt);
  const workspace = applied({ updateMethod: 'replace', config: { conversation: { workspaceID: 'w9' } } }).tenant;
  assert.deepEqual(workspace.conversation, {
    kind: 'watson-v1',
    url: 'http://default-bot/',
    workspaceId: 'w9',
    origin: 'deployment',
  });
});

test('replace and merge leave what only the operator may say: permissions, credentials, webhook, limits', () => {
  for (const updateMethod of ['merge', 'replace']) {
    const config = { outboundCalls: { maxRetryNo: 0, sipAuth: { username: 'a', password: 'b' } }, outdial: {} };
    const { tenant: changed } = applied({ updateMethod, config });
    assert.deepEqual(changed.webhook, { ...tenant.webhook, maxRetries: 0 });
    assert.equal(changed.trunkAuth?.password.reveal(), 'b');
    assert.equal(changed.from, tenant.from);
    assert.deepEqual(changed.restApi, tenant.restApi);
    assert.equal(changed.restApi?.password.reveal(), 'pw');
    assert.equal(changed.maxCallDurationMs, 60_000);
  }
});

test('a list of providers takes the place of the whole list', () => {
  const conversation = [
    { url: 'http://one/', workspaceID: 'w1' },
    { url: 'http://two/', username: 'u2', password: 'p2' },
  ];
  const { tenant: changed } = applied({ config: { conversation } });
  assert.deepEqual(changed.conversation, {
    kind: 'watson-v1',
    url: 'http://one/',
    workspaceId: 'w1',
    origin: 'request',
  });
  const [standby, ...others] = changed.standbys.conversation;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [standby?.conversationUrl, standby?.conversationUsername, standby?.conversationWorkspaceId],
    ['http://two/', 'u2', undefined],
  );
  assert.match(refusal({ config: { conversation: [{ url: 'http://one/' }, {}] } }), /needs an url/);
  assert.match(refusal({ config: { conversation: [] } }), /list of objects/);
});

test('a key of the tenant goes to no token service that the request names', () => {
  const { tenant: guarded, deployment: base } = world([
    {
      tenantURI: '+3',
      conversation: { url: botUrl, apikey: 'KEY', tokenServiceProviderUrl: 'https://iam.example.net/token' },
      stt: { credentials: { url: 'https://stt.example.net', bearerToken: 'T' }, thirdPartyCredentials: { key: 'K' } },
    },
  ]);
  const settingsOf = (config: JsonObject) => {
    const result = applyTenantConfig(guarded, base, { config });
    assert.ok(result.ok, result.ok ? '' : result.error);
    return result.value.tenant.settings;
  };
  const moved = settingsOf({ conversation: { tokenServiceProviderUrl: 'https://evil.example.net/token' } });
  assert.equal(moved.conversationApikey, undefined);
  const same = settingsOf({ conversation: { tokenServiceProviderUrl: 'https://iam.example.net/other' } });
  assert.equal(same.conversationApikey?.reveal(), 'KEY');
  const other = settingsOf({ conversation: { username: 'u', password: 'p' } });
  assert.deepEqual([other.conversationApikey, other.conversationTokenUrl], [undefined, undefined]);
  const stt = settingsOf({ stt: { credentials: { url: 'https://evil.example.net' } } });
  assert.deepEqual([stt.sttBearerToken, stt.sttThirdPartyCredentials], [undefined, undefined]);
  assert.match(
    refusal({ config: { conversation: { url: 'http://x/', apikey: 'a', bearerToken: 'b' } } }),
    /more than one way/,
  );
});

test('requests refer to no secret and no file', () => {
  for (const password of ['${env:HOME}', '${file:/etc/passwd}', '${x}']) {
    const said = refusal({ config: { conversation: { url: 'http://x/', username: 'u', password } } });
    assert.match(said, /conversation\.password: a request cannot refer to secrets/);
  }
  assert.match(refusal({ config: { outdial: { dialogFile: '/etc/passwd' } } }), /cannot change/);
  assert.match(refusal({ config: { outdial: { maxCallDuration: 1 } } }), /cannot change/);
  const plain = applied({ config: { conversationFailedReplyMessage: '${sorry}' } });
  assert.equal(plain.tenant.conversationFailedMessage, '${sorry}');
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
  assert.match(config({ conversation: { url: 'http://x/', username: 'a' } }), /go together/);
  for (const key of ['tenantURI', 'enableOutboundCalls']) assert.match(config({ [key]: 'true' }), /cannot change/);
  assert.match(config({ restAPI: { username: 'a' } }), /restAPI\.username: a request cannot change it/);
  assert.match(config({ outboundCalls: { statusWebhook: 'http://x/' } }), /own field statusWebhook/);
  assert.match(config({ reporting: { url: 'http://x/' } }), /cannot change/);
  assert.match(config({ sipAuth: { username: 'a' } }), /cannot change/);
  assert.match(refusal({ config: { conversation: { workspaceID: 'w' } } }, noBot), /url is needed/);
});

test('keys without effect are accepted and named, one sentence per reason', () => {
  const config = { wva: {}, tts: { config: { voice: 'x', rate: 1 } }, stt: { trackLatency: 'true' } };
  assert.deepEqual(applied({ config }).notices, [
    'tenantConfig.config.wva: no effect yet, because Watson Virtual Agent is no bot of outdial.',
    'tenantConfig.config.stt.trackLatency: no effect yet, because it is always measured.',
  ]);
});

/** Keys that move or guard credentials have rules of their own, tested above. */
const hasOwnRules = (path: string): boolean =>
  /url$|conversation\.type$|providerType$|username|password|apikey|bearer|thirdParty|tokenServiceProvider|assistantID|\*$/i.test(
    path,
  );
const plainKeys = listTenantKeys().filter(({ path, isPerCall }) => isPerCall && !hasOwnRules(path));

/** A text that a setting of this kind takes. */
function textOfKind(kind: SettingKind): fc.Arbitrary<string> {
  switch (kind.type) {
    case 'boolean':
      return fc.constantFrom('true', 'FALSE');
    case 'integer':
      return fc.integer({ min: kind.min, max: kind.max }).map(String);
    case 'decimal':
    case 'duration':
      return fc.constantFrom(kind.min, kind.max, (kind.min + kind.max) / 2).map(String);
    case 'word':
      return fc.constantFrom(...Object.keys(kind.words));
    case 'date':
      return fc.constantFrom('2021-11-27', '2018-02-16');
    case 'call-uri':
      return fc.constantFrom('sip:agents@example.net', 'tel:+1');
    case 'list':
      if (kind.of === 'bot-tool') return fc.constantFrom('hang_up', 'transfer,set_variable', 'none');
      if (kind.of === 'identity-header') return fc.constantFrom('Remote-Party-ID');
      if (kind.of === 'diversion-header') return fc.constantFrom('Diversion,History-Info');
      if (kind.of === 'codec') return fc.constantFrom('G722,PCMU', 'pcma');
      assert.equal(kind.of, 'event-group');
      return fc.constantFrom('turn', 'dtmf,transfer');
    case 'text':
      if (kind.of === 'call-info') return fc.constantFrom('<https://example.net/a>;purpose=info');
      return fc.constantFrom('abc', 'Good bye.', 'x'.repeat(64));
    default:
      return fc.constantFrom('abc');
  }
}

interface Chosen {
  readonly key: TenantKey;
  readonly text: string;
}

/** Some keys, each with a text; a JSON number or boolean where one is meant, every other time. */
const someKeys: fc.Arbitrary<readonly Chosen[]> = fc
  .uniqueArray(fc.constantFrom(...plainKeys.filter(({ spec }) => spec.kind.type !== 'json')), {
    selector: ({ spec }) => spec.key,
  })
  .chain((keys) => fc.tuple(...keys.map((key) => textOfKind(key.spec.kind).map((text) => ({ key, text })))));

function nest(chosen: readonly Chosen[]): JsonObject {
  const root: Record<string, unknown> = {};
  for (const [index, { key, text }] of chosen.entries()) {
    const names = key.path.split('.');
    let inner = root;
    for (const name of names.slice(0, -1)) inner = (inner[name] ??= {}) as Record<string, unknown>;
    const { type } = key.spec.kind;
    const isPlainType = ['boolean', 'integer', 'decimal', 'duration'].includes(type) && index % 2 === 0;
    inner[names.at(-1) ?? ''] = isPlainType ? JSON.parse(text.toLowerCase()) : text;
  }
  return root as JsonObject;
}

const valueOf = ({ key, text }: Chosen): unknown => {
  const parsed = parseSetting(key.spec.kind, text);
  assert.ok(parsed.ok, `${key.path} ${text}`);
  return parsed.value;
};

test('merge gives every given key its value and leaves every other one alone', () => {
  assert.ok(plainKeys.length > 40, String(plainKeys.length));
  fc.assert(
    fc.property(someKeys, (chosen) => {
      const { settings } = applied({ config: nest(chosen) }).tenant;
      const wanted = new Map<string, unknown>(Object.entries(tenant.settings));
      for (const each of chosen) wanted.set(each.key.spec.key, valueOf(each));
      assert.deepEqual(new Map<string, unknown>(Object.entries(settings)), wanted);
    }),
    { numRuns: 500 },
  );
});

test('merging twice is merging once, and merging two parts is merging the whole', () => {
  fc.assert(
    fc.property(someKeys, fc.nat(), (chosen, cut) => {
      const once = applied({ config: nest(chosen) }).tenant;
      assert.deepEqual(applied({ config: nest(chosen) }, once).tenant.settings, once.settings);
      const at = cut % (chosen.length + 1);
      const first = applied({ config: nest(chosen.slice(0, at)) }).tenant;
      assert.deepEqual(applied({ config: nest(chosen.slice(at)) }, first).tenant.settings, once.settings);
    }),
  );
});

test('replace gives what it names its value, what stands beside it the fallback, and leaves the rest alone', () => {
  fc.assert(
    fc.property(someKeys, (chosen) => {
      const { settings } = applied({ updateMethod: 'replace', config: nest(chosen) }).tenant;
      const roots = new Set(chosen.map(({ key }) => key.path.split('.')[0]));
      const given = new Map(chosen.map((each) => [each.key.spec.key, valueOf(each)]));
      const [before, fallback, after] = [tenant.settings, deployment.settings, settings].map(
        (each) => new Map<string, unknown>(Object.entries(each)),
      );
      for (const { path, spec, isPerCall } of listTenantKeys()) {
        const isReset = isPerCall && roots.has(path.split('.')[0] ?? '');
        const other = (isReset ? fallback : before)?.get(spec.key);
        assert.deepEqual(after?.get(spec.key), given.has(spec.key) ? given.get(spec.key) : other, path);
      }
    }),
  );
});

const plain = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));

test('options that are handed on merge key by key, however deep', () => {
  const json = fc.dictionary(
    fc.constantFrom('zap', 'zip', 'zonk'),
    fc.oneof(fc.integer(), fc.dictionary(fc.constantFrom('zap', 'zip'), fc.integer())),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(json.map(plain), json.map(plain), (first, second) => {
      const stt = (config: JsonObject) => ({ config: { stt: { config } } });
      const both = applied(stt(second), applied(stt(first)).tenant).tenant.settings.sttOptions ?? {};
      for (const key of new Set([...Object.keys(first), ...Object.keys(second)])) {
        const [a, b] = [first[key], second[key]];
        const merged = isJsonObject(a) && isJsonObject(b) ? { ...a, ...b } : (b ?? a);
        assert.deepEqual(both[key], merged);
      }
      const over = applied({ ...stt(second), updateMethod: 'replace' }, applied(stt(first)).tenant);
      assert.deepEqual(over.tenant.settings.sttOptions, second);
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
