import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLoginGuard } from './login-guard.ts';

test('a source is refused after ten failures, until the minute is over', () => {
  const guard = createLoginGuard();
  for (let count = 0; count < 10; count += 1) {
    assert.equal(guard.retryAfterS('192.0.2.1', 'a', count * 1000), undefined);
    guard.failed('192.0.2.1', 'a', count * 1000);
  }
  assert.equal(guard.retryAfterS('192.0.2.1', 'a', 10_000), 50);
  assert.equal(guard.retryAfterS('192.0.2.1', 'another tenant', 10_000), 50);
  assert.equal(guard.retryAfterS('192.0.2.2', 'a', 10_000), undefined);
  assert.equal(guard.retryAfterS('192.0.2.1', 'a', 59_999), 1);
  assert.equal(guard.retryAfterS('192.0.2.1', 'a', 60_000), undefined);
});

test('a tenant that is attacked from everywhere refuses who has failed, and nobody else', () => {
  const guard = createLoginGuard();
  for (let count = 0; count < 10; count += 1) guard.failed(`192.0.2.${count}`, 'a', 0);
  assert.equal(guard.retryAfterS('192.0.2.3', 'a', 1), 60);
  assert.equal(guard.retryAfterS('192.0.2.3', 'b', 1), undefined);
  assert.equal(guard.retryAfterS('198.51.100.1', 'a', 1), undefined);
  guard.failed('198.51.100.1', 'a', 1);
  assert.equal(guard.retryAfterS('198.51.100.1', 'a', 2), 60);
});

test('an IPv6 network of one customer is one source, and so is IPv4 in IPv6 clothes', () => {
  const guard = createLoginGuard({ maxFailures: 1 });
  guard.failed('2a00:1:2:3::1', 'a', 0);
  assert.notEqual(guard.retryAfterS('2a00:1:2:3:ffff::9', 'a', 0), undefined);
  assert.equal(guard.retryAfterS('2a00:1:2:4::1', 'a', 0), undefined);
  guard.failed('::ffff:192.0.2.1', 'a', 0);
  assert.notEqual(guard.retryAfterS('192.0.2.1', 'a', 0), undefined);
});

test('memory is bounded: the oldest source is forgotten', () => {
  const guard = createLoginGuard({ maxFailures: 1, maxEntries: 100 });
  for (let count = 0; count < 10_000; count += 1) guard.failed(`source ${count}`, `tenant ${count}`, count);
  assert.equal(guard.retryAfterS('source 9899', 'x', 10_000), undefined);
  assert.notEqual(guard.retryAfterS('source 9900', 'x', 10_000), undefined);
});
