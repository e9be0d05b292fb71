/**
 * Every deployment setting, as data: `readSettings`, the tenant file and docs/configuration.md are all made from this
 * table. Defaults are written as one would write them in the environment and go through the same parser.
 */
import type { SettingKind } from './setting-kind.ts';

export interface SettingSpec {
  /** The environment variable. */
  readonly name: string;
  /** The field of `Settings`. Durations end in `Ms`, whatever the unit they are written in. */
  readonly key: string;
  readonly group: SettingGroup;
  readonly kind: SettingKind;
  readonly default?: string;
  /** Said in the documentation instead of a fixed default. */
  readonly defaultNote?: string;
  readonly description: string;
  /** `original`: a variable of the product whose REST contract outdial keeps; `outdial`: named here. */
  readonly origin: 'original' | 'outdial';
}

export type SettingGroup = 'Outbound calls' | 'HTTP' | 'SIP and RTP' | 'Bot' | 'Speech' | 'Operation';

const logWords = {
  off: 'silent',
  fatal: 'fatal',
  severe: 'error',
  error: 'error',
  warning: 'warn',
  warn: 'warn',
  audit: 'info',
  info: 'info',
  fine: 'debug',
  finer: 'debug',
  debug: 'debug',
  finest: 'trace',
  all: 'trace',
  trace: 'trace',
} as const;

export const settingTable = [
  {
    name: 'ENABLE_OUTBOUND_CALLS',
    key: 'isOutboundEnabled',
    group: 'Outbound calls',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Must be true for the REST API to place calls; otherwise every start-call request gets 403.',
    origin: 'original',
  },
  {
    name: 'REST_API_USERNAME',
    key: 'restApiUsername',
    group: 'Outbound calls',
    kind: { type: 'username' },
    description:
      'User name that callers of the REST API must send (HTTP Basic). Without it no credentials are asked for.',
    origin: 'original',
  },
  {
    name: 'REST_API_PASSWORD',
    key: 'restApiPassword',
    group: 'Outbound calls',
    kind: { type: 'secret' },
    description: 'Password that goes with REST_API_USERNAME.',
    origin: 'original',
  },
  {
    name: 'OUTBOUND_CALLS_TENANT_URI',
    key: 'outboundTenantUri',
    group: 'Outbound calls',
    kind: { type: 'call-uri' },
    description: 'Caller of calls whose request has no from.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_STATUS_WEBHOOK',
    key: 'webhookUrl',
    group: 'Outbound calls',
    kind: { type: 'web-url' },
    description: 'Where call states are reported when the request has no statusWebhook.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME',
    key: 'webhookUsername',
    group: 'Outbound calls',
    kind: { type: 'username' },
    description: 'User name sent to OUTBOUND_CALLS_STATUS_WEBHOOK, and to no other URL.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD',
    key: 'webhookPassword',
    group: 'Outbound calls',
    kind: { type: 'secret' },
    description: 'Password that goes with OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_CONNECT_TIMEOUT',
    key: 'webhookConnectTimeoutMs',
    group: 'Outbound calls',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 60 },
    default: '3',
    description: 'Longest wait for a connection to a webhook.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_READ_TIMEOUT',
    key: 'webhookReadTimeoutMs',
    group: 'Outbound calls',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 60 },
    default: '5',
    description: 'Longest wait for the answer of a webhook.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_MAX_RETRY_NO',
    key: 'webhookMaxRetries',
    group: 'Outbound calls',
    kind: { type: 'integer', min: 0, max: 20 },
    default: '2',
    description: 'Attempts to deliver one notification after the first one failed.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_SIP_AUTH_USERNAME',
    key: 'trunkUsername',
    group: 'Outbound calls',
    kind: { type: 'username' },
    description: 'User name that answers a challenge (401, 407) of the trunk to an outgoing call.',
    origin: 'outdial',
  },
  {
    name: 'OUTBOUND_CALLS_SIP_AUTH_PASSWORD',
    key: 'trunkPassword',
    group: 'Outbound calls',
    kind: { type: 'secret' },
    description: 'Password that goes with OUTBOUND_CALLS_SIP_AUTH_USERNAME.',
    origin: 'outdial',
  },
  {
    name: 'MULTI_TENANT_CONFIG_FILE',
    key: 'multiTenantConfigFile',
    group: 'Outbound calls',
    kind: { type: 'path' },
    description:
      'JSON file with one entry per tenant. Without it there is one tenant, which answers to every tenantID.',
    origin: 'original',
  },
  {
    name: 'HTTP_HOST',
    key: 'httpHost',
    group: 'HTTP',
    kind: { type: 'listen-host' },
    default: '127.0.0.1',
    description: 'Address the REST API listens on. Set it to * to be reached from other machines.',
    origin: 'original',
  },
  {
    name: 'HTTP_PORT',
    key: 'httpPort',
    group: 'HTTP',
    kind: { type: 'integer', min: 0, max: 65_535 },
    default: '9080',
    description: 'TCP port of the REST API; 0 takes a free one.',
    origin: 'original',
  },
  {
    name: 'SIP_HOST',
    key: 'sipHost',
    group: 'SIP and RTP',
    kind: { type: 'host' },
    defaultNote: 'OUTDIAL_SIP_BIND, else 127.0.0.1',
    description: 'Address that other SIP elements reach this gateway at; written into Via and Contact.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_SIP_BIND',
    key: 'sipBindHost',
    group: 'SIP and RTP',
    kind: { type: 'listen-host' },
    defaultNote: 'SIP_HOST when it is an address of this machine, else every address; 127.0.0.1 when both are unset',
    description: 'Address the SIP socket is bound to.',
    origin: 'outdial',
  },
  {
    name: 'SIP_PORT',
    key: 'sipPort',
    group: 'SIP and RTP',
    kind: { type: 'integer', min: 0, max: 65_535 },
    default: '5060',
    description: 'UDP port for SIP; 0 takes a free one.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_SIP_TRUNK',
    key: 'sipTrunk',
    group: 'SIP and RTP',
    kind: { type: 'trunk' },
    description: 'Next hop of every call without a route, such as sip:sbc.example.net:5060. Needed for tel: URIs.',
    origin: 'outdial',
  },
  {
    name: 'SDP_ADDRESS',
    key: 'sdpAddress',
    group: 'SIP and RTP',
    kind: { type: 'host' },
    defaultNote: 'SIP_HOST',
    description: 'Address that others send RTP to; written into SDP.',
    origin: 'original',
  },
  {
    name: 'RTP_UDP_PORT_RANGE',
    key: 'rtpPorts',
    group: 'SIP and RTP',
    kind: { type: 'port-range' },
    default: '16384-16394',
    description: 'UDP ports for RTP. A call takes two, one for RTP and one for RTCP: widen it for more than 5 calls.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_RTP_SOURCE_POLICY',
    key: 'rtpSourcePolicy',
    group: 'SIP and RTP',
    kind: { type: 'word', words: { strict: 'strict', latch: 'latch', learn: 'learn' } },
    default: 'strict',
    description:
      'Whose RTP is heard. strict: only the address and port of the SDP. latch: the first valid packet from the address of the SDP, whatever its port, fixes the source. learn: the first valid packet from anywhere does; only for peers that send from another address than they name.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_RING_TIMEOUT',
    key: 'ringTimeoutMs',
    group: 'SIP and RTP',
    kind: { type: 'duration', unit: 's', min: 1, max: 600 },
    default: '60',
    description: 'Longest wait for an answer before the call is cancelled.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_MAX_CALL_DURATION',
    key: 'maxCallDurationMs',
    group: 'SIP and RTP',
    kind: { type: 'duration', unit: 's', min: 1, max: 86_400 },
    default: '3600',
    description: 'Longest time from answer to hang-up; then the gateway hangs up.',
    origin: 'outdial',
  },
  {
    name: 'MAX_SESSIONS',
    key: 'maxSessions',
    group: 'SIP and RTP',
    kind: { type: 'integer', min: 0, max: 100_000 },
    default: '0',
    description: 'Most calls at a time; 0 means no limit other than the RTP ports.',
    origin: 'original',
  },
  {
    name: 'WATSON_CONVERSATION_URL',
    key: 'conversationUrl',
    group: 'Bot',
    kind: { type: 'web-url' },
    description:
      'Base URL of the bot. With a workspace ID, turns go to /v1/workspaces/{id}/message below it; without one, to the URL as it is.',
    origin: 'original',
  },
  {
    name: 'WATSON_CONVERSATION_WORKSPACE_ID',
    key: 'conversationWorkspaceId',
    group: 'Bot',
    kind: { type: 'text', maxLength: 256 },
    description: 'Workspace of the bot.',
    origin: 'original',
  },
  {
    name: 'WATSON_CONVERSATION_USERNAME',
    key: 'conversationUsername',
    group: 'Bot',
    kind: { type: 'username' },
    description: 'User name for the bot (HTTP Basic).',
    origin: 'original',
  },
  {
    name: 'WATSON_CONVERSATION_PASSWORD',
    key: 'conversationPassword',
    group: 'Bot',
    kind: { type: 'secret' },
    description: 'Password that goes with WATSON_CONVERSATION_USERNAME.',
    origin: 'original',
  },
  {
    name: 'WATSON_CONVERSATION_API_VERSION',
    key: 'conversationApiVersion',
    group: 'Bot',
    kind: { type: 'date' },
    default: '2017-05-26',
    description: 'The version parameter of the message API.',
    origin: 'original',
  },
  {
    name: 'WATSON_CONVERSATION_READ_TIMEOUT',
    key: 'conversationReadTimeoutMs',
    group: 'Bot',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 120 },
    default: '5',
    description: 'Longest wait for an answer of the bot; after one more attempt the turn fails.',
    origin: 'original',
  },
  {
    name: 'WATSON_CONVERSATION_CONNECT_TIMEOUT',
    key: 'conversationConnectTimeoutMs',
    group: 'Bot',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 120 },
    default: '10',
    description: 'Longest wait for a connection to the bot; after one more attempt the turn fails.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_DIALOG_FILE',
    key: 'dialogFile',
    group: 'Bot',
    kind: { type: 'path' },
    defaultNote: 'the dialog that comes with outdial',
    description: 'YAML file with the dialog of the built-in bot, used when WATSON_CONVERSATION_URL is not set.',
    origin: 'outdial',
  },
  {
    name: 'POST_RESPONSE_TIMEOUT',
    key: 'postResponseTimeoutMs',
    group: 'Bot',
    kind: { type: 'duration', unit: 'ms', min: 100, max: 600_000 },
    default: '7000',
    description: 'Silence after the end of playback that gives the bot a turn with the text vgwPostResponseTimeout.',
    origin: 'original',
  },
  {
    name: 'CONVERSATION_FAILED_REPLY_MESSAGE',
    key: 'conversationFailedMessage',
    group: 'Bot',
    kind: { type: 'text', maxLength: 2000 },
    default: 'Call being transferred to an agent due to a technical problem. Good bye.',
    description: 'Said to the callee when the bot fails, before the call is ended.',
    origin: 'original',
  },
  {
    name: 'SEND_SIP_CALL_ID_TO_CONVERSATION',
    key: 'isSipCallIdSent',
    group: 'Bot',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Gives the bot the Call-ID as vgwSIPCallID.',
    origin: 'original',
  },
  {
    name: 'SEND_SIP_REQUEST_URI_TO_CONVERSATION',
    key: 'isSipRequestUriSent',
    group: 'Bot',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Gives the bot the Request-URI as vgwSIPRequestURI.',
    origin: 'original',
  },
  {
    name: 'SEND_SIP_TO_URI_TO_CONVERSATION',
    key: 'isSipToUriSent',
    group: 'Bot',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Gives the bot the To URI as vgwSIPToURI.',
    origin: 'original',
  },
  {
    name: 'SEND_SIP_FROM_URI_TO_CONVERSATION',
    key: 'isSipFromUriSent',
    group: 'Bot',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Gives the bot the From URI as vgwSIPFromURI.',
    origin: 'original',
  },
  {
    name: 'WATSON_STT_CONFIDENCE_SCORE_THRESHOLD',
    key: 'sttConfidenceThreshold',
    group: 'Speech',
    kind: { type: 'decimal', min: 0, max: 1 },
    default: '0',
    description: 'Utterances the recogniser is less sure of are dropped; 0 keeps all.',
    origin: 'original',
  },
  {
    name: 'WATSON_STT_FIRMUP_SILENCE_TIME',
    key: 'sttEndOfSpeechMs',
    group: 'Speech',
    kind: { type: 'duration', unit: 's', min: 0.2, max: 3 },
    default: '0.6',
    description: 'Silence after the last word that ends an utterance.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_SPEECH_MODEL',
    key: 'speechModel',
    group: 'Speech',
    kind: { type: 'word', words: { base: 'base', tiny: 'tiny' } },
    default: 'base',
    description: 'Size of the recogniser: base hears better, tiny takes less time and memory.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_VOICE',
    key: 'voice',
    group: 'Speech',
    kind: { type: 'word', words: { slt: 'slt', rms: 'rms', awb: 'awb', kal: 'kal' } },
    default: 'slt',
    description: 'Voice of the synthesiser.',
    origin: 'outdial',
  },
  {
    name: 'ENABLE_RECORDING',
    key: 'isRecordingEnabled',
    group: 'Speech',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Records every call as a WAV file in the data directory. Files are never removed by outdial.',
    origin: 'original',
  },
  {
    name: 'STEREO_RECORDING',
    key: 'isRecordingStereo',
    group: 'Speech',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Records the bot on the left and the callee on the right instead of a mix.',
    origin: 'original',
  },
  {
    name: 'LOG_LEVEL',
    key: 'logLevel',
    group: 'Operation',
    kind: { type: 'word', words: logWords },
    default: 'info',
    description: 'How much is logged. The words of the original are understood as well as the usual ones.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_DATA_DIR',
    key: 'dataDir',
    group: 'Operation',
    kind: { type: 'path' },
    default: './outdial-data',
    description:
      'Directory for everything that must survive a restart: accepted calls, notifications, records, recordings.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_DRAIN_TIMEOUT',
    key: 'drainTimeoutMs',
    group: 'Operation',
    kind: { type: 'duration', unit: 's', min: 0, max: 3600 },
    default: '30',
    description: 'How long a stopping gateway lets calls go on before it hangs them up.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];

type Spec = (typeof settingTable)[number];
/** The names of all settings, and their specs by name. */
export type SettingName = Spec['name'];

const specByName: ReadonlyMap<string, Spec> = new Map(settingTable.map((spec) => [spec.name, spec]));

/** The entry of a setting. */
export function findSetting(name: SettingName): Spec {
  const spec = specByName.get(name);
  if (spec === undefined) throw new TypeError(`the setting table has lost ${name}`);
  return spec;
}

export function isSettingName(name: string): name is SettingName {
  return specByName.has(name);
}
