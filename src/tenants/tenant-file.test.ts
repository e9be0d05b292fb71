import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { fastify } from 'fastify';
import { type Environment, readSettings, Secret, type Settings } from '../config/index.ts';
import { err, type Json, ok } from '../kit/index.ts';
import { fullExample } from './full-example.fixture.ts';
import {
  createTenantDirectory,
  createTenantRoster,
  type DirectoryOptions,
  matchTenant,
  readTenantFile,
  type TenantDirectory,
  type TenantEntry,
  tenantFileSchema,
} from './index.ts';

function settingsOf(environment: Environment = {}): Settings {
  const read = readSettings({ MULTI_TENANT_CONFIG_FILE: 'tenants.json', ...environment });
  assert.ok(read.ok, read.ok ? '' : inspect(read.error));
  return read.value.settings;
}

function directoryOf(file: unknown, options: DirectoryOptions = {}, environment: Environment = {}): TenantDirectory {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  const directory = createTenantDirectory(settingsOf(environment), text, options);
  assert.ok(directory.ok, directory.ok ? '' : inspect(directory.error));
  return directory.value;
}

function entryOf(entry: object, environment: Environment = {}): TenantEntry {
  const read = readTenantFile(settingsOf(environment), JSON.stringify({ tenants: [{ tenantURI: '+1', ...entry }] }));
  assert.ok(read.ok, read.ok ? '' : inspect(read.error));
  const [first] = read.value;
  assert.ok(first !== undefined);
  return first;
}

/** Secrets in the clear, so that they can be compared. */
const plain = (value: unknown): unknown => (value instanceof Secret ? value.reveal() : value);

/** An entry, an environment, and the settings that the two make. */
const table: readonly {
  readonly name: string;
  readonly entry: object;
  readonly environment?: Environment;
  readonly effective: Readonly<Record<string, unknown>>;
}[] = [
  {
    name: 'the full example',
    entry: fullExample.tenants[0],
    effective: {
      whitelistFromUri: 'sbc1.example.net',
      isHeldOnTransfer: false,
      postResponseTimeoutMs: 6000,
      conversationUrl: 'https://assistant.example.net/api',
      conversationWorkspaceId: '0f5f0c11-aaaa-4bbb-8ccc-1234567890ab',
      conversationApikey: 'KEY-1',
      conversationTokenUrl: 'https://iam.example.net/token',
      conversationUsername: undefined,
      providerSelectionPolicy: 'sequential',
      sttUrl: 'https://stt.example.net/',
      sttApikey: 'KEY-2',
      sttTokenUrl: 'https://iam.example.net/token',
      sttModel: 'it-IT_NarrowbandModel',
      isProfanityFiltered: true,
      isSmartFormatted: true,
      sttEndOfSpeechMs: 800,
      sttBroadbandOptions: { model: 'it-IT_BroadbandModel' },
      sttBand: 'narrowband',
      sttConfidenceThreshold: 0.2,
      isEchoSuppressed: true,
      isPlaybackResumed: true,
      isSttLatencyTracked: true,
      sttConnectTimeoutMs: 5000,
      sttRequestTimeoutMs: 5000,
      ttsUrl: 'https://tts.example.net/',
      ttsApikey: 'KEY-3',
      ttsVoice: 'it-IT_FrancescaV3Voice',
      ttsCacheHours: 336,
      ttsJitterBufferMs: 0,
      ttsConnectTimeoutMs: 5000,
      isOutboundEnabled: true,
      webhookUrl: 'https://crm.example.net/hooks/call-state',
      webhookUsername: 'gw',
      webhookPassword: 'pw',
      outboundTenantUri: 'sip:+390612340001@trunk.example.net',
      webhookConnectTimeoutMs: 3000,
      webhookReadTimeoutMs: 5000,
      webhookMaxRetries: 2,
      trunkUsername: 'trunk-user',
      trunkPassword: 'trunk-pw',
      restApiUsername: 'campaign',
      restApiPassword: 's3cret',
      sipUsername: 'apikey',
      sipPassword: 'inbound-pw',
      reportingUrl: 'https://events.example.net/services/collector',
      reportingUsername: 'x',
      reportingPassword: 'HEC-TOKEN',
      cdrEventIndex: 'cdr',
      cdrEventSourceType: 'vgwSessionID',
      turnEventIndex: 'conv',
      transcriptionEventIndex: 'transcription',
      cdrCloudantUrl: 'https://couch.example.net/',
      cdrCloudantApikey: 'KEY-4',
      cdrCloudantDatabase: 'cdr',
      cdrCloudantEventIndex: 'cdr',
    },
  },
  {
    name: 'nothing given, nothing set',
    entry: {},
    effective: {
      isOutboundEnabled: false,
      postResponseTimeoutMs: 7000,
      sttModel: 'en-US_NarrowbandModel',
      webhookUrl: undefined,
    },
  },
  {
    name: 'everything from the environment',
    entry: { restAPI: {}, stt: { config: {} } },
    environment: {
      ENABLE_OUTBOUND_CALLS: 'true',
      REPORTING_URL: 'https://events.example.net',
      REPORTING_USERNAME: 'u',
      REPORTING_PASSWORD: 'p',
      WATSON_STT_MODEL: 'de-DE_NarrowbandModel',
      TRANSFER_DEFAULT_TARGET: 'tel:+2',
      OUTBOUND_CALLS_SIP_AUTH_USERNAME: 't',
      OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'tp',
    },
    effective: {
      isOutboundEnabled: true,
      reportingPassword: 'p',
      sttModel: 'de-DE_NarrowbandModel',
      transferDefaultTarget: 'tel:+2',
      trunkPassword: 'tp',
    },
  },
  {
    name: 'numbers and booleans as text, empty texts as not given',
    entry: {
      enableOutboundCalls: 'TRUE',
      disconnectCallOnTransferFailure: 'False',
      outboundCalls: { connectTimeout: '1.5', maxRetryNo: '0', statusWebhook: '' },
      stt: { confidenceScoreThreshold: '.5', config: { max_alternatives: '3' } },
      tts: { cacheTimeToLive: '24' },
    },
    environment: { OUTBOUND_CALLS_STATUS_WEBHOOK: 'http://hook/' },
    effective: {
      isOutboundEnabled: true,
      isDisconnectedOnTransferFailure: false,
      webhookConnectTimeoutMs: 1500,
      webhookMaxRetries: 0,
      webhookUrl: 'http://hook/',
      sttConfidenceThreshold: 0.5,
      sttMaxAlternatives: 3,
      ttsCacheHours: 24,
    },
  },
  {
    name: 'an URL of the entry takes no credentials of the environment along',
    entry: {
      stt: { credentials: { url: 'https://mine/' } },
      reporting: { url: 'https://mine/', cdrCloudant: { url: 'https://mine/' } },
    },
    environment: {
      WATSON_STT_URL: 'https://theirs/',
      WATSON_STT_APIKEY: 'k',
      REPORTING_URL: 'https://theirs/',
      REPORTING_USERNAME: 'u',
      REPORTING_PASSWORD: 'p',
      REPORTING_CDR_CLOUDANT_URL: 'https://theirs/',
      REPORTING_CDR_CLOUDANT_APIKEY: 'k',
      REPORTING_CDR_EVENT_INDEX: 'cdr',
    },
    effective: {
      sttUrl: 'https://mine/',
      sttApikey: undefined,
      reportingPassword: undefined,
      cdrCloudantApikey: undefined,
      cdrEventIndex: 'cdr',
    },
  },
  {
    name: 'a way to authenticate takes the place of another one',
    entry: { tts: { credentials: { username: 'u', password: 'p' } } },
    environment: { WATSON_TTS_URL: 'https://tts/', WATSON_TTS_APIKEY: 'k' },
    effective: { ttsUrl: 'https://tts/', ttsApikey: undefined, ttsUsername: 'u', ttsPassword: 'p' },
  },
  {
    name: 'what is handed on to a service, and the block of outdial',
    entry: {
      stt: {
        name: 'ours',
        providerType: 'local',
        thirdPartyCredentials: { type: 'service_account' },
        config: { mrcpv2ProfileId: 'p', recognizeHeaders: { a: 'b' } },
      },
      mediaEncryption: { policy: 'required', anything: true },
      outdial: {
        recording: 'stereo',
        rtpSourcePolicy: 'latch',
        maxCallDuration: 60,
        ringTimeout: '20',
        dialogFile: 'd.yaml',
      },
    },
    environment: {
      WATSON_CONVERSATION_URL: 'http://bot/',
      WATSON_CONVERSATION_USERNAME: 'u',
      WATSON_CONVERSATION_PASSWORD: 'p',
    },
    effective: {
      sttName: 'ours',
      sttProviderType: 'local',
      sttThirdPartyCredentials: '{"type":"service_account"}',
      sttOptions: { mrcpv2ProfileId: 'p', recognizeHeaders: { a: 'b' } },
      mediaEncryptionPolicy: 'required',
      mediaEncryption: { anything: true },
      recording: 'stereo',
      rtpSourcePolicy: 'latch',
      maxCallDurationMs: 60_000,
      ringTimeoutMs: 20_000,
      dialogFile: 'd.yaml',
      conversationUrl: undefined,
      conversationPassword: undefined,
    },
  },
];

for (const { name, entry, environment, effective } of table) {
  test(`effective: ${name}`, () => {
    const { tenant, problems } = entryOf(entry, environment);
    assert.deepEqual(problems, []);
    const settings = new Map<string, unknown>(Object.entries(tenant?.settings ?? {}));
    for (const [key, value] of Object.entries(effective)) assert.deepEqual(plain(settings.get(key)), value, key);
  });
}

test('the fields of a tenant follow from its settings, and the other providers stand by', () => {
  const tenant = directoryOf(fullExample).find('+390612340001');
  assert.ok(tenant?.conversation.kind === 'watson-v1');
  assert.equal(tenant.trunkAuth?.password.reveal(), 'trunk-pw');
  assert.equal(tenant.restApi?.password.reveal(), 's3cret');
  const [standby, ...others] = tenant.standbys.conversation;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [standby?.conversationUrl, standby?.conversationPassword?.reveal(), standby?.conversationApikey],
    ['https://soe.example.net/turn', 'pw', undefined],
  );
  assert.deepEqual([standby?.conversationWorkspaceId, standby?.conversationReadTimeoutMs], [undefined, 5000]);
  const own = entryOf({ outdial: { recording: 'mono', dialogFile: 'd.yaml', maxCallDuration: 5 } }).tenant;
  assert.deepEqual(
    [own?.recording, own?.conversation, own?.maxCallDurationMs],
    ['mono', { kind: 'dialog-file', path: 'd.yaml' }, 5000],
  );
});

const broken = `{
  "tenants": [
    { "tenantURI": "good" },
    {
      "tenantURI": "bad",
      "postResponseTimeout": "soon",
      "outboundCalls": {
        "statusWebhook": "ftp://user:c4n4ry@hook",
        "sipAuth": { "username": "u" }
      },
      "conversation": [{ "url": "http://a/" }, { "name": "b" }],
      "description": "x", "description": "y"
    },
    { "tenantURI": "twice" },
    { "tenantURI": "twice" },
    7
  ]
}`;

test('a broken entry says where and why, and takes no other one down unless it shall', () => {
  const directory = directoryOf(broken, { brokenEntries: 'leave-out' });
  assert.deepEqual(
    directory.tenants.map((tenant) => tenant.id),
    ['good'],
  );
  for (const id of ['bad', 'twice'])
    assert.deepEqual([directory.find(id), directory.isMisconfigured(id)], [undefined, true]);
  for (const id of ['good', 'other']) assert.equal(directory.isMisconfigured(id), false);
  assert.deepEqual(
    directory.problems.map(({ line, column, path, value }) => [line, column, path, value]),
    [
      [12, 27, 'tenants[1].description', ''],
      [6, 7, 'tenants[1].postResponseTimeout', '"soon"'],
      [8, 9, 'tenants[1].outboundCalls.statusWebhook', '"***@hook"'],
      [9, 9, 'tenants[1].outboundCalls.sipAuth', ''],
      [11, 48, 'tenants[1].conversation[1].url', ''],
      [15, 7, 'tenants[3].tenantURI', ''],
      [16, 5, 'tenants[4]', ''],
    ],
  );
  for (const { reason, fix } of directory.problems) assert.ok(reason !== '' && fix !== '');
  assert.ok(!inspect(directory.problems, { depth: 9 }).includes('c4n4ry'));
  const strict = createTenantDirectory(settingsOf(), broken);
  assert.ok(!strict.ok && strict.error.length === 7);
});

test('tenants that are open to everybody are told', () => {
  const file = {
    tenants: [
      { tenantURI: 'open', enableOutboundCalls: true },
      { tenantURI: 'shut', enableOutboundCalls: true, restAPI: { username: 'u', password: 'p' } },
      { tenantURI: 'off' },
    ],
  };
  assert.deepEqual(directoryOf(file).notices, []);
  assert.deepEqual(directoryOf(file, {}, { HTTP_HOST: '*' }).notices, [
    'Whoever reaches HTTP_HOST can place calls for "open": restAPI is not given.',
  ]);
});

test('a file without a usable tenant is refused in any case', () => {
  const read = createTenantDirectory(settingsOf(), '{"tenants":[{"tenantURI":"a","x":1}]}', {
    brokenEntries: 'leave-out',
  });
  assert.ok(!read.ok);
});

test('what else is wrong with a tenant is said at its key', () => {
  const file = '{"tenants":[\n{"tenantURI":"a"},\n{"tenantURI":"b",\n"outdial":{"dialogFile":"x.yaml"}}]}';
  const directory = directoryOf(file, {
    brokenEntries: 'leave-out',
    checkTenant: ({ conversation }) =>
      conversation.kind === 'dialog-file' && conversation.path !== undefined
        ? [{ keys: ['outdial', 'dialogFile'], reason: 'it cannot be read', fix: 'Correct it.' }]
        : [],
  });
  assert.deepEqual([directory.find('a')?.id, directory.find('b')], ['a', undefined]);
  assert.deepEqual(
    directory.problems.map(({ line, path, reason }) => [line, path, reason]),
    [[4, 'tenants[1].outdial.dialogFile', 'it cannot be read']],
  );
});

test('secrets are read from where they stand, and only secrets', () => {
  const entry = {
    tenantURI: 'a',
    restAPI: { username: 'u', password: '${env:API_PASSWORD}' },
    stt: { thirdPartyCredentials: '${file:google.json}' },
    conversationFailedReplyMessage: 'Sorry ${env:API_PASSWORD}',
  };
  const asked: unknown[] = [];
  const options: DirectoryOptions = {
    resolveSecret: (reference) => {
      asked.push(reference);
      return ok(reference.from === 'env' ? 'c4n4ry' : '{"key":"c4n4ry"}');
    },
  };
  const tenant = directoryOf({ tenants: [entry] }, options).find('a');
  assert.equal(tenant?.restApi?.password.reveal(), 'c4n4ry');
  assert.equal(tenant.settings.sttThirdPartyCredentials?.reveal(), '{"key":"c4n4ry"}');
  assert.equal(tenant.conversationFailedMessage, 'Sorry ${env:API_PASSWORD}');
  assert.deepEqual(asked, [
    { from: 'env', name: 'API_PASSWORD' },
    { from: 'file', path: 'google.json' },
  ]);
  const refusals: readonly (readonly [object, RegExp])[] = [
    [{ restAPI: { username: 'u', password: '${env:MISSING}' } }, /MISSING is not set.*Set the variable MISSING/],
    [{ restAPI: { username: 'u', password: '${vault:x}' } }, /no such kind of reference.*\$\{env:NAME\}/],
    [{ restAPI: { username: '${env:USER}', password: 'p' } }, /only secrets can be referred to/],
    [{ description: 1, stt: { thirdPartyCredentials: '${file:x}' } }, /no object/],
  ];
  for (const [wrong, says] of refusals) {
    const read = createTenantDirectory(settingsOf(), JSON.stringify({ tenants: [{ tenantURI: 'a', ...wrong }] }), {
      resolveSecret: (reference) =>
        err(reference.from === 'env' ? `${reference.name} is not set` : 'it holds no object'),
    });
    assert.ok(!read.ok);
    assert.match(read.error.map(({ reason, fix }) => `${reason}. ${fix}`).join('\n'), says);
  }
});

test('an incoming call belongs to the tenant whose whole name stands in it, the longest one first', () => {
  const { tenants } = directoryOf({
    tenants: [
      { tenantURI: '1234' },
      { tenantURI: '+3906' },
      { tenantURI: '+390612340001' },
      { tenantURI: 'sip:sales@gw.example.net' },
      { tenantURI: 'sales@gw.example.net' },
    ],
  });
  const match = (toUri: string, requestUri = 'sip:gw.example.net') => matchTenant(tenants, { toUri, requestUri })?.id;
  for (const [to, expected] of [
    ['sip:+390612340001@gw.example.net', '+390612340001'],
    ['sip:+390699@gw.example.net', '+3906'],
    ['tel:+441234', '1234'],
    ['sip:sales@gw.example.net;user=phone', 'sip:sales@gw.example.net'],
    ['sips:sales@gw.example.net', 'sales@gw.example.net'],
    ['sip:+39061@gw.example.net', '+3906'],
    ['sip:123@gw.example.net', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(match(to), expected, to);
  }
  assert.equal(match('sip:anonymous@x', 'sip:+390612340001@x'), '+390612340001');
  assert.equal(match('sip:1234@x', 'sip:+390612340001@x'), '+390612340001');
  assert.equal(matchTenant([], { toUri: 'sip:1234@x', requestUri: '' }), undefined);
});

test('a roster answers from the latest directory, and a tenant in hand stays as it was', () => {
  const before = directoryOf({ tenants: [{ tenantURI: 'a', postResponseTimeout: 1000 }, { tenantURI: 'b' }] });
  const after = directoryOf('{"tenants":[{"tenantURI":"a","postResponseTimeout":2000},{"tenantURI":"c","x":1}]}', {
    brokenEntries: 'leave-out',
  });
  const roster = createTenantRoster(before);
  const { directory } = roster;
  const held = directory.find('a');
  roster.replace(after);
  assert.equal(held?.postResponseTimeoutMs, 1000);
  assert.equal(directory.find('a')?.postResponseTimeoutMs, 2000);
  assert.deepEqual([directory.find('b'), directory.isMisconfigured('c')], [undefined, true]);
  assert.deepEqual(
    [directory.tenants, directory.problems, directory.notices],
    [after.tenants, after.problems, after.notices],
  );
  assert.deepEqual([directory.isMultiTenant, directory.deployment], [true, after.deployment]);
});

test('the schema takes what the gateway takes and refuses what it refuses', async () => {
  const { $schema, ...schema } = tenantFileSchema();
  assert.equal($schema, 'https://json-schema.org/draft/2020-12/schema');
  // The validator of the HTTP server reads the same vocabulary; it is told not to convert anything.
  const app = fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strict: false } },
  });
  app.post('/', { schema: { body: schema } }, async () => 'ok');
  const takes = async (payload: Json): Promise<boolean> => {
    const { statusCode } = await app.inject({ method: 'POST', url: '/', payload: Object(payload) });
    return statusCode === 200;
  };
  const entries: readonly (readonly [object, boolean])[] = [
    ...table.map(({ entry }) => [entry, true] as const),
    [{ enableOutboundCalls: 'maybe' }, false],
    [{ enableOutboundCalls: 1 }, false],
    [{ enableOutboundCall: true }, false],
    [{ postResponseTimeout: 1 }, false],
    [{ stt: { config: { anything: 1 } } }, true],
    [{ stt: { configs: {} } }, false],
    [{ conversation: [] }, false],
    [{ conversation: { url: 7 } }, false],
    [{ outdial: { recording: 'loud' } }, false],
  ];
  for (const [entry, isGood] of entries) {
    const file = { tenants: [{ tenantURI: '+1', ...entry }] };
    assert.equal(await takes(file), isGood, inspect(entry));
    assert.equal(createTenantDirectory(settingsOf(), JSON.stringify(file)).ok, isGood, inspect(entry));
  }
  assert.equal(await takes({ tenants: [{}] }), false);
  assert.equal(await takes({ tenants: [] }), false);
  await app.close();
});
