import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceGuard } from './source-guard.ts';

test('an IPv6 address of the session description is known in every spelling, and no other is', () => {
  const guard = new SourceGuard('strict');
  guard.expect('2001:DB8:0:0:0:0:0:20', 4000);
  assert.ok(!guard.isAllowed('2001:db8::21', 4000));
  assert.ok(!guard.isAllowed('2001:db8::21', 4000));
  assert.ok(guard.isAllowed('2001:db8::20', 4000));
  assert.ok(!guard.isAllowed('2001:db8::20', 4002));
  assert.ok(!guard.isAllowed('192.0.2.1', 4000));
  guard.expect('2001:db8::21', 4000);
  assert.ok(guard.isAllowed('2001:db8::21', 4000));
  assert.ok(!guard.isAllowed('2001:db8::20', 4000));
});
