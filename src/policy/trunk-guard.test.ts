import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TrunkGuard } from './trunk-guard.ts';

describe('limits of the trunk', () => {
  it('calls at a time: the one over the limit is refused with Retry-After, until another one has ended', () => {
    const guard = new TrunkGuard({ maxCalls: 2, callsPerSecond: 0 });
    assert.ok(guard.begin('a', 0).ok && guard.begin('b', 0).ok);
    const refused = guard.begin('c', 0);
    assert.deepEqual(!refused.ok && [refused.error.code, refused.error.retryAfterS], ['trunk.full', 5]);
    guard.end('unknown');
    assert.ok(!guard.begin('c', 0).ok);
    guard.end('a');
    assert.ok(guard.begin('c', 0).ok);
  });

  it("calls a second: one second's worth at once, then as fast as the limit; a refused call costs nothing", () => {
    const guard = new TrunkGuard({ maxCalls: 0, callsPerSecond: 2 });
    assert.ok(guard.begin('a', 0).ok && guard.begin('b', 0).ok);
    const refused = guard.begin('c', 100);
    assert.deepEqual(!refused.ok && [refused.error.code, refused.error.retryAfterS], ['trunk.rate', 1]);
    assert.ok(!guard.begin('c', 499).ok);
    assert.ok(guard.begin('c', 500).ok);
    assert.ok(!guard.begin('d', 999).ok);
    assert.ok(guard.begin('d', 1000).ok);
  });

  it('a further call of one that was let through counts, and is not refused', () => {
    const guard = new TrunkGuard({ maxCalls: 1, callsPerSecond: 0 });
    assert.ok(guard.begin('a', 0).ok);
    guard.add('a-2');
    guard.end('a');
    assert.ok(!guard.begin('b', 0).ok);
    guard.end('a-2');
    assert.ok(guard.begin('b', 0).ok);
  });

  it('0 is no limit', () => {
    const guard = new TrunkGuard({ maxCalls: 0, callsPerSecond: 0 });
    for (let call = 0; call < 1000; call += 1) assert.ok(guard.begin(String(call), 0).ok);
  });
});
