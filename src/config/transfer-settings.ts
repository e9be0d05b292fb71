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
  {
    name: 'OUTDIAL_ACCEPT_TRANSFERS',
    key: 'areTransfersAccepted',
    group: 'Failure and transfer',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Follows the far end of a call where it sends the gateway: a REFER is answered by a call to its target, held to the allowed destinations and limits of a call, and an INVITE with Replaces takes the place of the far end. The session and its bot go on. Otherwise REFER is answered 603.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
