import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallState } from './call-state.ts';
import { awaitPlayback, holdPlayback, judgePlayback, playbackCame } from './playback-guard.ts';

/** As much of a call as the guard looks at. */
const call = {
  plan: { synthesisTimeoutMs: 5000 },
  turn: { isPaused: false },
  isHeld: false,
  awaitedPlayback: undefined,
} as unknown as CallState;

const hasFailed = (state: CallState, nowMs: number): boolean => 'failed' in (judgePlayback(state, nowMs) ?? {});

test('a playback that has not begun in time has failed, by name', () => {
  const waiting = awaitPlayback(call, 'turn-1', 1000);
  assert.equal(judgePlayback(waiting, 5999), undefined);
  const judged = judgePlayback(waiting, 6000);
  assert.ok(judged !== undefined && 'failed' in judged);
  assert.equal(judged.failed.playbackId, 'turn-1');
  assert.equal(judged.failed.error.code, 'speech.synthesis-failed');
});

test('one that came is waited for no longer; another one’s coming changes nothing', () => {
  const waiting = awaitPlayback(call, 'turn-1', 1000);
  assert.equal(judgePlayback(playbackCame(waiting, 'turn-1'), 60_000), undefined);
  assert.ok(hasFailed(playbackCame(waiting, 'turn-0'), 60_000));
  assert.equal(judgePlayback(call, 60_000), undefined);
});

test('on hold and while a voice pauses it the wait is prolonged, and it begins anew with the end of the hold', () => {
  const waiting = awaitPlayback(call, 'turn-1', 1000);
  const held = holdPlayback(waiting, true, 2000);
  const judged = judgePlayback(held, 7000);
  assert.ok(judged !== undefined && 'prolonged' in judged);
  const resumed = holdPlayback(judged.prolonged, false, 9000);
  assert.ok(!hasFailed(resumed, 13_999));
  assert.ok(hasFailed(resumed, 14_000));
  const paused: CallState = { ...waiting, turn: { ...waiting.turn, isPaused: true } };
  assert.ok(!hasFailed(paused, 6000));
});
