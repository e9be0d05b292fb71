/** `vgwActSetSTTConfig` and `vgwActSetTTSConfig`: what a bot changes of its tenant's speech, for the rest of a call (§4). */
import { parseSetting, type SettingValue } from '../config/index.ts';
import { err, type JsonObject, ok, type Result } from '../kit/index.ts';
import { changedKeys, mergeObjects } from './apply-tenant-config.ts';
import { forGivenProviders } from './change-speech-provider.ts';
import { findCredentialFaults, layOver } from './endpoints.ts';
import { type KeyRule, specOf, valueKeysIn } from './key-rule.ts';
import { sttKeys, ttsKeys } from './provider-keys.ts';
import { readKeys } from './read-keys.ts';
import type { TenantSettings } from './tenant-settings.ts';
import { type Tenant, tenantFromSettings } from './tenant.ts';

/**
 * The tenant with other options of one service, or why not, in a sentence without values.
 *
 * `replace` overwrites each field that stands at the top of `config` (`credentials`, `config`, ...) and leaves the others;
 * what such a field does not give inside is as if nobody had configured it. `merge` changes the given keys, however deep
 * they stand. Both concern the first provider of a list; the others stand by as they are. As with a request, credentials
 * go only where they were configured for, and an URL of the bot is the bot's word, not the operator's.
 */
export function configureSpeech(
  tenant: Tenant,
  service: 'stt' | 'tts',
  update: 'replace' | 'merge',
  config: JsonObject,
): Result<Tenant, string> {
  const group = service === 'stt' ? sttKeys : ttsKeys;
  const read = readKeys(config, group, { scope: 'call', at: [service] });
  const [problem] = read.problems;
  if (problem !== undefined) return err(`${problem.path}: ${problem.reason}`);
  const rules = Object.keys(config).flatMap((key) => (Object.hasOwn(group.keys, key) ? [group.keys[key]] : []));
  const own = update === 'replace' ? withDefaults(tenant.settings, rules) : tenant.settings;
  const base = forGivenProviders(own, read.given);
  const values = update === 'merge' ? mergeObjects(base, read.given) : read.given;
  const settings = layOver(base, values, update === 'merge' ? 'credentials-and-targets' : 'credentials');
  const known = new Set(findCredentialFaults(tenant.settings).map(({ at }) => at));
  const fault = findCredentialFaults(settings).find(({ at }) => !known.has(at));
  if (fault !== undefined) return err(`${fault.at}: ${fault.reason}`);
  const fromRequest = new Set([...tenant.fromRequest, ...changedKeys(read.given, tenant.settings)]);
  return ok({
    ...tenantFromSettings(tenant.id, settings, tenant.standbys, fromRequest),
    limits: tenant.limits,
    ...(tenant.standbysOfRequest === undefined ? {} : { standbysOfRequest: tenant.standbysOfRequest }),
  });
}

/** Everything below the rules as it is when nobody configures it. */
function withDefaults(settings: TenantSettings, rules: readonly (KeyRule | undefined)[]): TenantSettings {
  const reset = new Set(rules.flatMap((rule) => (rule === undefined ? [] : valueKeysIn(rule, 'per-call'))));
  const defaults = rules.flatMap((rule) => (rule === undefined ? [] : defaultsOf(rule)));
  const kept = Object.entries(settings).filter(([key]) => !reset.has(key));
  // The same keys as before, each with a value that its setting has by default.
  return Object.fromEntries([...kept, ...defaults]) as unknown as TenantSettings;
}

function defaultsOf(rule: KeyRule): readonly [string, SettingValue][] {
  if (rule.use === 'group') return Object.values(rule.keys).flatMap(defaultsOf);
  if (rule.use !== 'setting' && rule.use !== 'value') return [];
  const { key, kind, default: text } = specOf(rule);
  const parsed = text === undefined ? undefined : parseSetting(kind, text);
  return parsed?.ok === true ? [[key, parsed.value]] : [];
}
