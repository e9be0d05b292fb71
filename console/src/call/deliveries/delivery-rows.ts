/** The notifications of a call in the order in which one wants to see them: what failed first. */
import type { Delivery } from '../../../../src/client/index.ts';

const order = { dead: 0, waiting: 1, delivered: 2 } as const;

export function deliveryRows(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.toSorted((a, b) => order[a.state] - order[b.state] || a.sequence - b.sequence);
}
