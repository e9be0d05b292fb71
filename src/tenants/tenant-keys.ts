/**
 * The keys of a tenant, in the tenant file and in the `tenantConfig.config` of a request, as data. Values are read with
 * the parsers of the deployment settings they stand in for, so ranges and units are written once.
 */
import type { SettingName } from '../config/index.ts';

export type KeyRule =
  /** Stands in for a setting; `perCall` when a request may give it too. */
  | { readonly use: 'setting'; readonly variable: SettingName; readonly perCall: boolean }
  /** The tenant's name. */
  | { readonly use: 'identity' }
  /** For people. */
  | { readonly use: 'remark' }
  /** A key of the original without a meaning here today: accepted with a notice. */
  | { readonly use: 'not-yet' }
  | KeyGroup;

export interface KeyGroup {
  readonly use: 'group';
  readonly keys: Readonly<Record<string, KeyRule>>;
  /** `list`: an array of such objects is taken too, of which the first counts. */
  readonly shape: 'object' | 'list';
  /** `open`: the original passes unknown keys on to a service, so they are noticed instead of refused. */
  readonly unknown: 'refused' | 'open';
}

const notYet: KeyRule = { use: 'not-yet' };
const inFile = (variable: SettingName): KeyRule => ({ use: 'setting', variable, perCall: false });
const perCall = (variable: SettingName): KeyRule => ({ use: 'setting', variable, perCall: true });

const conversation: KeyGroup = {
  use: 'group',
  shape: 'list',
  unknown: 'refused',
  keys: {
    name: { use: 'remark' },
    url: perCall('WATSON_CONVERSATION_URL'),
    workspaceID: perCall('WATSON_CONVERSATION_WORKSPACE_ID'),
    username: perCall('WATSON_CONVERSATION_USERNAME'),
    password: perCall('WATSON_CONVERSATION_PASSWORD'),
    assistantID: notYet,
    apikey: notYet,
    bearerToken: notYet,
    tokenServiceProviderUrl: notYet,
    tokenServiceProviderURL: notYet,
    tokenAuthEnabled: notYet,
    convApiVersion: notYet,
    convConnectTimeout: notYet,
    convReadTimeout: notYet,
  },
};

const stt: KeyGroup = {
  use: 'group',
  shape: 'list',
  unknown: 'refused',
  keys: {
    config: {
      use: 'group',
      shape: 'object',
      unknown: 'open',
      keys: { firmup_silence_time: perCall('WATSON_STT_FIRMUP_SILENCE_TIME') },
    },
    confidenceScoreThreshold: perCall('WATSON_STT_CONFIDENCE_SCORE_THRESHOLD'),
    name: { use: 'remark' },
    providerType: notYet,
    credentials: notYet,
    thirdPartyCredentials: notYet,
    broadbandConfig: notYet,
    bandPreference: notYet,
    echoSuppression: notYet,
    bargeInResume: notYet,
    trackLatency: notYet,
    connectionTimeout: notYet,
    requestTimeout: notYet,
  },
};

const outboundCalls: KeyGroup = {
  use: 'group',
  shape: 'object',
  unknown: 'refused',
  keys: {
    statusWebhook: inFile('OUTBOUND_CALLS_STATUS_WEBHOOK'),
    statusWebhookUsername: inFile('OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME'),
    statusWebhookPassword: inFile('OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD'),
    tenantURI: inFile('OUTBOUND_CALLS_TENANT_URI'),
    connectTimeout: inFile('OUTBOUND_CALLS_CONNECT_TIMEOUT'),
    readTimeout: inFile('OUTBOUND_CALLS_READ_TIMEOUT'),
    maxRetryNo: inFile('OUTBOUND_CALLS_MAX_RETRY_NO'),
    sipAuth: {
      use: 'group',
      shape: 'object',
      unknown: 'refused',
      keys: {
        username: perCall('OUTBOUND_CALLS_SIP_AUTH_USERNAME'),
        password: perCall('OUTBOUND_CALLS_SIP_AUTH_PASSWORD'),
      },
    },
  },
};

const restApi: KeyGroup = {
  use: 'group',
  shape: 'object',
  unknown: 'refused',
  keys: { username: inFile('REST_API_USERNAME'), password: inFile('REST_API_PASSWORD') },
};

/** One entry of `tenants`. */
export const tenantKeys: KeyGroup = {
  use: 'group',
  shape: 'object',
  unknown: 'refused',
  keys: {
    tenantURI: { use: 'identity' },
    description: { use: 'remark' },
    conversation,
    postResponseTimeout: perCall('POST_RESPONSE_TIMEOUT'),
    conversationFailedReplyMessage: perCall('CONVERSATION_FAILED_REPLY_MESSAGE'),
    stt,
    enableOutboundCalls: inFile('ENABLE_OUTBOUND_CALLS'),
    outboundCalls,
    restAPI: restApi,
    wva: notYet,
    tts: notYet,
    reporting: notYet,
    sipAuth: notYet,
    smsPipe: notYet,
    mediaEncryption: notYet,
    providerSelectionPolicy: notYet,
    whitelistFromUri: notYet,
    putCallerOnHoldOnTransfer: notYet,
    disconnectCallOnTransferFailure: notYet,
    transferDefaultTarget: notYet,
    transferFailedReplyMessage: notYet,
    conversationFailedReplyAudioURL: notYet,
    sendProvisionalResponse: notYet,
    customSipInviteHeader: notYet,
    notifyConversationOnNetworkEvents: notYet,
    latencyReportingThreshold: notYet,
  },
};
