import { join } from 'node:path';
import type { Settings } from '../config/index.ts';
import type { EngineSettings } from '../engine/index.ts';
import type { SipPolicy } from '../policy/index.ts';
import { printHost } from '../sip/index.ts';
import { mostCalls } from './call-slots.ts';
import { trunkUse } from './trunk-use.ts';

/** What the engine knows of the deployment. */
export function engineSettingsOf(settings: Settings, sipPolicy: SipPolicy): EngineSettings {
  const { sipHost } = settings;
  return {
    maxCalls: mostCalls(settings),
    mediaAddress: settings.sdpAddress,
    mediaAddressIpv6: settings.sdpAddressIpv6,
    defaultFrom: `sip:outdial@${printHost(sipHost)}`,
    ...trunkUse(settings),
    sipPolicy,
    ringTimeoutMs: settings.ringTimeoutMs,
    maxCallDurationMs: settings.maxCallDurationMs,
    recordingDirectory: join(settings.dataDir, 'recordings'),
    isSipTraced: settings.isSipTraced,
    isBotTraced: settings.isBotTraced,
  };
}
