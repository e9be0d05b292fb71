import { hasPlace } from '../speech/index.ts';
import type { CredentialFault } from './endpoints.ts';
import type { TenantSettings } from './tenant-settings.ts';

/** A speech provider without what it needs. */
export function findSpeechFaults(values: Partial<TenantSettings>): readonly CredentialFault[] {
  return [
    { at: 'stt.credentials', type: values.sttProviderType, url: values.sttUrl },
    { at: 'tts.credentials', type: values.ttsProviderType, url: values.ttsUrl },
  ].flatMap(({ at, type, url }) =>
    hasPlace(type, url)
      ? []
      : [{ at, reason: `${type} needs an url beside its providerType`, fix: 'Give credentials.url.' }],
  );
}
