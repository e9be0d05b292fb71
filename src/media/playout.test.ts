import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MediaEvent } from './contract.ts';
import { narrowbandHz } from './frame.ts';
import { Playout } from './playout.ts';

/** 50 frames of which every sample tells the number of its frame, from 1. */
function numbered(frames = 50) {
  return {
    kind: 'text' as const,
    sampleRateHz: narrowbandHz,
    async *open() {
      for (let frame = 1; frame <= frames; frame++) yield new Int16Array(160).fill(frame);
    },
  };
}

async function playing() {
  const events: MediaEvent[] = [];
  const playout = new Playout({ newAbort: () => new AbortController(), nowMs: () => 0 }, (event) => events.push(event));
  playout.play('a', numbered(), 0);
  for (let i = 0; i < 200; i++) await Promise.resolve();
  let nowMs = 0;
  const frame = new Int16Array(160);
  const take = (count: number): number[] =>
    Array.from({ length: count }, () => {
      playout.takeFrame(frame, (nowMs += 20));
      playout.onFrameSent(nowMs);
      return frame[0] ?? 0;
    });
  return { playout, events, take };
}

test('pause and resume: silence from the next frame on, then the very next sample, and nothing is told of it', async () => {
  const { playout, events, take } = await playing();
  assert.deepEqual(take(3), [1, 2, 3]);
  playout.pause();
  assert.deepEqual(take(5), [0, 0, 0, 0, 0]);
  playout.resume();
  assert.deepEqual(take(2), [4, 5]);
  take(45);
  assert.deepEqual(
    events.map((event) => [event.type, 'playedMs' in event ? event.playedMs : 0]),
    [
      ['playback-started', 0],
      ['playback-finished', 1000],
    ],
  );
});

test('what is stopped while it is paused is over, and what comes after it is heard', async () => {
  const { playout, events, take } = await playing();
  take(3);
  playout.pause();
  playout.stop(100);
  playout.play('b', numbered(2), 100);
  for (let i = 0; i < 20; i++) await Promise.resolve();
  assert.deepEqual(take(3), [1, 2, 0]);
  assert.deepEqual(
    events.map((event) => ('playbackId' in event ? [event.type, event.playbackId] : [])),
    [
      ['playback-started', 'a'],
      ['playback-finished', 'a'],
      ['playback-started', 'b'],
      ['playback-finished', 'b'],
    ],
  );
});

test('nothing ends while everything stands still', async () => {
  const { playout, events, take } = await playing();
  take(49);
  playout.pause();
  take(10);
  assert.equal(events.length, 1);
  playout.resume();
  assert.deepEqual(take(2), [50, 0]);
  assert.equal(events.length, 2);
});
