/**
 * Which credentials belong to which URL. A URL that is configured somewhere else must not take along credentials that
 * were meant for another one: laying one configuration over another goes through here.
 */
import { Secret } from '../config/index.ts';
import { isJsonObject, type JsonObject } from '../kit/index.ts';
import { findModelFaults } from './model-conversation.ts';
import { findSpeechFaults } from './find-speech-faults.ts';
import type { TenantSettingKey, TenantSettings } from './tenant-settings.ts';

interface Endpoint {
  /** Where it stands in a tenant. */
  readonly at: string;
  readonly url: TenantSettingKey;
  readonly basic: readonly [username: TenantSettingKey, password: TenantSettingKey];
  readonly apikey?: TenantSettingKey;
  readonly tokenUrl?: TenantSettingKey;
  readonly bearer?: TenantSettingKey;
  /** What is addressed behind the URL: it means nothing behind another one. */
  readonly targets: readonly TenantSettingKey[];
}

export const endpoints: readonly Endpoint[] = [
  {
    at: 'conversation',
    url: 'conversationUrl',
    basic: ['conversationUsername', 'conversationPassword'],
    apikey: 'conversationApikey',
    tokenUrl: 'conversationTokenUrl',
    bearer: 'conversationBearerToken',
    targets: [
      'conversationName',
      'conversationWorkspaceId',
      'conversationAssistantId',
      'conversationType',
      'conversationModel',
      'conversationPrompt',
      'conversationGreeting',
      'conversationTools',
      'conversationParameters',
    ],
  },
  {
    at: 'stt.credentials',
    url: 'sttUrl',
    basic: ['sttUsername', 'sttPassword'],
    apikey: 'sttApikey',
    tokenUrl: 'sttTokenUrl',
    bearer: 'sttBearerToken',
    targets: ['sttName', 'sttThirdPartyCredentials'],
  },
  {
    at: 'tts.credentials',
    url: 'ttsUrl',
    basic: ['ttsUsername', 'ttsPassword'],
    apikey: 'ttsApikey',
    tokenUrl: 'ttsTokenUrl',
    bearer: 'ttsBearerToken',
    targets: ['ttsName', 'ttsThirdPartyCredentials'],
  },
  { at: 'outboundCalls', url: 'webhookUrl', basic: ['webhookUsername', 'webhookPassword'], targets: [] },
  { at: 'smsPipe', url: 'smsGatewayUrl', basic: ['smsGatewayUsername', 'smsGatewayPassword'], targets: [] },
  { at: 'reporting', url: 'reportingUrl', basic: ['reportingUsername', 'reportingPassword'], targets: [] },
  {
    at: 'reporting.cdrCloudant',
    url: 'cdrCloudantUrl',
    basic: ['cdrCloudantUsername', 'cdrCloudantPassword'],
    apikey: 'cdrCloudantApikey',
    targets: ['cdrCloudantDatabase'],
  },
  {
    at: 'reporting.convCloudant',
    url: 'turnCloudantUrl',
    basic: ['turnCloudantUsername', 'turnCloudantPassword'],
    apikey: 'turnCloudantApikey',
    targets: ['turnCloudantDatabase'],
  },
  {
    at: 'reporting.transcriptionCloudant',
    url: 'transcriptionCloudantUrl',
    basic: ['transcriptionCloudantUsername', 'transcriptionCloudantPassword'],
    apikey: 'transcriptionCloudantApikey',
    targets: ['transcriptionCloudantDatabase'],
  },
];

/** Pairs of user name and password that guard something instead of opening it. */
const guards: readonly Pick<Endpoint, 'at' | 'basic'>[] = [
  { at: 'restAPI', basic: ['restApiUsername', 'restApiPassword'] },
  { at: 'sipAuth', basic: ['sipUsername', 'sipPassword'] },
  { at: 'outboundCalls.sipAuth', basic: ['trunkUsername', 'trunkPassword'] },
];

/** How much of what lies below a URL survives a new one. */
export type Keeping =
  /** Nothing: the file over the environment. */
  | 'nothing'
  /** Credentials, on the same scheme, host and port: a request that replaces. */
  | 'credentials'
  /** And what is addressed behind it: a request that merges. */
  | 'credentials-and-targets';

/** `given` over `base`, without handing credentials to a URL or a token service that they were not configured for. */
export function layOver(base: TenantSettings, given: Partial<TenantSettings>, keeping: Keeping): TenantSettings {
  const below: { -readonly [Key in TenantSettingKey]?: TenantSettings[Key] } = { ...base };
  for (const endpoint of endpoints) for (const key of lostOf(endpoint, base, given, keeping)) delete below[key];
  // A workspace and an assistant are two ways to name a bot: the one takes the place of the other.
  if (given.conversationWorkspaceId !== undefined) delete below.conversationAssistantId;
  if (given.conversationAssistantId !== undefined) delete below.conversationWorkspaceId;
  if (given.dialogFile !== undefined && given.conversationUrl === undefined) {
    for (const key of everythingOf('conversation')) delete below[key];
  }
  // What was deleted is optional in the type, and `given` holds no undefined.
  return { ...(below as TenantSettings), ...given };
}

function lostOf(
  { url, basic, apikey, tokenUrl, bearer, targets }: Endpoint,
  base: TenantSettings,
  given: Partial<TenantSettings>,
  keeping: Keeping,
): readonly TenantSettingKey[] {
  const lost: TenantSettingKey[] = [];
  const isGiven = (key: TenantSettingKey | undefined): boolean => key !== undefined && given[key] !== undefined;
  const isMoved = (key: TenantSettingKey): boolean =>
    isGiven(key) && (keeping === 'nothing' || !isSameOrigin(base[key], given[key]));
  const ways = [basic, [apikey, tokenUrl], [bearer]].map((way) => way.filter((key) => key !== undefined));
  if (isMoved(url)) lost.push(...ways.flat());
  if (isGiven(url) && keeping !== 'credentials-and-targets') lost.push(...targets);
  if (isMoved(url) && keeping === 'credentials-and-targets') lost.push(...targets.filter((key) => isSecret(base[key])));
  if (tokenUrl !== undefined && apikey !== undefined && isMoved(tokenUrl)) {
    lost.push(apikey, ...targets.filter((key) => isSecret(base[key])));
  }
  // One way to authenticate takes the place of another one.
  const chosen = ways.find((way) => way.some(isGiven));
  if (chosen !== undefined) lost.push(...ways.filter((way) => way !== chosen).flat());
  return lost;
}

function isSecret(value: unknown): boolean {
  return value instanceof Secret;
}

/** Every key of an endpoint, its URL among them. */
export function everythingOf(at: string): readonly TenantSettingKey[] {
  const endpoint = endpoints.find((each) => each.at === at);
  if (endpoint === undefined) return [];
  const { url, basic, apikey, tokenUrl, bearer, targets } = endpoint;
  return [url, ...basic, apikey, tokenUrl, bearer, ...targets].filter((key) => key !== undefined);
}

function isSameOrigin(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' && new URL(a).origin === new URL(b).origin;
}

export interface CredentialFault {
  readonly at: string;
  readonly reason: string;
  readonly fix: string;
}

/** Half a pair, more than one way to authenticate at the same service, and a kind of bot without what it needs. */
export function findCredentialFaults(values: Partial<TenantSettings>): readonly CredentialFault[] {
  const has = (key: TenantSettingKey | undefined): boolean => key !== undefined && values[key] !== undefined;
  const ofCredentials = [...endpoints, ...guards].flatMap(
    (each: Pick<Endpoint, 'at' | 'basic' | 'apikey' | 'bearer'>) => {
      const { at, basic, apikey, bearer } = each;
      const [username, password] = basic;
      const faults: CredentialFault[] = [];
      if (has(username) !== has(password)) {
        faults.push({ at, reason: 'user name and password go together', fix: 'Give both or none.' });
      }
      if ([has(password), has(apikey), has(bearer)].filter(Boolean).length > 1) {
        faults.push({
          at,
          reason: 'there is more than one way to authenticate',
          fix: 'Keep one: user name and password, an API key, or a bearer token.',
        });
      }
      return faults;
    },
  );
  const isHalfSigner = has('stirPrivateKey') !== has('stirCertificateUrl');
  const ofSigner = isHalfSigner
    ? [{ at: 'outdial.stir', reason: 'private key and certificate URL go together', fix: 'Give both or none.' }]
    : [];
  return [...ofCredentials, ...ofSigner, ...findModelFaults(values), ...findSpeechFaults(values)];
}

/** Objects merged key by key, everything else taken from `over`. */
export function mergeDeep(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isJsonObject(below) && isJsonObject(value) ? mergeDeep(below, value) : value);
  }
  return Object.fromEntries(merged);
}
