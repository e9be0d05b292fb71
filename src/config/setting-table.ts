/**
 * Every deployment setting, as data: `readSettings`, the tenant file and docs/configuration.md are all made from this
 * table, which is put together from one file a group.
 */
import { assistantSettings } from './assistant-settings.ts';
import { botSettings } from './bot-settings.ts';
import { callSetupSettings } from './call-setup-settings.ts';
import { codecSettings } from './codec-settings.ts';
import { failureSettings } from './failure-settings.ts';
import { guardSettings, tlsSettings } from './guard-settings.ts';
import { httpSettings } from './http-settings.ts';
import { locationSettings } from './location-settings.ts';
import { identitySettings } from './identity-settings.ts';
import { inboundSettings } from './inbound-settings.ts';
import { mediaEncryptionSettings } from './media-encryption-settings.ts';
import { modelSettings } from './model-settings.ts';
import { nodeSettings } from './node-settings.ts';
import { operationSettings } from './operation-settings.ts';
import { outboundCallSettings } from './outbound-call-settings.ts';
import { registrationSettings } from './registration-settings.ts';
import { reportDeliverySettings } from './report-delivery-settings.ts';
import { reportingSettings } from './reporting-settings.ts';
import { sipSettings } from './sip-settings.ts';
import { sipTransportSettings } from './sip-transport-settings.ts';
import { sessionSettings } from './session-settings.ts';
import { storeSettings } from './store-settings.ts';
import { speculationSettings } from './speculation-settings.ts';
import { speechServiceSettings } from './speech-service-settings.ts';
import { speechSettings } from './speech-settings.ts';
import { textMessageSettings } from './text-message-settings.ts';
import type { SettingSpec } from './setting-spec.ts';
import { trunkSettings } from './trunk-settings.ts';
import { turnSettings } from './turn-settings.ts';
import { transferSettings } from './transfer-settings.ts';
import { webhookSettings } from './webhook-settings.ts';

export const settingTable = [
  ...outboundCallSettings,
  ...webhookSettings,
  ...httpSettings,
  ...tlsSettings,
  ...guardSettings,
  ...sipSettings,
  ...sipTransportSettings,
  ...mediaEncryptionSettings,
  ...codecSettings,
  ...callSetupSettings,
  ...sessionSettings,
  ...registrationSettings,
  ...trunkSettings,
  ...locationSettings,
  ...identitySettings,
  ...inboundSettings,
  ...botSettings,
  ...speculationSettings,
  ...modelSettings,
  ...assistantSettings,
  ...failureSettings,
  ...textMessageSettings,
  ...transferSettings,
  ...speechSettings,
  ...turnSettings,
  ...speechServiceSettings,
  ...reportingSettings,
  ...reportDeliverySettings,
  ...operationSettings,
  ...storeSettings,
  ...nodeSettings,
] as const satisfies readonly SettingSpec[];

type Spec = (typeof settingTable)[number];
/** The names of all settings, and their specs by name. */
export type SettingName = Spec['name'];

const specByName: ReadonlyMap<string, Spec> = new Map(settingTable.map((spec) => [spec.name, spec]));

/** The entry of a setting. */
export function findSetting(name: SettingName): Spec {
  const spec = specByName.get(name);
  if (spec === undefined) throw new TypeError(`the setting table has lost ${name}`);
  return spec;
}
