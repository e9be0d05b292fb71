import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openProcessMeter } from './process-meter.ts';

test('the load of this process', (context) => {
  const meter = openProcessMeter();
  context.after(() => {
    meter.close();
  });
  const load = meter.read();
  assert.ok(load.uptimeS > 0 && load.cpuS > 0);
  assert.ok(load.residentBytes > load.heapUsedBytes && load.heapTotalBytes > 0 && load.heapUsedBytes > 0);
  assert.ok(load.eventLoopLagP99Ms >= 0 && Number.isFinite(load.eventLoopLagP99Ms));
  assert.ok(meter.read().cpuS >= load.cpuS);
});
