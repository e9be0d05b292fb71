/**
 * One tenant: whose calls are placed, with which bot, under which credentials. Made from the deployment settings, from
 * an entry of the tenant file over them, or from either with the `tenantConfig` of one request on top.
 */
import type { Secret, Settings } from '../config/index.ts';

export interface Tenant {
  /** The `tenantID` of the path: the tenantURI of the file, or whatever a request named when there is one tenant. */
  readonly id: string;
  readonly isOutboundEnabled: boolean;
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
  readonly stt: {
    /** 0 to 1; finals below it are dropped. */
    readonly confidenceThreshold: number;
    /** Silence that ends an utterance, 200 to 3000 ms. */
    readonly endOfSpeechMs: number;
  };
  /** Answers the challenges (401, 407) of the trunk to calls of this tenant. */
  readonly trunkAuth?: TrunkAuth;
}

export interface TrunkAuth extends Credentials {
  /** `request` when they came with the request of this call: then they go wherever that request sends the call. */
  readonly origin: 'deployment' | 'request';
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
  /** Attempts after the first one. */
  readonly maxRetries: number;
}

export type Conversation =
  | {
      readonly kind: 'watson-v1';
      readonly url: string;
      readonly workspaceId?: string;
      readonly credentials?: Credentials;
      /** `request` when the URL came with the request of this call: then it is the caller's word, not the operator's. */
      readonly origin: 'deployment' | 'request';
    }
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
export function tenantFromSettings(id: string, settings: Settings): Tenant {
  const trunkAuth = credentialsOf(settings.trunkUsername, settings.trunkPassword);
  const restApi = credentialsOf(settings.restApiUsername, settings.restApiPassword);
  return {
    id,
    isOutboundEnabled: settings.isOutboundEnabled,
    ...(restApi === undefined ? {} : { restApi }),
    ...(settings.outboundTenantUri === undefined ? {} : { from: settings.outboundTenantUri }),
    webhook: {
      ...(settings.webhookUrl === undefined ? {} : { url: settings.webhookUrl }),
      ...credentialsOf(settings.webhookUsername, settings.webhookPassword),
      connectTimeoutMs: settings.webhookConnectTimeoutMs,
      readTimeoutMs: settings.webhookReadTimeoutMs,
      maxRetries: settings.webhookMaxRetries,
    },
    conversation: conversationFromSettings(settings),
    conversationApi: {
      version: settings.conversationApiVersion,
      readTimeoutMs: settings.conversationReadTimeoutMs,
      connectTimeoutMs: settings.conversationConnectTimeoutMs,
    },
    postResponseTimeoutMs: settings.postResponseTimeoutMs,
    conversationFailedMessage: settings.conversationFailedMessage,
    recording: !settings.isRecordingEnabled ? 'off' : settings.isRecordingStereo ? 'stereo' : 'mono',
    sipVariables: {
      isCallIdSent: settings.isSipCallIdSent,
      isRequestUriSent: settings.isSipRequestUriSent,
      isToUriSent: settings.isSipToUriSent,
      isFromUriSent: settings.isSipFromUriSent,
    },
    stt: { confidenceThreshold: settings.sttConfidenceThreshold, endOfSpeechMs: settings.sttEndOfSpeechMs },
    ...(trunkAuth === undefined ? {} : { trunkAuth: { ...trunkAuth, origin: 'deployment' as const } }),
  };
}

/** A pair when both halves are there. */
export function credentialsOf(username: string | undefined, password: Secret | undefined): Credentials | undefined {
  return username === undefined || password === undefined ? undefined : { username, password };
}

function conversationFromSettings(settings: Settings): Conversation {
  if (settings.conversationUrl === undefined) {
    return { kind: 'dialog-file', ...(settings.dialogFile === undefined ? {} : { path: settings.dialogFile }) };
  }
  const credentials = credentialsOf(settings.conversationUsername, settings.conversationPassword);
  return {
    kind: 'watson-v1',
    url: settings.conversationUrl,
    ...(settings.conversationWorkspaceId === undefined ? {} : { workspaceId: settings.conversationWorkspaceId }),
    ...(credentials === undefined ? {} : { credentials }),
    origin: 'deployment',
  };
}
