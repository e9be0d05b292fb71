export { type RealmAccount, readRealmAccounts } from './realm-accounts.ts';
export { isLoopbackHost } from './bind-host.ts';
export { Secret } from './secret.ts';
export { describeKind, parseSetting, type PortRange, type SettingKind, type SettingValue } from './setting-kind.ts';
export type { FieldsOf, SettingSpec, ValueSpec } from './setting-spec.ts';
export { findSetting, type SettingName, settingTable } from './setting-table.ts';
export { sessionTimerOf } from './session-settings.ts';
export { showText, showValue } from './show-value.ts';
export {
  type Environment,
  type Machine,
  type Notice,
  type Problem,
  type ReadSettings,
  readSettings,
  readVariable,
  type Settings,
} from './settings.ts';
export { parseTrunkTarget, type TrunkTarget } from './trunk-target.ts';
export { unusedVariables } from './unused-variables.ts';
export { hasControlCharacter, parseWebUrl } from './web-url.ts';
