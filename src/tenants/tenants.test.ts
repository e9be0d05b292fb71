import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type Environment, readSettings, type Settings } from '../config/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { createTenantDirectory, type FileProblem, type Tenant, type TenantDirectory } from './index.ts';

function settingsOf(environment: Environment): Settings {
  const read = readSettings(environment);
  assert.ok(read.ok, read.ok ? '' : inspect(read.error));
  return read.value.settings;
}

const multi = { MULTI_TENANT_CONFIG_FILE: 'tenants.json' };

function directoryOf(tenants: readonly unknown[], environment: Environment = {}): TenantDirectory {
  const directory = createTenantDirectory(settingsOf({ ...multi, ...environment }), JSON.stringify({ tenants }));
  assert.ok(directory.ok, directory.ok ? '' : inspect(directory.error));
  return directory.value;
}

function problemsOf(fileText: string): readonly FileProblem[] {
  const directory = createTenantDirectory(settingsOf(multi), fileText);
  assert.ok(!directory.ok, 'expected problems');
  return directory.error;
}

const withTenants = (...tenants: readonly unknown[]): string => JSON.stringify({ tenants });

function only(entry: JsonObject, environment: Environment = {}): Tenant {
  const [tenant] = directoryOf([{ tenantURI: '+390612340001', ...entry }], environment).tenants;
  assert.ok(tenant !== undefined);
  return tenant;
}

test('without a tenant file every path names the one tenant, under the name asked for', () => {
  const made = createTenantDirectory(
    settingsOf({ ENABLE_OUTBOUND_CALLS: 'true', REST_API_USERNAME: 'u', REST_API_PASSWORD: 'p' }),
  );
  assert.ok(made.ok);
  const directory = made.value;
  assert.equal(directory.isMultiTenant, false);
  for (const id of ['dummy', '+390612340001', 'sip:a@b', '__proto__']) {
    const tenant = directory.find(id);
    assert.equal(tenant?.id, id);
    assert.equal(tenant.isOutboundEnabled, true);
    assert.equal(tenant.restApi?.username, 'u');
  }
  assert.equal(directory.find(''), undefined);
});

test('the environment alone makes a complete tenant', () => {
  const made = createTenantDirectory(
    settingsOf({
      WATSON_CONVERSATION_URL: 'http://bot.example.net/api',
      WATSON_CONVERSATION_WORKSPACE_ID: 'w1',
      WATSON_CONVERSATION_USERNAME: 'bot',
      WATSON_CONVERSATION_PASSWORD: 'pw',
      OUTBOUND_CALLS_STATUS_WEBHOOK: 'http:hooks.example.net',
      OUTBOUND_CALLS_TENANT_URI: 'sip:line@example.net',
      ENABLE_RECORDING: 'true',
      STEREO_RECORDING: 'true',
      SEND_SIP_CALL_ID_TO_CONVERSATION: 'true',
    }),
  );
  assert.ok(made.ok);
  const tenant = made.value.deployment;
  const { settings, ...fields } = tenant;
  assert.equal(settings.isRecordingStereo, true);
  assert.deepEqual(JSON.parse(JSON.stringify(fields)), {
    id: 'default',
    isOutboundEnabled: false,
    isInboundEnabled: false,
    from: 'sip:line@example.net',
    webhook: {
      url: 'http://hooks.example.net/',
      connectTimeoutMs: 3000,
      readTimeoutMs: 5000,
      maxRetries: 2,
      windowMs: 86_400_000,
      events: [],
    },
    conversation: {
      kind: 'watson-v1',
      url: 'http://bot.example.net/api',
      workspaceId: 'w1',
      credentials: { username: 'bot', password: '***' },
      origin: 'deployment',
    },
    conversationApi: { version: '2017-05-26', readTimeoutMs: 5000, connectTimeoutMs: 10_000 },
    postResponseTimeoutMs: 7000,
    conversationFailedMessage: 'Call being transferred to an agent due to a technical problem. Good bye.',
    recording: 'stereo',
    sipVariables: { isCallIdSent: true, isRequestUriSent: false, isToUriSent: false, isFromUriSent: false },
    limits: { account: 'default', callsPerSecond: 0, maxCalls: 0, minutesPerDay: 0, allowedPrefixes: [] },
    stt: { confidenceThreshold: 0, endOfSpeechMs: 600 },
    ringTimeoutMs: 60_000,
    maxCallDurationMs: 3_600_000,
    standbys: { conversation: [], stt: [], tts: [] },
    fromRequest: {},
  });
});

test('a full entry of the original is read, its types mixed as the original mixes them', () => {
  const directory = directoryOf([
    {
      tenantURI: '+390612340001',
      description: 'Recall campaign line',
      whitelistFromUri: 'sbc1.example.net',
      putCallerOnHoldOnTransfer: 'false',
      postResponseTimeout: '6000',
      conversation: [
        { name: 'primary', url: 'https://soe.example.net/turn', username: 'soe', password: 'pw' },
        { name: 'standby', url: 'https://other.example.net', apikey: 'KEY-1' },
      ],
      providerSelectionPolicy: 'sequential',
      stt: {
        credentials: { url: 'https://stt.example.net', apikey: 'KEY-2' },
        config: { model: 'it-IT_NarrowbandModel', profanity_filter: true, firmup_silence_time: 0.8 },
        bandPreference: 'narrowband',
        confidenceScoreThreshold: '0.2',
      },
      tts: { config: { voice: 'it-IT_FrancescaV3Voice' } },
      enableOutboundCalls: 'true',
      outboundCalls: {
        statusWebhook: 'https://crm.example.net/hooks/call-state',
        statusWebhookUsername: 'gw',
        statusWebhookPassword: 'pw2',
        tenantURI: 'sip:+390612340001@trunk.example.net',
        connectTimeout: '4',
        readTimeout: 6,
        maxRetryNo: '3',
        sipAuth: { username: 'trunk-user', password: 'trunk-pw' },
      },
      restAPI: { username: 'campaign', password: 's3cret' },
      reporting: {
        url: 'https://events.example.net',
        cdrEventInd: 'cdr',
        cdrCloudant: { url: 'https://couch.example.net', apikey: 'KEY-4', dbName: 'cdr', eventInd: 'cdr' },
      },
      outdial: { personalData: 'metadata-only', transcriptionReports: 'false', cdrFormat: 'both' },
    },
  ]);
  const tenant = directory.find('+390612340001');
  assert.ok(tenant?.conversation.kind === 'watson-v1');
  assert.equal(tenant.isOutboundEnabled, true);
  assert.equal(tenant.postResponseTimeoutMs, 6000);
  assert.equal(tenant.conversation.url, 'https://soe.example.net/turn');
  assert.equal(tenant.conversation.credentials?.password.reveal(), 'pw');
  assert.deepEqual(tenant.stt, { confidenceThreshold: 0.2, endOfSpeechMs: 800 });
  assert.equal(tenant.from, 'sip:+390612340001@trunk.example.net');
  assert.equal(tenant.restApi?.password.reveal(), 's3cret');
  assert.equal(tenant.webhook.password?.reveal(), 'pw2');
  const { connectTimeoutMs, readTimeoutMs, maxRetries } = tenant.webhook;
  assert.deepEqual([connectTimeoutMs, readTimeoutMs, maxRetries], [4000, 6000, 3]);
  const notices = directory.notices.join('\n');
  for (const word of ['stt.bandPreference', 'reporting.url']) assert.ok(!notices.includes(word), word);
  const { reportingUrl, cdrEventIndex, personalData, isTranscriptionReported, cdrFormat } = tenant.settings;
  assert.deepEqual([reportingUrl, cdrEventIndex], ['https://events.example.net/', 'cdr']);
  assert.deepEqual([personalData, isTranscriptionReported, cdrFormat], ['metadata-only', false, 'both']);
  for (const secret of ['KEY-1', 'KEY-4', 'KEY-2', 'trunk-pw', 's3cret'])
    assert.ok(!inspect(directory, { depth: 9 }).includes(secret));
});

test('tenants are found by exact name only', () => {
  const directory = directoryOf([{ tenantURI: '+1' }, { tenantURI: 'sip:a@b' }]);
  assert.equal(directory.find('+1')?.id, '+1');
  assert.equal(directory.find('sip:a@b')?.id, 'sip:a@b');
  for (const id of ['', '1', '+1 ', 'SIP:A@B', '__proto__', 'constructor']) assert.equal(directory.find(id), undefined);
});

test('what an entry does not give comes from the environment', () => {
  const environment = {
    ENABLE_OUTBOUND_CALLS: 'true',
    REST_API_USERNAME: 'u',
    REST_API_PASSWORD: 'p',
    POST_RESPONSE_TIMEOUT: '9000',
    OUTBOUND_CALLS_READ_TIMEOUT: '9',
    WATSON_CONVERSATION_URL: 'http://bot/',
  };
  const tenant = only({ stt: { confidenceScoreThreshold: 0.5 }, restAPI: { username: '', password: '' } }, environment);
  assert.equal(tenant.isOutboundEnabled, true);
  assert.equal(tenant.restApi?.username, 'u');
  assert.equal(tenant.postResponseTimeoutMs, 9000);
  assert.equal(tenant.webhook.readTimeoutMs, 9000);
  assert.ok(tenant.conversation.kind === 'watson-v1' && tenant.conversation.url === 'http://bot/');
  assert.equal(tenant.stt.confidenceThreshold, 0.5);
  assert.equal(only({ enableOutboundCalls: false }, environment).isOutboundEnabled, false);
  assert.equal(only({}).conversation.kind, 'dialog-file');
});

test('credentials of the environment never go to an URL of the tenant file', () => {
  const environment = {
    WATSON_CONVERSATION_URL: 'http://bot/',
    WATSON_CONVERSATION_WORKSPACE_ID: 'w',
    WATSON_CONVERSATION_USERNAME: 'u',
    WATSON_CONVERSATION_PASSWORD: 'p',
    OUTBOUND_CALLS_STATUS_WEBHOOK: 'http://hook/',
    OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME: 'u',
    OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD: 'p',
  };
  const tenant = only(
    { conversation: { url: 'http://other/' }, outboundCalls: { statusWebhook: 'http://other-hook/' } },
    environment,
  );
  assert.deepEqual(tenant.conversation, { kind: 'watson-v1', url: 'http://other/', origin: 'deployment' });
  assert.deepEqual(
    [tenant.webhook.url, tenant.webhook.username, tenant.webhook.password],
    ['http://other-hook/', undefined, undefined],
  );
  const same = only({ conversation: { workspaceID: 'w2' } }, environment);
  assert.ok(same.conversation.kind === 'watson-v1');
  assert.deepEqual([same.conversation.workspaceId, same.conversation.credentials?.username], ['w2', 'u']);
});

test('all faults of a file are reported at once, with the path and the nearest key, and without values', () => {
  const problems = problemsOf(
    withTenants(
      { tenantURI: 'a', enableOutboundCall: true },
      { outboundCalls: { readTimeout: 'soon', statusWebhok: 'c4n4ry' } },
      { tenantURI: 'b', restAPI: { username: 'c4n4ry' }, stt: { config: { firmup_silence_tme: 1 } } },
      { tenantURI: 'c', conversation: { url: 'ftp://u:c4n4ry@x' }, enableOutboundCalls: 1, postResponseTimeout: [] },
      { tenantURI: 'd' },
      { tenantURI: 'd' },
      { tenantURI: 'x\ny' },
      'c4n4ry',
    ),
  );
  assert.deepEqual(
    problems.map((problem) => problem.path),
    [
      'tenants[0]."enableOutboundCall"',
      'tenants[1].outboundCalls.readTimeout',
      'tenants[1].outboundCalls."statusWebhok"',
      'tenants[1].tenantURI',
      'tenants[2].stt.config."firmup_silence_tme"',
      'tenants[2].restAPI',
      'tenants[3].conversation.url',
      'tenants[3].enableOutboundCalls',
      'tenants[3].postResponseTimeout',
      'tenants[5].tenantURI',
      'tenants[6].tenantURI',
      'tenants[7]',
    ],
  );
  assert.match(problems[0]?.reason ?? '', /"enableOutboundCalls"/);
  assert.match(problems[2]?.reason ?? '', /"statusWebhook"/);
  assert.match(problems[4]?.reason ?? '', /"firmup_silence_time"/);
  assert.ok(!inspect(problems).includes('c4n4ry'));
});

test('a file that is not a tenant file is refused in one sentence that quotes nothing of it', () => {
  for (const text of [
    '',
    '{',
    '[]',
    'null',
    '{"tenants":{}}',
    '{"tenants":[]}',
    '{"tenants":[{"password":"c4n4ry" x}]}',
  ]) {
    const problems = problemsOf(text);
    assert.equal(problems.length, 1, text);
    assert.ok(!inspect(problems).includes('c4n4ry'));
  }
  assert.match(problemsOf('{"tenants":[\n  x')[0]?.reason ?? '', /line 2, column 3|not JSON/);
  const unread = createTenantDirectory(settingsOf(multi));
  assert.ok(!unread.ok);
});

test('names that every object inherits are unknown keys like any other', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const problems = problemsOf(`{"tenants":[{"tenantURI":"a","${key}":{"x":1}}]}`);
    assert.deepEqual(
      problems.map((problem) => problem.path),
      [`tenants[0]."${key}"`],
    );
  }
});
