/** What several gateways on one database know of each other. */
import type { SettingSpec } from './setting-spec.ts';

export const nodeSettings = [
  {
    name: 'OUTDIAL_NODE_LEASE',
    key: 'nodeLeaseMs',
    group: 'Operation',
    kind: { type: 'duration', unit: 's', min: 3, max: 300 },
    default: '15',
    description:
      'How long a gateway counts as alive after its last sign of life, which it gives five times as often: after that another one that shares its database ends its calls. The same for all of them; their clocks may differ by a fifth of it.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
