/** Notifications to the webhook: from when each was queued until it was delivered or given up, with each attempt. */
import { printLength, printOffset } from '../../text/measures.ts';
import type { CallClock, Item } from '../timeline.ts';

type Delivery = NonNullable<CallClock['data']['deliveries']>[number];

export function deliveryItems(clock: CallClock): readonly Item[] {
  const { deliveries = [] } = clock.data;
  return [
    ...deliveries.map((delivery) => deliveryItem(delivery, clock)),
    ...deliveries.flatMap((delivery) => attemptItems(delivery, clock)),
  ];
}

function deliveryItem(delivery: Delivery, { sinceStart, lastMs }: CallClock): Item {
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
      ...(dueAt === undefined ? [] : [['tried next at', printOffset(sinceStart(dueAt))] as const]),
      ...(lastStatus === undefined ? [] : [['last status', String(lastStatus)] as const]),
      ...(lastReason === undefined ? [] : [['last reason', lastReason] as const]),
    ],
    what: { kind: 'delivery', sequence },
  };
}

/** Those before the one that settled it, which is the mark of the notification itself. */
function attemptItems({ sequence, state, tries }: Delivery, { sinceStart }: CallClock): readonly Item[] {
  const earlier = state === 'waiting' ? tries : tries.slice(0, -1);
  return earlier.map(({ at, durationMs, status, reason }, index): Item => {
    const fromMs = sinceStart(at);
    const answer = status === undefined ? 'no answer' : String(status);
    return {
      lane: 'webhooks',
      fromMs,
      toMs: fromMs + durationMs,
      shape: reason === undefined ? 'dot' : 'cross',
      tone: reason === undefined ? 'good' : 'warn',
      label: answer,
      title: `Attempt ${index + 1} of notification ${sequence}: ${answer}`,
      facts: [['took', printLength(durationMs)], ...(reason === undefined ? [] : [['reason', reason] as const])],
      what: { kind: 'delivery', sequence },
    };
  });
}
