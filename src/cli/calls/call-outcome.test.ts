import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf, outcomeLines } from './call-outcome.ts';

const busy = {
  finalState: 'failed',
  endCode: 'sip.busy',
  endedBy: 'gateway',
  blame: 'callee',
  failureReason: 'The call was refused: 486 Busy \u001b[2J\u009b31mHere\n',
  callLength: 1234,
  talkTime: 0,
  maxLatency: { recognitionMs: null, botMs: 240, speakingMs: null, responseMs: null },
  recordingFile: null,
};

test('a failed call tells why, whose side it is and what to do, and reasons of others cannot steer the terminal', () => {
  assert.deepEqual(
    outcomeLines({ endExplanation: { text: 'Call again\u001b[2J later.', blame: 'callee', isRetryable: true } }, busy),
    [
      'failed (sip.busy), ended by the gateway',
      'why: The call was refused: 486 Busy ·[2J·31mHere·',
      'side: callee',
      'fix: Call again·[2J later.',
      'took 1.2 s, 0.0 s of it after the answer',
      'longest waits: bot 240 ms',
    ],
  );
});

test('the exit code is the outcome: completed, failed at the callee, failed elsewhere', () => {
  assert.equal(exitCodeOf({ ...busy, finalState: 'ended', blame: null }), 0);
  assert.equal(exitCodeOf(busy), 3);
  assert.equal(exitCodeOf({ ...busy, blame: 'trunk' }), 4);
});
