import assert from 'node:assert/strict';
import test from 'node:test';
import type { Delivery } from '../../../../src/client/index.ts';
import { deliveryRows } from './delivery-rows.ts';

test('notifications that were given up come first, then those that wait', () => {
  const delivery = (sequence: number, state: Delivery['state']): Delivery => ({ sequence, state }) as Delivery;
  const deliveries = [delivery(1, 'delivered'), delivery(2, 'waiting'), delivery(3, 'dead'), delivery(4, 'dead')];
  assert.deepEqual(
    deliveryRows(deliveries).map(({ sequence }) => sequence),
    [3, 4, 2, 1],
  );
});
