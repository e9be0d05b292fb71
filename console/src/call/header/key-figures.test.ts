import assert from 'node:assert/strict';
import test from 'node:test';
import type { Call, CallEvent } from '../../../../src/client/index.ts';
import type { CallRecord } from '../../../../src/reports/index.ts';
import { median } from '../waits.ts';
import { keyFigures, lossPercent } from './key-figures.ts';
import { progressOf } from './progress.ts';

const call = { callState: 'ended', direction: 'outbound', acceptedAt: '2026-01-01T00:00:00.000Z' } as Call;
const record = {
  inviteTime: '2026-01-01T00:00:00.100Z',
  answerTime: '2026-01-01T00:00:02.100Z',
  talkTime: 24_000,
  latencies: [null, 900, 2600, 700].map((responseMs, turn) => ({ turn, responseMs })),
  codec: 'opus',
  mediaEncryption: 'AES_CM_128_HMAC_SHA1_80',
  rtpNetworkSummary: { packetsReceived: 950, packetsLost: 50, mos: 4.2, mosMin: 3.1 },
  transfer: { cause: 'bot', method: 'REFER', target: 'sip:desk@b', outcome: 'failed', sipStatus: 503, reason: null },
} as unknown as CallRecord;

test('key figures of a call are those of its record, and what is bad is called so', () => {
  const figures = keyFigures({ call, events: [], record });
  assert.deepEqual(
    figures.map(({ name, value, note = '', judgement = '' }) => `${name}: ${value} (${note}) ${judgement}`),
    [
      'Talk time: 24 s () ',
      'Answered after: 2.0 s () ',
      'Wait for the bot: 900 ms (median; worst 2.6 s) bad',
      'Voice quality: MOS 4.20 (mean; least 3.10) bad',
      'Loss: 5.0 % (50 of 1000 packets) bad',
      'Codec: opus (AES_CM_128_HMAC_SHA1_80) ',
      'Transfer: failed (REFER · sip:desk@b · SIP 503) bad',
    ],
  );
});

test('a call that runs tells what its events tell, and a call that nobody answered has no figures', () => {
  const spoken = { type: 'turn.spoken', data: { turn: 1, milliseconds: 640 } } as unknown as CallEvent;
  assert.deepEqual(keyFigures({ call: { ...call, callState: 'active' }, events: [spoken] }), [
    { name: 'Wait for the bot', value: '640 ms', note: 'median; worst 640 ms', judgement: 'good' },
  ]);
  const unanswered = { ...record, answerTime: null, talkTime: 0, latencies: [], codec: null, transfer: null };
  assert.deepEqual(keyFigures({ call, events: [], record: unanswered }), []);
});

test('duplicates are no losses below nothing, and a median lies between two values', () => {
  assert.deepEqual([lossPercent(0, 0), lossPercent(100, -3), lossPercent(99, 1)], [0, 0, 1]);
  assert.deepEqual([median([1, 2, 9]), median([1, 2, 4, 9])], [2, 3]);
});

test('the progress of a call is what it came to; of one that runs, what is to come as well', () => {
  const events = [{ type: 'call.started', timestamp: '2026-01-01T00:00:01.000Z' } as CallEvent];
  const names = (state: Call['callState']): string =>
    progressOf({ call: { ...call, callState: state }, events })
      .map(({ name, at, isFailed = false }) => `${name}${at === undefined ? '?' : ''}${isFailed ? '!' : ''}`)
      .join(' ');
  assert.equal(names('started'), 'Accepted Dialled Ringing? Answered? Ended?');
  assert.equal(names('failed'), 'Accepted Dialled Failed?!');
});
