/** What a key of a tenant stands for. */
import { findSetting, type SettingName, type ValueSpec } from '../config/index.ts';
import { findTenantValue, type TenantValueKey } from './tenant-settings.ts';

export type KeyRule =
  | LeafRule
  /** The tenant's name. */
  | { readonly use: 'identity' }
  /** For people. */
  | { readonly use: 'remark' }
  /** A key of the original that means nothing here: accepted whatever it holds, with a notice that says why. */
  | { readonly use: 'ignored'; readonly why: string }
  | KeyGroup;

/** A value, read with the parser of the setting it stands in for, so that ranges and units are written once. */
export type LeafRule = {
  /** Why the `tenantConfig` of a request cannot give it; undefined when it can. */
  readonly refusal: string | undefined;
} & (
  | { readonly use: 'setting'; readonly variable: SettingName }
  | { readonly use: 'value'; readonly key: TenantValueKey }
);

/** Services that may have several providers. */
export type ProviderGroup = 'conversation' | 'stt' | 'tts';

export interface KeyGroup {
  readonly use: 'group';
  readonly description: string;
  readonly keys: Readonly<Record<string, KeyRule>>;
  /** A list of such objects is taken too: the first is the provider, the others stand by for it. */
  readonly listOf?: ProviderGroup;
  /** The original hands unknown keys on to a service: they are kept as one object under this key. Else they are refused. */
  readonly rest?: TenantValueKey;
}

export function specOf(rule: LeafRule): ValueSpec {
  return rule.use === 'setting' ? findSetting(rule.variable) : findTenantValue(rule.key);
}

/** Of a setting and of a value, for the file only or also for a request. */
export const inFile = (variable: SettingName, why = 'a request cannot change it'): LeafRule => ({
  use: 'setting',
  variable,
  refusal: why,
});
export const perCall = (variable: SettingName): LeafRule => ({ use: 'setting', variable, refusal: undefined });
export const valueInFile = (key: TenantValueKey): LeafRule => ({
  use: 'value',
  key,
  refusal: 'a request cannot change it',
});
export const valuePerCall = (key: TenantValueKey): LeafRule => ({ use: 'value', key, refusal: undefined });

/** Keys of the values in a group and in the groups in it; `which`: all, or those that a request may give. */
export function valueKeysIn(rule: KeyRule, which: 'all' | 'per-call'): readonly string[] {
  switch (rule.use) {
    case 'group': {
      const inner = Object.values(rule.keys).flatMap((each) => valueKeysIn(each, which));
      return rule.rest === undefined ? inner : [...inner, rule.rest];
    }
    case 'setting':
    case 'value':
      return which === 'all' || rule.refusal === undefined ? [specOf(rule).key] : [];
    case 'identity':
    case 'remark':
    case 'ignored':
      return [];
    default:
      return rule satisfies never;
  }
}
