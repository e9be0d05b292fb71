/** How long a turn may take where the original has no setting. */
import type { SettingSpec } from './setting-spec.ts';

export const turnSettings = [
  {
    name: 'OUTDIAL_SYNTHESIS_TIMEOUT',
    key: 'synthesisTimeoutMs',
    group: 'Speech',
    kind: { type: 'duration', unit: 's', min: 0.5, max: 60 },
    default: '5',
    description:
      'Longest wait for the first audio of a text; then the text counts as failed, so that no call hangs in silence.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
