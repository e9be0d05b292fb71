import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kit/index.ts';
import { RtpPorts } from './rtp-ports.ts';

test('RFC 3550 §11: even ports of the range with a port above them in it, each once, in no order', () => {
  const ports = new RtpPorts({ min: 10_001, max: 10_100 }, seededRandom(3));
  const taken = Array.from({ length: 49 }, () => ports.take(0)!);
  assert.deepEqual(
    taken.toSorted((a, b) => a - b),
    Array.from({ length: 49 }, (_, i) => 10_002 + 2 * i),
  );
  assert.notDeepEqual(
    taken,
    taken.toSorted((a, b) => a - b),
  );
  assert.equal(ports.take(0), undefined);
  assert.equal(new RtpPorts({ min: 7, max: 7 }, seededRandom(1)).take(0), undefined);
});

test('a freed port rests for 2 s, and no port is ever given twice', () => {
  const step = fc.record({ passedMs: fc.nat(1500), isRelease: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.nat(), (steps, seed) => {
      const ports = new RtpPorts({ min: 100, max: 111 }, seededRandom(seed));
      const inUse: number[] = [];
      const releasedAtMs = new Map<number, number>();
      let nowMs = 0;
      for (const { passedMs, isRelease } of steps) {
        nowMs += passedMs;
        if (isRelease) {
          const port = inUse.shift();
          if (port === undefined) continue;
          ports.release(port, nowMs);
          releasedAtMs.set(port, nowMs);
        } else {
          const port = ports.take(nowMs);
          if (port === undefined) continue;
          assert.ok(!inUse.includes(port));
          assert.ok(nowMs - (releasedAtMs.get(port) ?? -2000) >= 2000);
          inUse.push(port);
        }
        assert.equal(ports.freeCount + inUse.length, 6);
      }
    }),
  );
});
