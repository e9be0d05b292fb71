import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameLog } from './frame-log.ts';

function logOf(frames: number): FrameLog {
  const log = new FrameLog();
  for (let i = 0; i < frames; i++) log.push(Int16Array.of(i, i), i * 10, i * 10 + 5);
  return log;
}

test('copies frames with silence around them', () => {
  assert.deepEqual([...logOf(5).copy(1, 3, 1, 2)], [0, 1, 1, 2, 2, 0, 0]);
});

test('keeps the numbers of frames when old ones are forgotten', () => {
  const log = logOf(5);
  log.forgetBefore(3);
  log.forgetBefore(1);
  assert.deepEqual([log.oldestFrame, log.nextFrame], [3, 5]);
  assert.deepEqual([log.firstAtMs(3), log.lastAtMs(4)], [30, 45]);
  assert.deepEqual([log.firstAtMs(2), log.lastAtMs(5)], [undefined, undefined]);
  assert.deepEqual([...log.copy(0, 4, 0, 0)], [3, 3]);
});

test('forgetting more than there is leaves the numbering right', () => {
  const log = logOf(2);
  log.forgetBefore(10);
  assert.deepEqual([log.oldestFrame, log.nextFrame], [2, 2]);
});
