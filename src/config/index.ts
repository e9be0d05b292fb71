export { type NearestName, nearestName, quoteName } from './nearest-name.ts';
export { Secret } from './secret.ts';
export {
  describeKind,
  parseSetting,
  type PortRange,
  type SettingKind,
  type SettingValue,
  type Trunk,
} from './setting-kind.ts';
export { findSetting, type SettingName, type SettingSpec, settingTable } from './setting-table.ts';
export {
  type Environment,
  type Machine,
  type Notice,
  type Problem,
  type ReadSettings,
  readSettings,
  type Settings,
} from './settings.ts';
export { unusedVariables } from './unused-variables.ts';
export { hasControlCharacter, parseWebUrl } from './web-url.ts';
