/** How notifications are told: what, for how long, and how a receiver knows they are genuine. */
import type { SettingSpec } from './setting-spec.ts';

export const webhookSettings = [
  {
    name: 'OUTDIAL_WEBHOOK_WINDOW',
    key: 'webhookWindowMs',
    group: 'Outbound calls',
    kind: { type: 'duration', unit: 's', min: 0, max: 604_800 },
    default: '86400',
    description:
      'How long a notification is tried when the quick attempts (OUTBOUND_CALLS_MAX_RETRY_NO) have failed: after 30 s, 1, 2, 5, 10, 20 and 30 minutes, then every hour. 0: the quick attempts only, as the original did.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_WEBHOOK_SECRETS',
    key: 'webhookSecrets',
    group: 'Outbound calls',
    kind: { type: 'secret' },
    description:
      'Signs notifications (Standard Webhooks): one secret whsec_<base64 of 24 to 64 bytes>, or several separated by commas while receivers change over, the new one first.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_WEBHOOK_EVENTS',
    key: 'webhookEvents',
    group: 'Outbound calls',
    kind: { type: 'list', of: 'event-group' },
    defaultNote: 'only the states of the contract',
    description: 'What a receiver is told beside the states of a call.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_WEBHOOK_CONCURRENCY',
    key: 'webhookConcurrency',
    group: 'Outbound calls',
    kind: { type: 'integer', min: 1, max: 256 },
    default: '16',
    description: 'Notifications under way to one receiver at the same time.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_NODE_ID',
    key: 'nodeId',
    group: 'Operation',
    kind: { type: 'text', maxLength: 64 },
    default: 'outdial',
    description:
      'Name of this gateway among those that share a database. It must be the same after a restart, and another one for each gateway.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
