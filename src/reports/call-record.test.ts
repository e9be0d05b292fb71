import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildCallRecord, type CallFacts, type TurnFacts } from './index.ts';

const start: TurnFacts = {
  request: { type: 'start', text: '' },
  response: [{ type: 'say', text: 'Can you come?' }],
  isBargeIn: false,
  problems: [],
  times: { botAskedAtMs: 500_001, botAnsweredAtMs: 500_040.4, playbackStartedAtMs: 508_130 },
};
const spoken: TurnFacts = {
  request: { type: 'speech_to_text', text: 'yes', confidence: 0.93 },
  response: [{ type: 'say', text: 'Goodbye.' }, { type: 'hang-up' }],
  isBargeIn: true,
  problems: ['"vgwActSendSMS" is not supported and was skipped.'],
  times: {
    lastVoiceAtMs: 510_000,
    recognizedAtMs: 510_300,
    botAskedAtMs: 510_301,
    botAnsweredAtMs: 510_501,
    playbackStartedAtMs: 510_650.7,
  },
};
const hangup: TurnFacts = {
  request: { type: 'hangup', text: 'vgwHangUp' },
  response: [],
  isBargeIn: false,
  problems: [],
  times: {},
};

const facts: CallFacts = {
  sessionId: 's-1',
  tenantId: 't-1',
  to: 'sip:bob@example.net',
  from: 'sip:clinic@example.net',
  startedAtMs: 500_000,
  startedWallMs: Date.UTC(2025, 2, 4, 9, 15, 7, 120),
  invitedAtMs: 500_050,
  answeredAtMs: 508_120,
  stoppedAtMs: 545_360,
  finalState: 'ended',
  end: { code: 'completed.bot', by: 'bot', sipStatus: 200 },
  turns: [start, spoken, hangup],
  codec: 'PCMU',
  mediaEncryption: 'AES_CM_128_HMAC_SHA1_80',
  recordingFile: 's-1.wav',
  recordingStartedAtMs: 508_140,
  warnings: ['jitter'],
  context: { outcome: 'confirmed', vgwSessionID: 's-1' },
};

test('an answered call', () => {
  const { turns, latencies, ...rest } = buildCallRecord(facts);
  assert.deepEqual(rest, {
    vgwSessionID: 's-1',
    tenantID: 't-1',
    outboundCall: true,
    to: 'sip:bob@example.net',
    from: 'sip:clinic@example.net',
    startTime: '2025-03-04T09:15:07.120Z',
    inviteTime: '2025-03-04T09:15:07.170Z',
    answerTime: '2025-03-04T09:15:15.240Z',
    stopTime: '2025-03-04T09:15:52.480Z',
    callLength: 45_360,
    talkTime: 37_240,
    finalState: 'ended',
    endCode: 'completed.bot',
    endedBy: 'bot',
    sipStatus: 200,
    q850Cause: null,
    retryAfter: null,
    failureReason: null,
    blame: null,
    maxLatency: { recognitionMs: 300, botMs: 200, speakingMs: 150, responseMs: 651 },
    rtpNetworkSummary: null,
    codec: 'PCMU',
    mediaEncryption: 'AES_CM_128_HMAC_SHA1_80',
    recordingFile: 's-1.wav',
    recordingStartTime: '2025-03-04T09:15:15.260Z',
    redirects: [],
    earlyMedia: [],
    transfer: null,
    warnings: ['jitter'],
    context: { outcome: 'confirmed' },
  });
  assert.deepEqual(turns[1], {
    index: 1,
    request: { type: 'speech_to_text', text: 'yes', confidence: 0.93 },
    response: [{ type: 'say', text: 'Goodbye.' }, { type: 'hang-up' }],
    isBargeIn: true,
    problems: ['"vgwActSendSMS" is not supported and was skipped.'],
    times: {
      lastVoiceAtMs: 10_000,
      recognizedAtMs: 10_300,
      botAskedAtMs: 10_301,
      botAnsweredAtMs: 10_501,
      playbackStartedAtMs: 10_651,
    },
  });
  assert.deepEqual(
    latencies.map(({ turn, botMs, responseMs }) => [turn, botMs, responseMs]),
    [
      [0, 39, null],
      [1, 200, 651],
      [2, null, null],
    ],
  );
});

test('a call that nobody answered names its failure, and whose it is', () => {
  const { answeredAtMs: _, ...unanswered } = facts;
  const record = buildCallRecord({
    ...unanswered,
    finalState: 'failed',
    end: { code: 'sip.rejected', by: 'callee', sipStatus: 486, failureReason: 'The callee is busy (486).' },
    turns: [],
  });
  assert.equal(record.answerTime, null);
  assert.equal(record.talkTime, 0);
  assert.deepEqual([record.endCode, record.blame, record.sipStatus], ['sip.rejected', 'callee', 486]);
  assert.equal(record.failureReason, 'The callee is busy (486).');
  assert.deepEqual(record.maxLatency, { recognitionMs: null, botMs: null, speakingMs: null, responseMs: null });
});

test('a record is JSON throughout', () => {
  const record = buildCallRecord(facts);
  assert.deepEqual(JSON.parse(JSON.stringify(record)), record);
});

test('a wall clock that jumps during the call changes no length', () => {
  const record = buildCallRecord({ ...facts, startedWallMs: 0 });
  assert.equal(record.callLength, 45_360);
  assert.equal(record.stopTime, '1970-01-01T00:00:45.360Z');
});

test('the last transfer of the call is kept as it was told', () => {
  const transfer = {
    cause: 'bot',
    method: 'REFER',
    target: 'sip:agent@example.net',
    outcome: 'failed',
    sipStatus: 486,
    reason: 'The transfer target answered 486 Busy Here.',
    attempts: 2,
  } as const;
  const record = buildCallRecord({ ...facts, transfer, end: { code: 'sip.transfer-failed', by: 'gateway' } });
  assert.deepEqual(record.transfer, transfer);
  assert.equal(record.blame, 'trunk');
  assert.equal(buildCallRecord({ ...facts, end: { code: 'completed.transfer', by: 'bot' } }).blame, null);
});
