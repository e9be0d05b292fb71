/** What is wrong with settings that are each right by themselves. */
import { isIPv6 } from 'node:net';
import { hasPlace } from '../speech/index.ts';
import { isLoopbackHost } from './bind-host.ts';
import { noticeIdleReporting } from './report-conflicts.ts';
import { findStoreProblems } from './store-problems.ts';
import { settingTable } from './setting-table.ts';
import type { SettingSpec } from './setting-spec.ts';
import type { Environment, Notice, Problem, Settings } from './settings.ts';

interface Conflicts {
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
}

/** The one is nothing without the other. */
const pairs = [
  ['REST_API_USERNAME', 'REST_API_PASSWORD'],
  ['WATSON_CONVERSATION_USERNAME', 'WATSON_CONVERSATION_PASSWORD'],
  ['OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME', 'OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD'],
  ['OUTBOUND_CALLS_SIP_AUTH_USERNAME', 'OUTBOUND_CALLS_SIP_AUTH_PASSWORD'],
  ['OUTDIAL_SIP_AUTH_USERNAME', 'OUTDIAL_SIP_AUTH_PASSWORD'],
  ['ADMIN_USERNAME', 'ADMIN_PASSWORD'],
  ['PROXY_USERNAME', 'PROXY_PASSWORD'],
  ['WATSON_STT_USERNAME', 'WATSON_STT_PASSWORD'],
  ['WATSON_TTS_USERNAME', 'WATSON_TTS_PASSWORD'],
  ['SMS_GW_USERNAME', 'SMS_GW_PASSWORD'],
  ['REPORTING_USERNAME', 'REPORTING_PASSWORD'],
  ['REPORTING_CDR_CLOUDANT_USERNAME', 'REPORTING_CDR_CLOUDANT_PASSWORD'],
  ['REPORTING_CONVERSATION_CLOUDANT_USERNAME', 'REPORTING_CONVERSATION_CLOUDANT_PASSWORD'],
  ['REPORTING_TRANSCRIPTION_CLOUDANT_USERNAME', 'REPORTING_TRANSCRIPTION_CLOUDANT_PASSWORD'],
  ['OUTDIAL_STIR_PRIVATE_KEY', 'OUTDIAL_STIR_CERTIFICATE_URL'],
] as const;

/** 24 to 64 bytes in base64. */
const webhookSecretPattern = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

export function findConflicts(settings: Settings, environment: Environment): Conflicts {
  const isSet = (name: string): boolean => (environment[name] ?? '').trim() !== '';
  return {
    problems: [
      ...findHalfPairs(isSet),
      ...findTwoWaysIn(isSet),
      ...findAddressProblems(settings),
      ...findTwoSpellings(environment),
      ...findUnguardedMetrics(settings),
      ...findTlsProblems(settings),
      ...findBotProblems(settings),
      ...findSpeechProblems(settings),
      ...findStoreProblems(settings),
      ...findBadWebhookSecrets(settings),
      ...findTrunkProblems(settings),
      ...findShortSession(settings),
      ...findNamelessRegistration(settings),
    ],
    notices: [...findNotices(settings), ...noticeIdleReporting(settings), ...noticeUncheckedTls(environment)],
  };
}

function findHalfPairs(isSet: (name: string) => boolean): Problem[] {
  return pairs.flatMap(([one, other]) => {
    if (isSet(one) === isSet(other)) return [];
    const [present, missing] = isSet(one) ? [one, other] : [other, one];
    return [
      {
        variable: missing,
        value: '""',
        reason: `${present} is set without it`,
        fix: `Set ${missing} or unset ${present}.`,
      },
    ];
  });
}

/** One way to authenticate at the bot, not two. */
function findTwoWaysIn(isSet: (name: string) => boolean): Problem[] {
  const ways = ['WATSON_CONVERSATION_PASSWORD', 'WATSON_CONVERSATION_APIKEY', 'OUTDIAL_BOT_BEARER_TOKEN'].filter(isSet);
  const [first, ...others] = ways;
  return others.map((variable) => ({
    variable,
    value: '***',
    reason: `${first} is set too: there is more than one way to authenticate`,
    fix: `Unset ${variable} or ${first}.`,
  }));
}

function findBadWebhookSecrets({ webhookSecrets }: Settings): Problem[] {
  const secrets = webhookSecrets?.reveal().split(',') ?? [];
  if (secrets.every((secret) => webhookSecretPattern.test(secret.trim()))) return [];
  return [
    {
      variable: 'OUTDIAL_WEBHOOK_SECRETS',
      value: '***',
      reason: 'a secret is not whsec_ followed by the base64 of 24 to 64 bytes',
      fix: 'Make one: echo "whsec_$(openssl rand -base64 32)"',
    },
  ];
}

function findShortSession({ sessionExpiresMs, sessionMinimumMs }: Settings): Problem[] {
  if (sessionExpiresMs >= sessionMinimumMs) return [];
  return [
    {
      variable: 'OUTDIAL_SESSION_EXPIRES',
      value: `"${sessionExpiresMs / 1000}"`,
      reason: `it is less than OUTDIAL_SESSION_MIN_SE, which is ${sessionMinimumMs / 1000}`,
      fix: 'Raise it, or lower OUTDIAL_SESSION_MIN_SE.',
    },
  ];
}

/** A tenant of the file may bring the name along. */
function findNamelessRegistration(settings: Settings): Problem[] {
  const { registrars = [], registrationAor, trunkUsername, multiTenantConfigFile } = settings;
  const isNamed = registrationAor !== undefined || trunkUsername !== undefined;
  if (registrars.length === 0 || isNamed || multiTenantConfigFile !== undefined) return [];
  return [
    {
      variable: 'OUTDIAL_REGISTRATION_AOR',
      value: '""',
      reason: 'OUTDIAL_REGISTRAR is set, and nothing says whom to register',
      fix: 'Set it, or OUTBOUND_CALLS_SIP_AUTH_USERNAME and its password.',
    },
  ];
}

function findBotProblems({ conversationType: type, conversationUrl, conversationModel }: Settings): Problem[] {
  const missing =
    type !== undefined && conversationUrl === undefined
      ? 'WATSON_CONVERSATION_URL'
      : type === 'openai' && conversationModel === undefined
        ? 'OUTDIAL_BOT_MODEL'
        : undefined;
  if (missing === undefined) return [];
  const reason = `OUTDIAL_BOT_TYPE is ${type} and needs it`;
  return [{ variable: missing, value: '""', reason, fix: `Set ${missing} or unset OUTDIAL_BOT_TYPE.` }];
}

function findSpeechProblems({ sttProviderType, sttUrl, ttsProviderType, ttsUrl }: Settings): Problem[] {
  return [
    { by: 'OUTDIAL_STT_PROVIDER', type: sttProviderType, variable: 'WATSON_STT_URL', url: sttUrl },
    { by: 'OUTDIAL_TTS_PROVIDER', type: ttsProviderType, variable: 'WATSON_TTS_URL', url: ttsUrl },
  ].flatMap(({ by, type, variable, url }) =>
    hasPlace(type, url)
      ? []
      : [{ variable, value: '""', reason: `${by} is ${type} and needs it`, fix: `Set ${variable} or unset ${by}.` }],
  );
}

function findUnguardedMetrics({ isMetricsAuthEnabled, adminUsername, adminPassword }: Settings): Problem[] {
  if (!isMetricsAuthEnabled || adminUsername !== undefined || adminPassword !== undefined) return [];
  return [
    {
      variable: 'ENABLE_METRICS_AUTH',
      value: '"true"',
      reason: 'there are no credentials to ask for',
      fix: 'Set ADMIN_USERNAME and ADMIN_PASSWORD.',
    },
  ];
}

/** A variable and its other spelling that say different things. */
function findTwoSpellings(environment: Environment): Problem[] {
  const specs: readonly SettingSpec[] = settingTable;
  return specs.flatMap(({ name, alias }) => {
    const [text, other] = [environment[name]?.trim() ?? '', environment[alias ?? '']?.trim() ?? ''];
    if (alias === undefined || text === '' || other === '' || text === other) return [];
    return [
      { variable: alias, value: '***', reason: `${name} is set too and says something else`, fix: `Unset ${alias}.` },
    ];
  });
}

/** Node.js itself heeds this variable of the original, for every connection it opens. */
function noticeUncheckedTls(environment: Environment): Notice[] {
  const variable = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (environment[variable] !== '0') return [];
  return [{ variable, text: `${variable}=0 switches the checks of certificates off for every outgoing connection.` }];
}

function findAddressProblems(settings: Settings): Problem[] {
  const problems: Problem[] = [];
  for (const [variable, address] of [
    ['OUTDIAL_SIP_HOST_IPV6', settings.sipHostIpv6],
    ['OUTDIAL_SIP_BIND_IPV6', settings.sipBindHostIpv6],
    ['OUTDIAL_SDP_ADDRESS_IPV6', settings.sdpAddressIpv6],
  ] as const) {
    if (address === undefined || isIPv6(address)) continue;
    problems.push({ variable, value: `"${address}"`, reason: 'it is no IPv6 address', fix: 'Write an IPv6 address.' });
  }
  for (const [variable, address] of [
    ['OUTDIAL_SIP_BIND_IPV6', settings.sipBindHostIpv6],
    ['OUTDIAL_SDP_ADDRESS_IPV6', settings.sdpAddressIpv6],
  ] as const) {
    if (address === undefined || settings.sipHostIpv6 !== undefined) continue;
    problems.push({
      variable,
      value: `"${address}"`,
      reason: 'OUTDIAL_SIP_HOST_IPV6 is not set',
      fix: 'Set it to the address that others reach this gateway at.',
    });
  }
  if (settings.sipHostIpv6 !== undefined && isIPv6(settings.sipHost)) {
    problems.push({
      variable: 'OUTDIAL_SIP_HOST_IPV6',
      value: `"${settings.sipHostIpv6}"`,
      reason: 'SIP_HOST is an IPv6 address already',
      fix: 'Give SIP_HOST the IPv4 address, or unset OUTDIAL_SIP_HOST_IPV6.',
    });
  }
  for (const [variable, address] of [
    ['SIP_HOST', settings.sipHost],
    ['SDP_ADDRESS', settings.sdpAddress],
  ] as const) {
    if (address !== '0.0.0.0' && address !== '::') continue;
    problems.push({
      variable,
      value: `"${address}"`,
      reason: 'nobody can send to this address',
      fix: `Set ${variable} to the address others reach this gateway at.`,
    });
  }
  const { first, last } = settings.rtpPorts;
  if (settings.sipPort >= first && settings.sipPort <= last) {
    problems.push({
      variable: 'RTP_UDP_PORT_RANGE',
      value: `"${first}-${last}"`,
      reason: `it contains SIP_PORT (${settings.sipPort})`,
      fix: 'Move one of the two.',
    });
  }
  return problems;
}

function findTlsProblems(settings: Settings): Problem[] {
  const { tlsKeyFile, tlsCertificateFile, keyStoreFile, httpPort, httpsPort } = settings;
  const problems: Problem[] = [];
  const say = (variable: string, value: string | undefined, reason: string, fix: string): void =>
    void problems.push({ variable, value: JSON.stringify(value ?? ''), reason, fix });
  if (tlsKeyFile !== undefined && tlsCertificateFile === undefined) {
    say('OUTDIAL_TLS_CERTIFICATE_FILE', undefined, 'OUTDIAL_TLS_KEY_FILE is set without it', 'Set both.');
  }
  if (tlsCertificateFile !== undefined && tlsKeyFile === undefined) {
    say('OUTDIAL_TLS_KEY_FILE', undefined, 'OUTDIAL_TLS_CERTIFICATE_FILE is set without it', 'Set both.');
  }
  const hasTls = tlsKeyFile !== undefined || keyStoreFile !== undefined;
  if (tlsKeyFile !== undefined && keyStoreFile !== undefined) {
    say('SSL_KEY_TRUST_STORE_FILE', keyStoreFile, 'OUTDIAL_TLS_KEY_FILE is set too', 'Keep one of the two.');
  }
  if (hasTls && httpPort === httpsPort && httpPort !== 0) {
    say('HTTPS_PORT', String(httpsPort), 'it is HTTP_PORT too', 'Move one of the two.');
  }
  return problems;
}

/** What a trunk is told about without one. */
function findTrunkProblems({ sipTrunk, sipTrunkTargets = [] }: Settings): Problem[] {
  if (sipTrunk !== undefined || sipTrunkTargets.length === 0) return [];
  return [
    {
      variable: 'OUTDIAL_SIP_TRUNK',
      value: '""',
      reason: 'OUTDIAL_SIP_TRUNK_TARGETS is set without it',
      fix: 'Set it to the domain of the trunk, such as sip:trunk.example.net, or unset OUTDIAL_SIP_TRUNK_TARGETS.',
    },
  ];
}

function findNotices(settings: Settings): Notice[] {
  const notices: Notice[] = [];
  const say = (variable: string, text: string): void => void notices.push({ variable, text });
  if (settings.dialogFile !== undefined && settings.conversationUrl !== undefined) {
    say('OUTDIAL_DIALOG_FILE', 'OUTDIAL_DIALOG_FILE has no effect: WATSON_CONVERSATION_URL is set.');
  }
  const hasTls = settings.tlsKeyFile !== undefined || settings.keyStoreFile !== undefined;
  if (settings.sipWssPort !== undefined && !hasTls) {
    say('OUTDIAL_SIP_WSS_PORT', 'OUTDIAL_SIP_WSS_PORT has no effect: OUTDIAL_TLS_KEY_FILE is not set.');
  }
  if (settings.isSipClientCertificateRequired && !hasTls) {
    say(
      'OUTDIAL_SIP_REQUIRE_CLIENT_CERTIFICATE',
      'OUTDIAL_SIP_REQUIRE_CLIENT_CERTIFICATE has no effect: OUTDIAL_TLS_KEY_FILE is not set.',
    );
  }
  if (settings.isRecordingStereo && !settings.isRecordingEnabled) {
    say('STEREO_RECORDING', 'STEREO_RECORDING has no effect: ENABLE_RECORDING is not true.');
  }
  if (settings.rtpSourcePolicy === 'learn') {
    say('OUTDIAL_RTP_SOURCE_POLICY', 'With "learn" the first RTP packet from anywhere decides who is heard in a call.');
  }
  if (settings.isInboundEnabled && settings.trustedAddresses === undefined && settings.sipUsername === undefined) {
    say(
      'OUTDIAL_INBOUND_CALLS',
      'Whoever reaches the SIP port can call the bot: neither TRUSTED_IP_LIST nor OUTDIAL_SIP_AUTH_USERNAME is set.',
    );
  }
  const isOpen = settings.restApiUsername === undefined && settings.multiTenantConfigFile === undefined;
  if (settings.isOutboundEnabled && isOpen && !isLoopbackHost(settings.httpHost)) {
    say('REST_API_USERNAME', 'Whoever reaches HTTP_HOST can place calls: REST_API_USERNAME is not set.');
  }
  return notices;
}
