import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf, outcomeLines } from './call-outcome.ts';

const busy = {
  vgwSessionID: '0b0c1c52-6f0e-4c11-9a3e-5f8f3f1f0f11',
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
  const endExplanation = {
    text: 'Call again\u001b[2J later.',
    blame: 'callee',
    isRetryable: true,
    docs: '/docs/errors/sip.busy',
  } as const;
  const gatewayUrl = 'http://127.0.0.1:9080';
  assert.deepEqual(outcomeLines(endExplanation, busy, { isStyled: false, gatewayUrl }), [
    '✗ failed by the gateway (sip.busy) after 1.2 s',
    '  why       The call was refused: 486 Busy ·[2J·31mHere·',
    '  side      callee',
    '  fix       Call again·[2J later.',
    '  more      outdial errors sip.busy',
    '  waits     at most bot 240 ms',
    `  look      outdial calls show ${busy.vgwSessionID}`,
    `            ${gatewayUrl}/console/calls/${busy.vgwSessionID}`,
  ]);
  const narrow = outcomeLines(endExplanation, busy, { isStyled: true, columns: 40 });
  assert.equal(narrow[0], '\u001b[31m✗\u001b[39m failed by the gateway (sip.busy) after');
  assert.deepEqual(narrow.slice(1, 4), [
    '  1.2 s',
    '  why       The call was refused: 486',
    '            Busy ·[2J·31mHere·',
  ]);
});

test('the exit code is the outcome: completed, failed at the callee, failed elsewhere', () => {
  assert.equal(exitCodeOf({ ...busy, finalState: 'ended', blame: null }), 0);
  assert.equal(exitCodeOf(busy), 3);
  assert.equal(exitCodeOf({ ...busy, blame: 'trunk' }), 4);
});
