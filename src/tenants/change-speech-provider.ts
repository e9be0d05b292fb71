/** What is left of one speech provider's configuration when another one takes its place. */
import { findSetting, type SettingName, type SettingSpec } from '../config/index.ts';
import { everythingOf } from './endpoints.ts';
import type { TenantSettings } from './tenant-settings.ts';

const services = [
  { type: 'sttProviderType', at: 'stt.credentials', options: ['sttOptions', 'sttBroadbandOptions'] },
  { type: 'ttsProviderType', at: 'tts.credentials', options: ['ttsOptions'] },
] as const;

/**
 * `base` as far as it still means something once `given` is laid over it: address, credentials, model, voice and options
 * are those of one provider, and a key must not be shown to another one.
 */
export function forGivenProviders(base: TenantSettings, given: Partial<TenantSettings>): TenantSettings {
  const kept: { -readonly [Key in keyof TenantSettings]?: TenantSettings[Key] } = { ...base };
  for (const { type, at, options } of services) {
    if (!isAnother(base[type], given[type])) continue;
    for (const key of [...everythingOf(at), ...options]) delete kept[key];
    if (type === 'sttProviderType') kept.sttModel = usualModel;
    else kept.ttsVoice = usualVoice;
  }
  // What was deleted is optional in the type.
  return kept as TenantSettings;
}

/** The engine inside needs nothing, so what is configured beside it is kept for Watson, whose it is. */
function isAnother(before = 'watson', after?: string): boolean {
  if (after === undefined || after === 'local' || after === before) return false;
  return !(before === 'local' && after === 'watson');
}

/** What nobody chose: a model and a voice of Watson's, which mean nothing to others. */
export const usualModel = usual('WATSON_STT_MODEL');
export const usualVoice = usual('WATSON_TTS_VOICE');

function usual(name: SettingName): string {
  const spec: SettingSpec = findSetting(name);
  return spec.default ?? '';
}
