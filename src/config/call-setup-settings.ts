/** How INVITEs are sent and what is done with their answers. */
import type { SettingSpec } from './setting-spec.ts';

export const callSetupSettings = [
  {
    name: 'OUTDIAL_REQUIRE_100REL',
    key: 'isReliabilityRequired',
    group: 'SIP and RTP',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Asks for reliable provisional answers with Require: 100rel (RFC 3262). Without it they are acknowledged where the far end sends them.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
