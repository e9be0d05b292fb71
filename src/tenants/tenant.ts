/**
 * One tenant: whose calls are placed, with which bot, under which credentials. Made from the deployment settings, from
 * an entry of the tenant file over them, or from either with the `tenantConfig` of one request on top.
 */
import { readRealmAccounts, type Secret } from '../config/index.ts';
import type { CallLimits } from '../policy/index.ts';
import type { ProviderGroup } from './key-rule.ts';
import type { BotAddress } from './bot-address.ts';
import { type ModelConversation, modelConversationOf } from './model-conversation.ts';
import type { TenantSettingKey, TenantSettings } from './tenant-settings.ts';

export interface Tenant {
  /** The `tenantID` of the path: the tenantURI of the file, or whatever a request named when there is one tenant. */
  readonly id: string;
  readonly isOutboundEnabled: boolean;
  /** Whether it takes calls that come in. */
  readonly isInboundEnabled: boolean;
  /** What a caller must authenticate with; absent when nothing is asked for. */
  readonly callerAuth?: Credentials;
  /** What a caller of the REST API must send; absent when nothing is asked for. */
  readonly restApi?: Credentials;
  /** SIP or tel URI of the caller when a request has no `from`. */
  readonly from?: string;
  readonly webhook: WebhookDefaults;
  readonly conversation: Conversation;
  readonly conversationApi: ConversationApi;
  /** Silence after playback that gives the bot a turn. */
  readonly postResponseTimeoutMs: number;
  /** Said when the bot fails. */
  readonly conversationFailedMessage: string;
  readonly recording: 'off' | 'mono' | 'stereo';
  readonly sipVariables: SipVariables;
  /** What it may spend, and whose counters these are. */
  readonly limits: CallLimits;
  readonly stt: {
    /** 0 to 1; finals below it are dropped. */
    readonly confidenceThreshold: number;
    /** Silence that ends an utterance, 200 to 3000 ms. */
    readonly endOfSpeechMs: number;
    /** How easily sound counts as a voice, 0 to 1. */
    readonly sensitivity?: number;
  };
  /** Answers the challenges (401, 407) of the trunk to calls of this tenant. */
  readonly trunkAuth?: TrunkAuth;
  /** Those of single realms, the operator's. */
  readonly trunkAuthByRealm?: readonly (Credentials & { readonly realm: string })[];
  /** Longest wait for an answer, and longest call. */
  readonly ringTimeoutMs?: number;
  readonly maxCallDurationMs?: number;
  /** Every setting as it is for this tenant: those above, and what has no field because nothing uses it yet. */
  readonly settings: TenantSettings;
  /** Complete settings of the providers that stand by for the first one, in order. */
  readonly standbys: Standbys;
  /** The settings that came with a request: the caller's word, not the operator's. */
  readonly fromRequest: ReadonlySet<TenantSettingKey>;
  /** The services whose standbys came with a request. */
  readonly standbysOfRequest?: ReadonlySet<string>;
}

export type Standbys = Readonly<Record<ProviderGroup, readonly TenantSettings[]>>;

export const noStandbys: Standbys = { conversation: [], stt: [], tts: [] };

export interface TrunkAuth extends Credentials {
  /** `request` when they came whole with the request of this call: then they go wherever that request sends the call. */
  readonly origin: 'deployment' | 'request';
  /** They answer challenges of this realm only; of every realm when absent or `*`. */
  readonly realm?: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: Secret;
}

/** Where states are reported when a request names no webhook, and how long each attempt may take. */
export interface WebhookDefaults {
  readonly url?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** Quick attempts after the first one. */
  readonly maxRetries: number;
  /** How long it is tried altogether; 0: the quick attempts only. */
  readonly windowMs: number;
  /** What is told beside the states of a call: the first words of event types. */
  readonly events: readonly string[];
  /** `whsec_` secrets separated by commas, the present one first. */
  readonly secrets?: Secret;
}

export type Conversation =
  | (BotAddress & { readonly kind: 'watson-v1'; readonly workspaceId?: string })
  | ModelConversation
  | (BotAddress & { readonly kind: 'watson-v2'; readonly assistantId: string; readonly isStateless: boolean })
  /** The built-in bot; without a path, with the dialog that comes with outdial. */
  | { readonly kind: 'dialog-file'; readonly path?: string };

/** How the message API is spoken, whichever bot it is. */
export interface ConversationApi {
  /** The `version` query parameter, a date. */
  readonly version: string;
  readonly readTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** Which SIP values the bot is given as state variables. */
export interface SipVariables {
  readonly isCallIdSent: boolean;
  readonly isRequestUriSent: boolean;
  readonly isToUriSent: boolean;
  readonly isFromUriSent: boolean;
}

/** The tenant that settings describe. Settings that come in pairs (user name, password) are complete or absent. */
export function tenantFromSettings(
  id: string,
  settings: TenantSettings,
  standbys: Standbys = noStandbys,
  fromRequest: ReadonlySet<TenantSettingKey> = new Set(),
): Tenant {
  const trunkAuth = credentialsOf(settings.trunkUsername, settings.trunkPassword);
  const callerAuth = credentialsOf(settings.sipUsername, settings.sipPassword);
  const restApi = credentialsOf(settings.restApiUsername, settings.restApiPassword);
  return {
    id,
    isOutboundEnabled: settings.isOutboundEnabled,
    isInboundEnabled: settings.isInboundEnabled,
    ...(callerAuth === undefined ? {} : { callerAuth }),
    ...(restApi === undefined ? {} : { restApi }),
    ...(settings.outboundTenantUri === undefined ? {} : { from: settings.outboundTenantUri }),
    webhook: {
      ...(settings.webhookUrl === undefined ? {} : { url: settings.webhookUrl }),
      ...credentialsOf(settings.webhookUsername, settings.webhookPassword),
      connectTimeoutMs: settings.webhookConnectTimeoutMs,
      readTimeoutMs: settings.webhookReadTimeoutMs,
      maxRetries: settings.webhookMaxRetries,
      windowMs: settings.webhookWindowMs,
      events: settings.webhookEvents ?? [],
      ...(settings.webhookSecrets === undefined ? {} : { secrets: settings.webhookSecrets }),
    },
    conversation: conversationOf(settings, fromRequest),
    conversationApi: {
      version: settings.conversationApiVersion,
      readTimeoutMs: settings.conversationReadTimeoutMs,
      connectTimeoutMs: settings.conversationConnectTimeoutMs,
    },
    postResponseTimeoutMs: settings.postResponseTimeoutMs,
    conversationFailedMessage: settings.conversationFailedMessage,
    recording: settings.recording ?? recordingOf(settings),
    sipVariables: {
      isCallIdSent: settings.isSipCallIdSent,
      isRequestUriSent: settings.isSipRequestUriSent,
      isToUriSent: settings.isSipToUriSent,
      isFromUriSent: settings.isSipFromUriSent,
    },
    limits: {
      account: id,
      callsPerSecond: settings.callsPerSecond,
      maxCalls: settings.tenantMaxCalls,
      minutesPerDay: settings.minutesPerDay,
      allowedPrefixes: settings.allowedPrefixes ?? [],
    },
    stt: {
      confidenceThreshold: settings.sttConfidenceThreshold,
      endOfSpeechMs: settings.sttEndOfSpeechMs,
      ...sensitivityOf(settings),
    },
    ...(trunkAuth === undefined ? {} : { trunkAuth: { ...trunkAuth, ...mannerOfTrunkAuth(settings, fromRequest) } }),
    ...(settings.trunkAuthByRealm === undefined
      ? {}
      : { trunkAuthByRealm: readRealmAccounts(settings.trunkAuthByRealm) }),
    ringTimeoutMs: settings.ringTimeoutMs,
    maxCallDurationMs: settings.maxCallDurationMs,
    settings,
    standbys,
    fromRequest,
  };
}

/** With one half of the operator's, they are the operator's. */
function mannerOfTrunkAuth(
  { trunkRealm: realm }: TenantSettings,
  fromRequest: ReadonlySet<TenantSettingKey>,
): Pick<TrunkAuth, 'origin' | 'realm'> {
  const isOfRequest = fromRequest.has('trunkUsername') && fromRequest.has('trunkPassword');
  const isRealmMeant = realm !== undefined && (!isOfRequest || fromRequest.has('trunkRealm'));
  return { origin: isOfRequest ? 'request' : 'deployment', ...(isRealmMeant ? { realm } : {}) };
}

/** A way for credentials to be used in SIP: `realm` is whose challenges they answer. */
export type RealmCredentials = Credentials & { readonly realm?: string };

/**
 * What answers the challenges of the operator's trunk to calls of this tenant; of a call that a request sends past it, only
 * what came whole with that request.
 */
export function trunkCredentials(tenant: Tenant, way: 'trunk' | 'past-trunk'): readonly RealmCredentials[] {
  const { trunkAuth, trunkAuthByRealm = [] } = tenant;
  if (trunkAuth?.origin === 'request') return [trunkAuth];
  if (way === 'past-trunk') return [];
  return [...trunkAuthByRealm, ...(trunkAuth === undefined ? [] : [trunkAuth])];
}

/** A pair when both halves are there. */
function credentialsOf(username: string | undefined, password: Secret | undefined): Credentials | undefined {
  return username === undefined || password === undefined ? undefined : { username, password };
}

function recordingOf({ isRecordingEnabled, isRecordingStereo }: TenantSettings): Tenant['recording'] {
  if (!isRecordingEnabled) return 'off';
  return isRecordingStereo ? 'stereo' : 'mono';
}

function conversationOf(settings: TenantSettings, fromRequest: ReadonlySet<TenantSettingKey>): Conversation {
  const { conversationUrl: url, conversationAssistantId: assistantId, conversationWorkspaceId: workspaceId } = settings;
  if (url === undefined) {
    return { kind: 'dialog-file', ...(settings.dialogFile === undefined ? {} : { path: settings.dialogFile }) };
  }
  const origin = fromRequest.has('conversationUrl') ? 'request' : 'deployment';
  const model = modelConversationOf(settings, origin);
  if (model !== undefined) return model;
  const tokenOrigin = fromRequest.has('conversationTokenUrl') ? 'request' : origin;
  const address: BotAddress = { url, ...accessOf(settings, tokenOrigin), origin };
  if (assistantId !== undefined) {
    return { kind: 'watson-v2', ...address, assistantId, isStateless: settings.isAssistantStateless };
  }
  return { kind: 'watson-v1', ...address, ...(workspaceId === undefined ? {} : { workspaceId }) };
}

/** Under this name a service takes an API key for a password, and a gateway may take such a password for an API key. */
const apikeyUsername = 'apikey';

function accessOf(
  settings: TenantSettings,
  origin: 'deployment' | 'request',
): Pick<BotAddress, 'credentials' | 'token'> {
  const {
    conversationBearerToken: bearer,
    conversationTokenUrl: tokenUrl,
    isConversationTokenAuth: isExchanged,
  } = settings;
  const { conversationUsername: username, conversationPassword: password, conversationApikey: given } = settings;
  if (bearer !== undefined) return { token: { kind: 'bearer', token: bearer } };
  const apikey = given ?? (isExchanged === true && username === apikeyUsername ? password : undefined);
  if (apikey !== undefined && isExchanged !== false) {
    return { token: { kind: 'api-key', apikey, ...(tokenUrl === undefined ? {} : { tokenUrl }), origin } };
  }
  const credentials = credentialsOf(apikey === undefined ? username : apikeyUsername, apikey ?? password);
  return credentials === undefined ? {} : { credentials };
}

/** An option of recognition services that the engine inside heeds as well; what is no share is for the service to refuse. */
function sensitivityOf({ sttOptions }: TenantSettings): { readonly sensitivity?: number } {
  const sensitivity = sttOptions?.['speech_detector_sensitivity'];
  return typeof sensitivity === 'number' && sensitivity >= 0 && sensitivity <= 1 ? { sensitivity } : {};
}
