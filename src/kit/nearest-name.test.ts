import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearestName, quoteName } from './nearest-name.ts';

test('a slip of any kind is one step away', () => {
  const known = ['statusWebhook', 'route', 'from'];
  for (const wrong of ['statusWebhok', 'statusWebhooks', 'statusWebhock', 'statsuWebhook']) {
    assert.deepEqual(nearestName(wrong, known), { name: 'statusWebhook', distance: 1 });
  }
  assert.deepEqual(nearestName('STATUSWEBHOOK', known), { name: 'statusWebhook', distance: 0 });
  assert.equal(nearestName('x', []), undefined);
});

test('distance is 0 for a name and itself, symmetric, and no more than the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
      assert.equal(nearestName(a, [a])?.distance, 0);
      assert.equal(nearestName(a, [b])?.distance, nearestName(b, [a])?.distance);
      assert.ok((nearestName(a, [b])?.distance ?? 99) <= Math.max(a.toLowerCase().length, b.toLowerCase().length));
    }),
  );
});

test('a quoted name is short and holds no control character', () => {
  assert.equal(quoteName('a\r\nb'), '"a\\r\\nb"');
  assert.ok(quoteName('x'.repeat(10_000)).length < 70);
});
