import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { MediaPacer } from './media-pacer.ts';
import { monotonicClock } from './monotonic-clock.ts';

function blockThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('ticks never come before their deadline, and none is lost without being counted', async () => {
  const ticks: { atMs: number; skipped: number }[] = [];
  const startMs = monotonicClock.nowMs();
  await new Promise<void>((resolve) => {
    const pacer = new MediaPacer((atMs, skipped) => {
      ticks.push({ atMs, skipped });
      // The seventh tick holds everything up for ten frames.
      if (ticks.length === 7) blockThread(200);
      if (ticks.length === 15) {
        pacer.stop();
        resolve();
      }
    });
    pacer.start();
    pacer.start();
  });
  let deadline = 0;
  for (const { atMs, skipped } of ticks) {
    deadline += 1 + skipped;
    assert.ok(atMs - startMs >= deadline * 20, `tick ${deadline} at ${atMs - startMs}`);
  }
  const afterStall = ticks[7]!;
  assert.ok(afterStall.skipped >= 7, `${afterStall.skipped} skipped`);
  // What is made up is at most three frames.
  const madeUp = ticks.slice(7).filter(({ atMs }) => atMs - afterStall.atMs < 1).length;
  assert.ok(madeUp <= 4);
});

test('a pacer that was stopped starts afresh', async () => {
  const skipped: number[] = [];
  for (let round = 0; round < 2; round++) {
    await new Promise<void>((resolve) => {
      const pacer: MediaPacer = new MediaPacer((_atMs, skippedFrames) => {
        skipped.push(skippedFrames);
        pacer.stop();
        resolve();
      });
      pacer.start();
    });
  }
  assert.equal(skipped.length, 2);
});

test('instants compare between threads', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData).then(({ monotonicClock }) => parentPort.postMessage(monotonicClock.nowMs()));`;
  const clockUrl = new URL('./monotonic-clock.js', import.meta.url).href;
  const before = monotonicClock.nowMs();
  const worker = new Worker(source, { eval: true, workerData: clockUrl });
  const there = await new Promise<number>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
  const after = monotonicClock.nowMs();
  assert.ok(before <= there && there <= after, `${before} ${there} ${after}`);
  assert.ok(Math.abs(monotonicClock.wallMs() - Date.now()) < 1000);
});
