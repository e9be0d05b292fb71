import type { SettingKind, ValueOf } from './setting-kind.ts';

/** One value that can be configured. Defaults are written as text and go through the same parser as everything else. */
export interface ValueSpec {
  /** The field it ends up in. Durations end in `Ms`, whatever the unit they are written in. */
  readonly key: string;
  readonly kind: SettingKind;
  readonly default?: string;
  /** Said in the documentation instead of a fixed default. */
  readonly defaultNote?: string;
  readonly description: string;
  /** Why it is checked and kept but changes nothing yet; the end of the sentence "NAME has no effect yet: ...". */
  readonly noEffect?: string;
}

/** A value that an environment variable gives. */
export interface SettingSpec extends ValueSpec {
  /** The environment variable. */
  readonly name: string;
  /** Another spelling of the variable that is taken too. */
  readonly alias?: string;
  readonly group: SettingGroup;
  /** `original`: a variable of the product whose REST contract outdial keeps; `outdial`: named here. */
  readonly origin: 'original' | 'outdial';
}

export type SettingGroup =
  | 'Outbound calls'
  | 'HTTP'
  | 'Guards'
  | 'SIP and RTP'
  | 'Caller identity'
  | 'Inbound calls'
  | 'Bot'
  | 'Failure and transfer'
  | 'Text messages'
  | 'Speech'
  | 'Speech services'
  | 'Reporting'
  | 'Operation';

type WithDefault<Spec extends ValueSpec> = Extract<Spec, { readonly default: string }>;

/** The object that a table of specs describes: a field per key, which may be absent when there is no default. */
export type FieldsOf<Spec extends ValueSpec> = {
  readonly [Each in WithDefault<Spec> as Each['key']]: ValueOf<Each['kind']>;
} & {
  readonly [Each in Exclude<Spec, { readonly default: string }> as Each['key']]?: ValueOf<Each['kind']>;
};
