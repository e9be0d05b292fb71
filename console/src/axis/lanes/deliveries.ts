/** Notifications to the webhook: from when each was queued until it was delivered or given up. */
import { printLength } from '../../text/measures.ts';
import type { CallClock, Item } from '../timeline.ts';

export function deliveryItems({ data, sinceStart, lastMs }: CallClock): readonly Item[] {
  return (data.deliveries ?? []).map((delivery) => {
    const { sequence, type, state, attempts, queuedAt, settledAt, dueAt, lastStatus, lastReason } = delivery;
    const fromMs = sinceStart(queuedAt);
    const toMs = settledAt === undefined ? Math.max(fromMs, lastMs) : sinceStart(settledAt);
    return {
      lane: 'webhooks',
      fromMs,
      toMs,
      shape: state === 'delivered' ? 'dot' : state === 'dead' ? 'cross' : 'ring',
      tone: state === 'delivered' ? 'good' : state === 'dead' ? 'bad' : 'warn',
      label: type.replace(/^call\./, ''),
      title: `Notification ${sequence}, ${type}: ${state}`,
      facts: [
        ['attempts', String(attempts)],
        ...(settledAt === undefined ? [] : [['settled after', printLength(toMs - fromMs)] as const]),
        ...(dueAt === undefined ? [] : [['tried next at', new Date(dueAt).toLocaleTimeString()] as const]),
        ...(lastStatus === undefined ? [] : [['last status', String(lastStatus)] as const]),
        ...(lastReason === undefined ? [] : [['last reason', lastReason] as const]),
      ],
      what: { kind: 'delivery', sequence },
    };
  });
}
