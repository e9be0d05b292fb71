/** The `tenantConfig` of a request: what one call does differently from its tenant. */
import { err, isJsonObject, type JsonObject, nearestName, ok, quoteName, type Result } from '../kit/index.ts';
import { forGivenProviders } from './change-speech-provider.ts';
import { findCredentialFaults, layOver, mergeDeep } from './endpoints.ts';
import { type ProviderGroup, valueKeysIn } from './key-rule.ts';
import { type ReadKeys, readKeys } from './read-keys.ts';
import { summarizeNotices } from './summarize-notices.ts';
import { tenantKeys } from './tenant-keys.ts';
import { standbysOf } from './tenant-file.ts';
import type { TenantSettingKey, TenantSettings } from './tenant-settings.ts';
import { type Tenant, tenantFromSettings } from './tenant.ts';

export interface AppliedConfig {
  readonly tenant: Tenant;
  /** Keys that were accepted without effect, one sentence per reason; they hold key names and no value. */
  readonly notices: readonly string[];
}

const configKeys = ['config', 'updateMethod'];

/**
 * The tenant as it is for one call, or the reason for a 400.
 *
 * `merge` (the default) changes the given keys, however deep they stand, and nothing else. `replace` overwrites: each
 * key given at the top of `config` (`stt`, `conversation`, ...) takes the place of the tenant's, and what it does not
 * give inside comes from `deployment`, the tenant of the environment variables. With both, what is not given at the top
 * stays the tenant's, and so do, always, its name, its permissions and credentials, and its webhook. A list of
 * providers takes the place of the tenant's list.
 *
 * Credentials go only to the scheme, host and port they were configured for: a URL elsewhere is called with the
 * credentials of the request or with none.
 */
export function applyTenantConfig(
  tenant: Tenant,
  deployment: Tenant,
  tenantConfig: JsonObject,
): Result<AppliedConfig, string> {
  const stranger = Object.keys(tenantConfig).find((key) => !configKeys.includes(key));
  if (stranger !== undefined) {
    const nearest = nearestName(stranger, configKeys)?.name ?? '';
    return err(`tenantConfig has no key ${quoteName(stranger)}; the nearest known one is ${quoteName(nearest)}`);
  }
  const { config = {}, updateMethod = 'merge' } = tenantConfig;
  if (updateMethod !== 'merge' && updateMethod !== 'replace') {
    return err('tenantConfig.updateMethod must be "merge" or "replace"');
  }
  if (!isJsonObject(config)) return err('tenantConfig.config must be an object');
  const read = readKeys(config, tenantKeys, { scope: 'call', at: ['tenantConfig', 'config'] });
  const [problem] = read.problems;
  if (problem !== undefined) return err(`${problem.path}: ${problem.reason}`);
  const notices = summarizeNotices(read.notices, 'tenantConfig.config.');
  const overwritten = updateMethod === 'replace' ? Object.keys(config) : Object.keys(read.standbys);
  const changed = overlay(tenant, deployment, read, overwritten, updateMethod);
  return changed.ok ? ok({ tenant: changed.value, notices }) : changed;
}

function overlay(
  tenant: Tenant,
  deployment: Tenant,
  { given, standbys }: ReadKeys,
  overwritten: readonly string[],
  method: 'merge' | 'replace',
): Result<Tenant, string> {
  const reset = new Set(overwritten.flatMap(resettableKeys));
  const own = reset.size === 0 ? tenant.settings : withReset(tenant.settings, deployment.settings, reset);
  const base = forGivenProviders(own, given);
  const values = method === 'merge' ? mergeObjects(base, given) : given;
  const keeping = method === 'merge' && Object.keys(standbys).length === 0 ? 'credentials-and-targets' : 'credentials';
  const settings = layOver(base, values, keeping);
  const fault = findFault(base, settings, given, standbys);
  if (fault !== undefined) return err(fault);
  const fromRequest = new Set([...tenant.fromRequest, ...changedKeys(given, tenant.settings)]);
  const lists = { ...tenant.standbys };
  const ofRequest = standbysOf(standbys, deployment.settings);
  for (const group of ['conversation', 'stt', 'tts'] as const) {
    if (overwritten.includes(group)) lists[group] = ofRequest[group];
  }
  // What a tenant may spend is never the request's to say.
  // What came with an earlier request, or from a bot, stays what it is.
  const ofRequests = new Set([...(tenant.standbysOfRequest ?? []), ...Object.keys(standbys)]);
  return ok({
    ...tenantFromSettings(tenant.id, settings, lists, fromRequest),
    limits: tenant.limits,
    ...(ofRequests.size === 0 ? {} : { standbysOfRequest: ofRequests }),
  });
}

/** The values below a key at the top of a config that a request may give. */
function resettableKeys(root: string): readonly string[] {
  const rule = Object.hasOwn(tenantKeys.keys, root) ? tenantKeys.keys[root] : undefined;
  return rule === undefined ? [] : valueKeysIn(rule, 'per-call');
}

function withReset(settings: TenantSettings, fallback: TenantSettings, keys: ReadonlySet<string>): TenantSettings {
  const kept = Object.entries(settings).filter(([key]) => !keys.has(key));
  const fallen = Object.entries(fallback).filter(([key]) => keys.has(key));
  // The same keys as before, each with a value that its setting has in one of the two.
  return Object.fromEntries([...kept, ...fallen]) as unknown as TenantSettings;
}

/** Objects that are handed on as they are merge like everything else: key by key. */
export function mergeObjects(base: TenantSettings, given: Partial<TenantSettings>): Partial<TenantSettings> {
  const below = new Map<string, unknown>(Object.entries(base));
  const merged = Object.entries(given).map(([key, value]) => {
    const before = below.get(key);
    return [key, isPlain(before) && isPlain(value) ? mergeDeep(before, value) : value];
  });
  return Object.fromEntries(merged);
}

function isPlain(value: unknown): value is JsonObject {
  return isJsonObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

export function changedKeys(given: Partial<TenantSettings>, before: TenantSettings): readonly TenantSettingKey[] {
  return Object.keys(given)
    .filter((key): key is TenantSettingKey => key in given)
    .filter((key) => given[key] !== before[key]);
}

function findFault(
  base: TenantSettings,
  settings: TenantSettings,
  given: Partial<TenantSettings>,
  standbys: { readonly [Group in ProviderGroup]?: readonly Partial<TenantSettings>[] },
): string | undefined {
  const bot = resettableKeys('conversation').filter((key) => Object.hasOwn(given, key));
  const isBotGiven = bot.some((key) => !conversationManners.has(key));
  if (isBotGiven && settings.conversationUrl === undefined) {
    return 'tenantConfig.config.conversation.url is needed: this tenant has no bot of its own';
  }
  for (const [group, list] of Object.entries(standbys)) {
    if (group === 'conversation' && list.some((values) => values.conversationUrl === undefined)) {
      return 'tenantConfig.config.conversation: every provider of a list needs an url';
    }
  }
  // What the operator configured is not for the caller to answer for.
  const known = new Set(findCredentialFaults(base).map(({ at }) => at));
  const [fault] = [
    ...findCredentialFaults(settings).filter(({ at }) => !known.has(at)),
    ...Object.values(standbys).flat().flatMap(findCredentialFaults),
  ];
  return fault === undefined ? undefined : `tenantConfig.config.${fault.at}: ${fault.reason}`;
}

/** How the bot is spoken to, whichever it is: needs no URL. */
const conversationManners: ReadonlySet<string> = new Set([
  'conversationApiVersion',
  'conversationConnectTimeoutMs',
  'conversationReadTimeoutMs',
]);
