/** How a trunk with several targets is used, watched and limited. */
import type { SettingSpec } from './setting-spec.ts';

export const trunkSettings = [
  {
    name: 'OUTDIAL_SIP_TRUNK_TARGETS',
    key: 'sipTrunkTargets',
    group: 'SIP and RTP',
    kind: { type: 'list', of: 'trunk-target' },
    defaultNote: 'OUTDIAL_SIP_TRUNK itself',
    description:
      'Where calls to OUTDIAL_SIP_TRUNK go, when that is several places: the lowest priority first, among equals in proportion to weight. The next one is tried when one is silent, cannot be reached or answers 503. OUTDIAL_SIP_TRUNK then stands for their domain.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_TRUNK_PING',
    key: 'sipTrunkPingMs',
    group: 'SIP and RTP',
    kind: { type: 'duration', unit: 's', min: 0, max: 3600 },
    default: '0',
    description:
      'Time between the SIP OPTIONS requests that ask each target of the trunk whether it is there; 0 asks none. One that answers 408, 503 or not within 5 s is down and tried last; any other final answer brings it back. 30 is a good value.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_TRUNK_MAX_CALLS',
    key: 'sipTrunkMaxCalls',
    group: 'SIP and RTP',
    kind: { type: 'integer', min: 0, max: 100_000 },
    default: '0',
    description: 'Calls that may go by OUTDIAL_SIP_TRUNK at a time, of all tenants; 0 means no limit. More get 503.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_TRUNK_CALLS_PER_SECOND',
    key: 'sipTrunkCallsPerSecond',
    group: 'SIP and RTP',
    kind: { type: 'decimal', min: 0, max: 1000 },
    default: '0',
    description:
      'Calls that may be started by OUTDIAL_SIP_TRUNK a second, on average, of all tenants; 0 means no limit. More get 503 with Retry-After.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
