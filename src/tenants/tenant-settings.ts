/**
 * Everything that can be different from tenant to tenant, flat: the deployment settings, and values that only a tenant
 * file or a request can give. What is used today also has a field of its own in `Tenant`; what is not is kept here.
 */
import { type FieldsOf, parseSetting, type Settings, type SettingValue, type ValueSpec } from '../config/index.ts';

/** Values without an environment variable. */
export const tenantValues = [
  {
    key: 'mediaEncryption',
    kind: { type: 'json' },
    description: 'Further keys of the original for encrypted media.',
    noEffect: 'of mediaEncryption only policy is known',
  },
  {
    key: 'providerSelectionPolicy',
    kind: { type: 'word', words: { sequential: 'sequential' } },
    default: 'sequential',
    description: 'In which order the providers of a list are tried.',
  },
  {
    key: 'recording',
    kind: { type: 'word', words: { off: 'off', mono: 'mono', stereo: 'stereo' } },
    defaultNote: 'ENABLE_RECORDING and STEREO_RECORDING',
    description: 'Whether calls are recorded, and on how many tracks.',
  },
  {
    key: 'conversationName',
    kind: { type: 'text', maxLength: 64 },
    description: 'Name of the bot in the log and in the record.',
  },
  {
    key: 'isConversationTokenAuth',
    kind: { type: 'boolean' },
    defaultNote: '`true` with an `apikey`',
    description:
      'Whether an API key, also as the password of the user name `apikey`, is exchanged for a token; when not, it is a password.',
  },
  {
    key: 'sttName',
    kind: { type: 'text', maxLength: 64 },
    description: 'Name of the recognition service, which the bot is told as vgwSTTProvider.',
  },
  {
    key: 'sttBearerToken',
    kind: { type: 'secret' },
    description: 'Token sent to the recognition service as it is.',
  },
  {
    key: 'sttThirdPartyCredentials',
    kind: { type: 'secret-json' },
    description: 'Key file of a service account, for recognition by Google.',
  },
  {
    key: 'sttOptions',
    kind: { type: 'json' },
    description: 'Further options, handed to the recognition service as they are.',
  },
  {
    key: 'sttBroadbandOptions',
    kind: { type: 'json' },
    description:
      'Options for 16 kHz audio in place of config, handed to the recognition service as they are; model is the least that it needs.',
  },
  {
    key: 'sttBand',
    kind: { type: 'word', words: { narrowband: 'narrowband', broadband: 'broadband' } },
    default: 'narrowband',
    description:
      'Which codecs are preferred: broadband offers the wideband ones of OUTDIAL_CODECS first, and G722 where it names none.',
  },
  {
    key: 'isPlaybackResumed',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Goes on playing when what interrupted it is under the confidence threshold.',
  },
  {
    key: 'sttConnectTimeoutMs',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 120 },
    description: 'Longest wait for a connection to the recognition service.',
  },
  {
    key: 'sttRequestTimeoutMs',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 120 },
    description: 'Longest wait for an answer of the recognition service.',
  },
  {
    key: 'ttsName',
    kind: { type: 'text', maxLength: 64 },
    description: 'Name of the synthesis service, which the bot is told as vgwTTSProvider.',
  },
  {
    key: 'ttsBearerToken',
    kind: { type: 'secret' },
    description: 'Token sent to the synthesis service as it is.',
  },
  {
    key: 'ttsThirdPartyCredentials',
    kind: { type: 'secret-json' },
    description: 'Key file of a service account, for synthesis by Google.',
  },
  {
    key: 'ttsOptions',
    kind: { type: 'json' },
    description: 'Further options, handed to the synthesis service as they are.',
  },
  {
    key: 'ttsJitterBufferMs',
    kind: { type: 'duration', unit: 'ms', min: 0, max: 10_000 },
    description: 'Audio gathered before playback begins.',
    noEffect: 'playback begins with the first audio',
  },
  {
    key: 'ttsConnectTimeoutMs',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 120 },
    description: 'Longest wait for a connection to the synthesis service.',
  },
  {
    key: 'ttsRequestTimeoutMs',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 120 },
    description: 'Longest wait for an answer of the synthesis service.',
  },
] as const satisfies readonly ValueSpec[];

type TenantValue = (typeof tenantValues)[number];
export type TenantValueKey = TenantValue['key'];

/** One field per value, under its key. */
export type TenantSettings = Settings & FieldsOf<TenantValue>;
export type TenantSettingKey = keyof TenantSettings;

const valueByKey: ReadonlyMap<string, TenantValue> = new Map(tenantValues.map((spec) => [spec.key, spec]));

/** The entry of a value that has no environment variable. */
export function findTenantValue(key: TenantValueKey): TenantValue {
  const spec = valueByKey.get(key);
  if (spec === undefined) throw new TypeError(`the table of tenant values has lost ${key}`);
  return spec;
}

/** The deployment settings with the defaults of what only tenants have. */
export function tenantSettingsOf(settings: Settings): TenantSettings {
  const defaults: Record<string, SettingValue> = {};
  for (const spec of tenantValues) {
    const parsed = 'default' in spec ? parseSetting(spec.kind, spec.default) : undefined;
    if (parsed?.ok === true) defaults[spec.key] = parsed.value;
  }
  // The table's own type says which kind of value stands under which key.
  return { ...settings, ...(defaults as unknown as FieldsOf<TenantValue>) };
}
