import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NetworkWatch } from './network-watch.ts';

const limits = { packetsLost: 10, jitterMs: 30, roundTripMs: 0, mos: 0 };

const check = (watch: NetworkWatch, packetsLost: number, jitterMs: number, nowMs: number) =>
  watch.check({ packetsLost, jitterMs }, nowMs);

test('a loss is told once it is beyond its limit, and again after as much once more', () => {
  const watch = new NetworkWatch(limits);
  assert.deepEqual(check(watch, 9, 0, 0), []);
  assert.deepEqual(check(watch, 12, 0, 1000), [{ kind: 'packet-loss', packetsLost: 12, limit: 10 }]);
  assert.deepEqual(check(watch, 21, 0, 60_000), []);
  assert.deepEqual(check(watch, 22, 0, 90_000), [{ kind: 'packet-loss', packetsLost: 10, limit: 10 }]);
});

test('jitter is told when it is above its limit, not at it', () => {
  const watch = new NetworkWatch(limits);
  assert.deepEqual(check(watch, 0, 30, 0), []);
  assert.deepEqual(check(watch, 0, 44.6, 1000), [{ kind: 'jitter', jitterMs: 45, limitMs: 30 }]);
  assert.deepEqual(check(watch, 0, 80, 2000), []);
  assert.deepEqual(check(watch, 0, 80, 31_000), [{ kind: 'jitter', jitterMs: 80, limitMs: 30 }]);
});

test('a limit of 0 packets warns of no loss', () => {
  const watch = new NetworkWatch({ ...limits, packetsLost: 0 });
  assert.deepEqual(check(watch, 5000, 0, 0), []);
});

test('round trip and opinion are told beyond their limits, and not at all without one', () => {
  const state = { packetsLost: 0, jitterMs: 0, roundTripMs: 301.4, mos: 2.9 };
  assert.deepEqual(new NetworkWatch(limits).check(state, 0), []);
  const watch = new NetworkWatch({ ...limits, roundTripMs: 300, mos: 3.1 });
  assert.deepEqual(watch.check({ packetsLost: 0, jitterMs: 0 }, 0), []);
  assert.deepEqual(watch.check({ ...state, roundTripMs: 300, mos: 3.1 }, 1000), []);
  assert.deepEqual(watch.check(state, 2000), [
    { kind: 'round-trip', roundTripMs: 301, limitMs: 300 },
    { kind: 'mos', mos: 2.9, limit: 3.1 },
  ]);
});

test('however bad the network, a kind is told at most once in 30 s', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ lost: fc.nat(50), jitterMs: fc.nat(100) }), { maxLength: 300 }), (seconds) => {
      const watch = new NetworkWatch(limits);
      let lost = 0;
      const told = new Map<string, number>();
      for (const [index, second] of seconds.entries()) {
        lost += second.lost;
        const nowMs = index * 1000;
        for (const { kind } of check(watch, lost, second.jitterMs, nowMs)) {
          assert.ok(nowMs - (told.get(kind) ?? -Infinity) >= 30_000);
          told.set(kind, nowMs);
        }
      }
    }),
  );
});
