/** What is wrong with settings that are each right by themselves. */
import type { Environment, Notice, Problem, Settings } from './settings.ts';

interface Conflicts {
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
}

const credentialPairs = [
  { username: 'REST_API_USERNAME', password: 'REST_API_PASSWORD' },
  { username: 'WATSON_CONVERSATION_USERNAME', password: 'WATSON_CONVERSATION_PASSWORD' },
  { username: 'OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME', password: 'OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD' },
  { username: 'OUTBOUND_CALLS_SIP_AUTH_USERNAME', password: 'OUTBOUND_CALLS_SIP_AUTH_PASSWORD' },
] as const;

export function findConflicts(settings: Settings, environment: Environment): Conflicts {
  const isSet = (name: string): boolean => (environment[name] ?? '').trim() !== '';
  return {
    problems: [...findHalfCredentials(isSet), ...findAddressProblems(settings)],
    notices: findNotices(settings),
  };
}

function findHalfCredentials(isSet: (name: string) => boolean): Problem[] {
  return credentialPairs.flatMap(({ username, password }) => {
    if (isSet(username) === isSet(password)) return [];
    const [present, missing] = isSet(username) ? [username, password] : [password, username];
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

function findAddressProblems(settings: Settings): Problem[] {
  const problems: Problem[] = [];
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

function findNotices(settings: Settings): Notice[] {
  const notices: Notice[] = [];
  const say = (variable: string, text: string): void => void notices.push({ variable, text });
  if (settings.dialogFile !== undefined && settings.conversationUrl !== undefined) {
    say('OUTDIAL_DIALOG_FILE', 'OUTDIAL_DIALOG_FILE has no effect: WATSON_CONVERSATION_URL is set.');
  }
  if (settings.isRecordingStereo && !settings.isRecordingEnabled) {
    say('STEREO_RECORDING', 'STEREO_RECORDING has no effect: ENABLE_RECORDING is not true.');
  }
  if (settings.rtpSourcePolicy === 'learn') {
    say('OUTDIAL_RTP_SOURCE_POLICY', 'With "learn" the first RTP packet from anywhere decides who is heard in a call.');
  }
  const isLocal = settings.httpHost.startsWith('127.') || ['::1', 'localhost'].includes(settings.httpHost);
  const isOpen = settings.restApiUsername === undefined && settings.multiTenantConfigFile === undefined;
  if (settings.isOutboundEnabled && isOpen && !isLocal) {
    say('REST_API_USERNAME', 'Whoever reaches HTTP_HOST can place calls: REST_API_USERNAME is not set.');
  }
  return notices;
}
