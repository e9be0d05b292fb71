import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import {
  type Environment,
  parseSetting,
  type Problem,
  readSettings,
  type ReadSettings,
  Secret,
  settingTable,
  showValue,
  unusedVariables,
} from './index.ts';

function accepted(environment: Environment, localAddresses: readonly string[] = ['127.0.0.1']): ReadSettings {
  const read = readSettings(environment, { localAddresses });
  assert.ok(read.ok, read.ok ? '' : inspect(read.error));
  return read.value;
}

function refused(environment: Environment): readonly Problem[] {
  const read = readSettings(environment);
  assert.ok(!read.ok, 'expected problems');
  return read.error;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('an empty environment gives the documented defaults', () => {
  const { settings, notices } = accepted({});
  assert.deepEqual(plain(settings), {
    isAssistantStateless: false,
    isSpeculative: false,
    isAuditEnabled: true,
    isMetricsAuthEnabled: false,
    isOutboundEnabled: false,
    webhookConnectTimeoutMs: 3000,
    webhookReadTimeoutMs: 5000,
    webhookMaxRetries: 2,
    webhookWindowMs: 86_400_000,
    webhookConcurrency: 16,
    nodeId: 'outdial',
    nodeLeaseMs: 15_000,
    httpHost: '127.0.0.1',
    httpPort: 9080,
    proxyType: 'http',
    isSttProxied: true,
    isTtsProxied: true,
    isHoldMusicProxied: false,
    httpsPort: 9443,
    maxConnections: 4000,
    callsPerSecond: 0,
    tenantMaxCalls: 0,
    minutesPerDay: 0,
    sipHost: '127.0.0.1',
    sipBindHost: '127.0.0.1',
    sipPort: 5060,
    sdpAddress: '127.0.0.1',
    rtpBindHost: '127.0.0.1',
    rtpPorts: { first: 16_384, last: 16_394 },
    rtpSourcePolicy: 'strict',
    codecs: ['PCMU', 'PCMA'],
    recordingReserveMiB: 256,
    mediaEncryptionPolicy: 'off',
    areMediaKeysSentInClear: false,
    ringTimeoutMs: 60_000,
    registrationMs: 3_600_000,
    diversionReason: 'unconditional',
    stirAttestation: 'C',
    isReliabilityRequired: false,
    isOfferLate: false,
    isRedirectFollowed: false,
    maxCallDurationMs: 3_600_000,
    maxSessions: 0,
    mediaThreads: 1,
    sipTlsPort: 5061,
    isSipWildcardTaken: false,
    isSipClientCertificateRequired: false,
    sipUdpLimitBytes: 1300,
    maxSipConnections: 1000,
    maxSipConnectionsPerSource: 100,
    sessionHeader: 'Call-ID',
    isProvisionalSent: true,
    packetLossWarningPackets: 1000,
    roundTripWarningMs: 0,
    opinionWarning: 0,
    sipTrunkPingMs: 0,
    sipTrunkMaxCalls: 0,
    sipTrunkCallsPerSecond: 0,
    sessionTimerMode: 'accept',
    sessionExpiresMs: 1_800_000,
    sessionMinimumMs: 90_000,
    conversationApiVersion: '2017-05-26',
    conversationReadTimeoutMs: 5000,
    conversationConnectTimeoutMs: 10_000,
    postResponseTimeoutMs: 7000,
    conversationFailedMessage: 'Call being transferred to an agent due to a technical problem. Good bye.',
    isSipCallIdSent: false,
    isSipRequestUriSent: false,
    isSipToUriSent: false,
    isSipFromUriSent: false,
    isConversationCertificateIgnored: false,
    isFilteredUtteranceNotified: false,
    isNetworkEventNotified: false,
    botLatencyWarningMs: 1000,
    transferFailedMessage: 'Call transfer to an agent failed. Please try again later. Good bye.',
    isDisconnectedOnTransferFailure: true,
    isHeldOnTransfer: true,
    smsGatewayReadTimeoutMs: 5000,
    isInboundEnabled: false,
    sipSourceRate: 50,
    sipStrangerRate: 1000,
    sipAuthAlgorithms: 'both',
    isInboundSmsEnabled: false,
    transferNoticeTimeoutMs: 60_000,
    areTransfersAccepted: false,
    sttConfidenceThreshold: 0,
    sttEndOfSpeechMs: 600,
    speechModel: 'base',
    voice: 'slt',
    isRecordingEnabled: false,
    isRecordingStereo: false,
    isEchoSuppressed: true,
    isSttLatencyTracked: false,
    speechLatencyWarningMs: 1000,
    ttsCacheHours: 0,
    preparedPrompts: 200,
    espeakProgram: 'espeak-ng',
    ttsCacheMegabytes: 64,
    sttModel: 'en-US_NarrowbandModel',
    isProfanityFiltered: true,
    isSmartFormatted: false,
    sttMaxAlternatives: 1,
    isSttOptedOut: true,
    sttSilenceMs: 500,
    synthesisTimeoutMs: 5000,
    ttsVoice: 'en-US_AllisonVoice',
    personalData: 'everything',
    isTranscriptionReported: true,
    cdrFormat: 'original',
    reportBatchSize: 1,
    reportGatherMs: 1000,
    maxWaitingReports: 10_000,
    reportFileMiB: 100,
    reportFileCount: 5,
    maxCpuPercent: 90,
    maxRecognitionWaitMs: 2000,
    isSipTraced: true,
    isBotTraced: true,
    hepCaptureId: 2001,
    logLevel: 'info',
    dataDir: './outdial-data',
    drainTimeoutMs: 30_000,
  });
  assert.deepEqual(notices, []);
  assert.ok(Object.isFrozen(settings));
});

test('every entry of the table has its own name and key, a sentence, and a default that its kind accepts', () => {
  const names = new Set<string>(settingTable.map((spec) => spec.name));
  const keys = new Set<string>(settingTable.map((spec) => spec.key));
  assert.equal(names.size, settingTable.length);
  assert.equal(keys.size, settingTable.length);
  for (const spec of settingTable) {
    assert.match(spec.description, /^[A-Z].*\.$/s, spec.name);
    if ('default' in spec) assert.ok(parseSetting(spec.kind, spec.default).ok, spec.name);
    // DATABASE_URL is what hosting platforms call it.
    assert.equal(spec.origin === 'outdial', /^(?:OUTDIAL_|OUTBOUND_CALLS_|DATABASE_URL$)/.test(spec.name), spec.name);
    assert.ok(!Object.hasOwn(unusedVariables, spec.name), spec.name);
  }
});

const cases: readonly [name: string, key: string, good: readonly [string, unknown][], bad: readonly string[]][] = [
  [
    'ENABLE_OUTBOUND_CALLS',
    'isOutboundEnabled',
    [
      ['TRUE', true],
      ['False', false],
    ],
    ['yes', '1', 'on'],
  ],
  [
    'HTTP_HOST',
    'httpHost',
    [
      ['*', '0.0.0.0'],
      ['gw.example.net', 'gw.example.net'],
    ],
    ['a b', '999.1.1.1', 'http://x', '-x'],
  ],
  [
    'HTTP_PORT',
    'httpPort',
    [
      ['0', 0],
      [' 8080 ', 8080],
    ],
    ['65536', '-1', '80a', '1e3', '0x50', '8.5'],
  ],
  ['SIP_PORT', 'sipPort', [['5070', 5070]], ['tcp://10.0.0.1:5060']],
  [
    'RTP_UDP_PORT_RANGE',
    'rtpPorts',
    [['20000-20010', { first: 20_000, last: 20_010 }]],
    ['20000', '20010-20000', '80-90', '65000-65536', '20000-20000'],
  ],
  [
    'WATSON_CONVERSATION_READ_TIMEOUT',
    'conversationReadTimeoutMs',
    [
      ['30', 30_000],
      ['0.25', 250],
    ],
    ['0', '121', '5s', 'Infinity', 'NaN'],
  ],
  ['POST_RESPONSE_TIMEOUT', 'postResponseTimeoutMs', [['15000', 15_000]], ['99', '7 s']],
  [
    'WATSON_CONVERSATION_API_VERSION',
    'conversationApiVersion',
    [['2021-11-27', '2021-11-27']],
    ['2021-13-01', '2021-02-30', 'latest'],
  ],
  [
    'WATSON_CONVERSATION_URL',
    'conversationUrl',
    [['http://bot.example.net/turn', 'http://bot.example.net/turn']],
    ['ftp://x', 'bot', 'http://u:p@x/', `http://x/${'y'.repeat(2048)}`],
  ],
  [
    'OUTDIAL_SIP_TRUNK',
    'sipTrunk',
    [
      [
        'sip:sbc.example.net',
        { transport: 'udp', host: 'sbc.example.net', port: 5060, wanted: { scheme: 'sip', host: 'sbc.example.net' } },
      ],
      ['sip:10.0.0.1:5080', { transport: 'udp', host: '10.0.0.1', port: 5080 }],
      ['sip:[2001:db8::1]:5090', { transport: 'udp', host: '2001:db8::1', port: 5090 }],
      [
        'SIP:sbc;transport=UDP;lr',
        { transport: 'udp', host: 'sbc', port: 5060, wanted: { scheme: 'sip', host: 'sbc', transport: 'udp' } },
      ],
      [
        'sip:sbc;transport=tcp',
        { transport: 'tcp', host: 'sbc', port: 5060, wanted: { scheme: 'sip', host: 'sbc', transport: 'tcp' } },
      ],
      [
        'sip:sbc;transport=TLS;lr',
        { transport: 'tls', host: 'sbc', port: 5061, wanted: { scheme: 'sip', host: 'sbc', transport: 'tls' } },
      ],
      [
        'sips:sbc:5443',
        { transport: 'tls', host: 'sbc', port: 5443, wanted: { scheme: 'sips', host: 'sbc', port: 5443 } },
      ],
      [
        'sips:sbc;transport=tcp',
        { transport: 'tls', host: 'sbc', port: 5061, wanted: { scheme: 'sips', host: 'sbc', transport: 'tcp' } },
      ],
      [
        'sip:sbc;transport=ws',
        { transport: 'ws', host: 'sbc', port: 80, wanted: { scheme: 'sip', host: 'sbc', transport: 'ws' } },
      ],
      [
        'sips:sbc;transport=ws',
        { transport: 'wss', host: 'sbc', port: 443, wanted: { scheme: 'sips', host: 'sbc', transport: 'ws' } },
      ],
    ],
    [
      'sbc.example.net',
      'sips:sbc;transport=udp',
      'sip:sbc;transport=sctp',
      'sip:user@sbc',
      'sip:sbc:0',
      'sip:sbc:70000',
      'sip:',
    ],
  ],
  [
    'OUTBOUND_CALLS_TENANT_URI',
    'outboundTenantUri',
    [['tel:+15551234', 'tel:+15551234']],
    ['+15551234', 'sip:', 'sip:a b', 'sip:<a>'],
  ],
  [
    'WATSON_STT_FIRMUP_SILENCE_TIME',
    'sttEndOfSpeechMs',
    [
      ['1.6', 1600],
      ['.2', 200],
    ],
    ['0.1', '3.1'],
  ],
  ['WATSON_STT_CONFIDENCE_SCORE_THRESHOLD', 'sttConfidenceThreshold', [['0.2', 0.2]], ['1.1', '-0.1']],
  [
    'LOG_LEVEL',
    'logLevel',
    [
      ['audit', 'info'],
      ['SEVERE', 'error'],
      ['fine', 'debug'],
      ['all', 'trace'],
      ['off', 'silent'],
    ],
    ['verbose', 'constructor', '__proto__'],
  ],
  ['OUTDIAL_VOICE', 'voice', [['rms', 'rms']], ['alice']],
  ['OUTBOUND_CALLS_MAX_RETRY_NO', 'webhookMaxRetries', [['0', 0]], ['21', '1.5']],
  [
    'OUTDIAL_WEBHOOK_WINDOW',
    'webhookWindowMs',
    [
      ['0', 0],
      ['60', 60_000],
    ],
    ['-1', '604801'],
  ],
  ['OUTDIAL_WEBHOOK_EVENTS', 'webhookEvents', [['turn, dtmf', ['turn', 'dtmf']]], ['states', 'turn,Turn']],
];

for (const [name, key, good, bad] of cases) {
  test(`${name} takes what it says and nothing else`, () => {
    for (const [text, value] of good) {
      const settings: Readonly<Record<string, unknown>> = { ...accepted({ [name]: text }).settings };
      assert.deepEqual(settings[key], value, text);
    }
    for (const text of bad) {
      const problems = refused({ [name]: text });
      assert.deepEqual(
        problems.map((problem) => problem.variable),
        [name],
        text,
      );
    }
  });
}

test('a variable that is set but empty counts as not set', () => {
  const { settings } = accepted({ HTTP_PORT: '', SIP_HOST: ' ', REST_API_USERNAME: '', REST_API_PASSWORD: '' });
  assert.equal(settings.httpPort, 9080);
  assert.equal(settings.sipHost, '127.0.0.1');
  assert.equal(settings.restApiUsername, undefined);
});

test('all problems are reported at once, each with a fix', () => {
  const problems = refused({
    HTTP_PORT: 'abc',
    RTP_UDP_PORT_RANGE: '5000-6000',
    OUTDIAL_VOIC: 'slt',
    REST_API_USERNAME: 'u',
    LOG_LEVEL: 'loud',
  });
  assert.deepEqual(problems.map((problem) => problem.variable).sort(), [
    'HTTP_PORT',
    'LOG_LEVEL',
    'OUTDIAL_VOIC',
    'REST_API_PASSWORD',
    'RTP_UDP_PORT_RANGE',
  ]);
  for (const problem of problems) assert.match(problem.fix, /\w+/);
  assert.equal(problems.find((problem) => problem.variable === 'HTTP_PORT')?.value, '"abc"');
  assert.match(problems.find((problem) => problem.variable === 'OUTDIAL_VOIC')?.fix ?? '', /OUTDIAL_VOICE/);
  assert.match(problems.find((problem) => problem.variable === 'RTP_UDP_PORT_RANGE')?.reason ?? '', /SIP_PORT/);
});

test('misspelt names are problems that name the nearest setting; strange but foreign names are not', () => {
  for (const [wrong, right] of [
    ['OUTDIAL_RINGTIMEOUT', 'OUTDIAL_RING_TIMEOUT'],
    ['OUTBOUND_CALLS_WEBHOOK', 'OUTBOUND_CALLS_STATUS_WEBHOOK'],
    ['WATSON_CONVERSATON_URL', 'WATSON_CONVERSATION_URL'],
    ['ENABLE_OUTBOUND_CALL', 'ENABLE_OUTBOUND_CALLS'],
    ['SIP_HSOT', 'SIP_HOST'],
    ['http_port', 'HTTP_PORT'],
  ] as const) {
    const [problem, ...others] = refused({ [wrong]: 'x' });
    assert.deepEqual(others, []);
    assert.equal(problem?.variable, wrong);
    assert.ok(problem.fix.includes(`Did you mean ${right}?`), problem.fix);
  }
  const { notices } = accepted({
    PATH: '/bin',
    HTTP_PROXY: 'http://proxy',
    OUTDIAL_PORT: 'tcp://10.0.0.1:9080',
    OUTDIAL_SERVICE_HOST: '10.0.0.1',
    OUTDIAL_PORT_9080_TCP_ADDR: '10.0.0.1',
    LOGNAME: 'me',
  });
  assert.deepEqual(notices, []);
});

test('reporting that cannot report anything is said', () => {
  const variables = (environment: Record<string, string>) =>
    accepted(environment).notices.map(({ variable }) => variable);
  const url = { REPORTING_URL: 'https://events.example.net' };
  const index = { REPORTING_CDR_EVENT_INDEX: 'cdr' };
  assert.deepEqual(variables(url), ['REPORTING_URL']);
  assert.deepEqual(variables(index), ['REPORTING_CDR_EVENT_INDEX']);
  assert.deepEqual(variables({ ...url, ...index }), []);
  assert.deepEqual(variables({ OUTDIAL_REPORTING_FILE: 'events.jsonl', ...index }), []);
  const couch = { REPORTING_CDR_CLOUDANT_URL: 'https://couch.example.net' };
  assert.deepEqual(variables(couch), ['REPORTING_CDR_CLOUDANT_URL']);
  const named = { REPORTING_CDR_CLOUDANT_DB_NAME: 'cdr', REPORTING_CDR_CLOUDANT_EVENT_INDEX: 'cdr' };
  assert.deepEqual(variables({ ...couch, ...named }), []);
  // The other half may stand in the tenant file.
  assert.deepEqual(variables({ ...url, MULTI_TENANT_CONFIG_FILE: 'tenants.json' }), []);
});

test('what has no effect yet is checked, kept under its key, and said once it is set', () => {
  const { settings, notices } = accepted({
    PROXY_HOST: 'proxy.example.net',
    OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'trunk',
    OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'pw',
    WATSON_TTS_VOICE: '',
  });
  assert.equal(settings.proxyHost, 'proxy.example.net');
  assert.equal(settings.trunkPassword?.reveal(), 'pw');
  assert.deepEqual(
    notices.map((notice) => notice.text),
    ['PROXY_HOST has no effect yet: no forward proxy is used.'],
  );
  for (const [name, wrong] of [
    ['TRANSFER_DEFAULT_TARGET', 'agents'],
    ['REPORTING_URL', 'ftp://x'],
    ['SIP_PORT_TCP', '70000'],
    ['WATSON_STT_MAXALTERNATIVES', '0'],
    ['PUT_CALLER_ON_HOLD_ON_TRANSFER', 'maybe'],
    ['CMR_HEALTH_CHECK_FAIL_ERR_CODE', '200'],
  ] as const) {
    assert.deepEqual(
      refused({ [name]: wrong }).map((problem) => problem.variable),
      [name],
    );
  }
});

test('the other spelling of a variable is taken, unless the two disagree', () => {
  const spelt = accepted({ DEFAULT_TRANSFER_TARGET: 'tel:+1' });
  assert.equal(spelt.settings.transferDefaultTarget, 'tel:+1');
  assert.deepEqual(spelt.notices, []);
  accepted({ DEFAULT_TRANSFER_TARGET: 'tel:+1', TRANSFER_DEFAULT_TARGET: 'tel:+1' });
  const [problem] = refused({ DEFAULT_TRANSFER_TARGET: 'tel:+1', TRANSFER_DEFAULT_TARGET: 'tel:+2' });
  assert.equal(problem?.variable, 'DEFAULT_TRANSFER_TARGET');
});

test('variables of the original without a meaning here are noticed, not refused', () => {
  const { notices } = accepted({ MEDIA_RELAY_HOST: 'localhost:8080', PROXY_HOST: 'proxy', SIP_PORT_TLS: '' });
  assert.deepEqual(
    notices.map((notice) => notice.variable),
    ['PROXY_HOST', 'MEDIA_RELAY_HOST'],
  );
});

test('an open API, idle settings and half credentials are said', () => {
  const open = accepted({ ENABLE_OUTBOUND_CALLS: 'true', HTTP_HOST: '*' });
  assert.deepEqual(
    open.notices.map((notice) => notice.variable),
    ['REST_API_USERNAME'],
  );
  const guarded = { ENABLE_OUTBOUND_CALLS: 'true', HTTP_HOST: '*', REST_API_USERNAME: 'u', REST_API_PASSWORD: 'p' };
  assert.deepEqual(accepted(guarded).notices, []);
  const idle = accepted({
    OUTDIAL_DIALOG_FILE: 'd.yaml',
    WATSON_CONVERSATION_URL: 'http://bot/',
    STEREO_RECORDING: 'true',
  });
  assert.deepEqual(
    idle.notices.map((notice) => notice.variable),
    ['OUTDIAL_DIALOG_FILE', 'STEREO_RECORDING'],
  );
  assert.deepEqual(
    refused({ WATSON_CONVERSATION_PASSWORD: 'p' }).map((problem) => problem.variable),
    ['WATSON_CONVERSATION_USERNAME'],
  );
});

test('addresses are worked out from each other', () => {
  const local = ['127.0.0.1', '10.1.2.3', '2001:db8::5'];
  const of = (environment: Environment) => {
    const { sipHost, sipBindHost, sdpAddress, rtpBindHost } = accepted(environment, local).settings;
    return [sipHost, sipBindHost, sdpAddress, rtpBindHost];
  };
  assert.deepEqual(of({ SIP_HOST: '10.1.2.3' }), ['10.1.2.3', '10.1.2.3', '10.1.2.3', '10.1.2.3']);
  assert.deepEqual(of({ SIP_HOST: '203.0.113.9' }), ['203.0.113.9', '0.0.0.0', '203.0.113.9', '0.0.0.0']);
  assert.deepEqual(of({ SIP_HOST: '2001:db8::9' }), ['2001:db8::9', '::', '2001:db8::9', '::']);
  assert.deepEqual(of({ SIP_HOST: 'gw.example.net', SDP_ADDRESS: '10.1.2.3' }), [
    'gw.example.net',
    '0.0.0.0',
    '10.1.2.3',
    '10.1.2.3',
  ]);
  assert.deepEqual(of({ OUTDIAL_SIP_BIND: '10.1.2.3' }), ['10.1.2.3', '10.1.2.3', '10.1.2.3', '10.1.2.3']);
  assert.deepEqual(of({ OUTDIAL_SIP_BIND: '*', SIP_HOST: '10.1.2.3' }), [
    '10.1.2.3',
    '0.0.0.0',
    '10.1.2.3',
    '10.1.2.3',
  ]);
  assert.deepEqual(
    refused({ OUTDIAL_SIP_BIND: '*' }).map((problem) => problem.variable),
    ['SIP_HOST', 'SDP_ADDRESS'],
  );
});

test('no secret and no credential in a URL shows in problems, settings or their printed forms', () => {
  const canary = 'c4n4ry';
  const problems = refused({
    REST_API_USERNAME: 'u:x',
    REST_API_PASSWORD: `${canary}\n`,
    OUTDIAL_API_KEY: canary,
    REST_API_PASSWROD: canary,
    WATSON_CONVERSATION_URL: `htp://user:${canary}@bot/?token=${canary}`,
    OUTBOUND_CALLS_STATUS_WEBHOOK: `http://user:${canary}@hook/${'x'.repeat(100)}`,
  });
  assert.equal(problems.length, 6);
  assert.ok(!inspect(problems, { depth: 9 }).includes(canary));
  assert.ok(!JSON.stringify(problems).includes(canary));
  const read = accepted({ REST_API_USERNAME: 'u', REST_API_PASSWORD: canary });
  assert.equal(read.settings.restApiPassword?.reveal(), canary);
  for (const text of [
    inspect(read, { depth: 9, showHidden: true }),
    JSON.stringify(read),
    String(read.settings.restApiPassword),
  ]) {
    assert.ok(!text.includes(canary), text);
    assert.ok(text.includes('***'), text);
  }
});

test('values are shown as they were written, but for what is secret', () => {
  for (const [kind, value, text] of [
    [{ type: 'secret' }, new Secret('s3cret'), '***'],
    [{ type: 'secret-json' }, new Secret('{}'), '***'],
    [{ type: 'duration', unit: 's', min: 0, max: 9 }, 1500, '1.5 s'],
    [{ type: 'duration', unit: 'ms', min: 0, max: 9 }, 700, '700 ms'],
    [{ type: 'web-url' }, 'http://h/?token=c4n4ry', 'http://h/?***'],
    [{ type: 'word', words: { audit: 'info' } }, 'info', 'audit'],
    [{ type: 'port-range' }, { first: 1, last: 2 }, '1-2'],
    [{ type: 'trunk' }, { transport: 'udp', host: 'h', port: 5060 }, 'sip:h:5060'],
    [{ type: 'trunk' }, { transport: 'tls', host: '::1', port: 5061 }, 'sip:[::1]:5061;transport=tls'],
    [{ type: 'json' }, { token: 'c4n4ry' }, '{ "token" }'],
    [{ type: 'boolean' }, false, 'false'],
  ] as const) {
    assert.equal(showValue(kind, value), text);
  }
});

test('a secret keeps its text for reveal and prints as three stars everywhere else', () => {
  const secret = new Secret('s3cret');
  assert.equal(secret.reveal(), 's3cret');
  assert.deepEqual([String(secret), JSON.stringify({ secret }), inspect(secret)], ['***', '{"secret":"***"}', '***']);
  assert.deepEqual(Object.keys(secret), []);
});

test('no text makes the reader throw, and what is refused says so', () => {
  const name = fc.constantFrom(...settingTable.map((spec) => spec.name));
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl())),
      (environment) => {
        const read = readSettings(environment);
        if (!read.ok) assert.ok(read.error.every((problem) => problem.reason !== '' && problem.fix !== ''));
      },
    ),
    { numRuns: 500 },
  );
});

test('metrics that ask for credentials need some to ask for', () => {
  const problems = (environment: Record<string, string>): string[] => {
    const read = readSettings(environment);
    return read.ok ? [] : read.error.map(({ variable, reason }) => `${variable}: ${reason}`);
  };
  const guarded = { ENABLE_METRICS_AUTH: 'true' };
  assert.deepEqual(problems(guarded), ['ENABLE_METRICS_AUTH: there are no credentials to ask for']);
  assert.deepEqual(problems({ ...guarded, ADMIN_USERNAME: 'a' }), ['ADMIN_PASSWORD: ADMIN_USERNAME is set without it']);
  assert.deepEqual(problems({ ...guarded, ADMIN_USERNAME: 'a', ADMIN_PASSWORD: 'b' }), []);
});

test('registrars are a list, and somebody must be registered there', () => {
  const read = readSettings({ OUTDIAL_REGISTRAR: 'sip:one.example.net, sip:[2001:db8::1]:5070', ...sipAccount });
  assert.ok(read.ok);
  assert.deepEqual(read.value.settings.registrars, [
    { transport: 'udp', host: 'one.example.net', port: 5060, wanted: { scheme: 'sip', host: 'one.example.net' } },
    { transport: 'udp', host: '2001:db8::1', port: 5070 },
  ]);
  const nameless = readSettings({ OUTDIAL_REGISTRAR: 'sip:one.example.net' });
  assert.ok(!nameless.ok);
  assert.deepEqual(
    nameless.error.map(({ variable }) => variable),
    ['OUTDIAL_REGISTRATION_AOR'],
  );
  const bad = readSettings({ OUTDIAL_REGISTRAR: 'sip:one.example.net, two', ...sipAccount });
  assert.match(bad.ok ? '' : (bad.error[0]?.reason ?? ''), /^entry 2: /);
});

const sipAccount = { OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'u', OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'p' };

test('name servers are addresses with or without a port', () => {
  const isTaken = (servers: string): boolean => readSettings({ OUTDIAL_DNS_SERVERS: servers }).ok;
  assert.ok(isTaken('192.0.2.53, 192.0.2.54:5353, 2001:db8::53, [2001:db8::53]:5353'));
  for (const bad of ['dns.example.net', '192.0.2.53:0', '192.0.2.53:99999', '[192.0.2.53]:53']) {
    assert.ok(!isTaken(bad), bad);
  }
});

test('a second address family: worked out from one address, and refused where it cannot be', () => {
  const machine = { localAddresses: ['192.0.2.1', '2001:db8::1'] };
  const both = readSettings({ SIP_HOST: '192.0.2.1', OUTDIAL_SIP_HOST_IPV6: '2001:db8::1' }, machine);
  assert.ok(both.ok);
  const { sipBindHostIpv6, sdpAddressIpv6, rtpBindHostIpv6 } = both.value.settings;
  assert.deepEqual([sipBindHostIpv6, sdpAddressIpv6, rtpBindHostIpv6], ['2001:db8::1', '2001:db8::1', '2001:db8::1']);
  const behindNat = readSettings(
    { OUTDIAL_SIP_HOST_IPV6: '2001:db8::9', OUTDIAL_SDP_ADDRESS_IPV6: '2001:db8::8' },
    machine,
  );
  assert.ok(behindNat.ok);
  assert.equal(behindNat.value.settings.sipBindHostIpv6, '::');
  assert.equal(behindNat.value.settings.sdpAddressIpv6, '2001:db8::8');
  assert.equal(behindNat.value.settings.rtpBindHostIpv6, '::');
  for (const [environment, reason] of [
    [{ OUTDIAL_SIP_HOST_IPV6: '192.0.2.1' }, /no IPv6 address/],
    [{ SIP_HOST: '::1', OUTDIAL_SIP_HOST_IPV6: '2001:db8::1' }, /IPv6 address already/],
    [{ OUTDIAL_SDP_ADDRESS_IPV6: '2001:db8::1' }, /OUTDIAL_SIP_HOST_IPV6 is not set/],
  ] as const) {
    const read = readSettings(environment, machine);
    assert.match(read.ok ? '' : (read.error[0]?.reason ?? ''), reason);
  }
});

test('a speech service without a usual place needs a URL', () => {
  for (const [variables, variable] of [
    [{ OUTDIAL_STT_PROVIDER: 'websocket' }, 'WATSON_STT_URL'],
    [{ OUTDIAL_TTS_PROVIDER: 'azure' }, 'WATSON_TTS_URL'],
  ] as const) {
    const read = readSettings(variables);
    assert.ok(!read.ok);
    assert.deepEqual(
      read.error.map((problem) => problem.variable),
      [variable],
    );
    assert.ok(readSettings({ ...variables, [variable]: 'https://speech.example' }).ok);
  }
});
