/** How transfers are carried out, beside what `failure-settings.ts` has of the original. */
import type { SettingSpec } from './setting-spec.ts';

export const transferSettings = [
  {
    name: 'OUTDIAL_TRANSFER_NOTICE_TIMEOUT',
    key: 'transferNoticeTimeoutMs',
    group: 'Failure and transfer',
    kind: { type: 'duration', unit: 's', min: 1, max: 600 },
    default: '60',
    description:
      'How long the far end may be silent about a transfer that it has accepted, before the transfer counts as failed. Every NOTIFY begins it anew.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
