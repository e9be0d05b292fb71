import assert from 'node:assert/strict';
import test from 'node:test';
import type { Call, CallEvent } from '../../../../src/client/index.ts';
import type { CallRecord, TurnRecord } from '../../../../src/reports/index.ts';
import { markText } from './mark-text.ts';
import { lineAt, printTranscript, transcriptLines } from './transcript-lines.ts';

const call = { acceptedAt: '2026-01-01T00:00:00.000Z' } as Call;

function event(sequence: number, second: number, type: string, data: Readonly<Record<string, unknown>>): CallEvent {
  const timestamp = new Date(Date.parse(call.acceptedAt) + second * 1000).toISOString();
  return { vgwSessionID: 's', callState: null, failureReason: null, type, sequence, timestamp, tenantID: 't', data };
}

const greeting = 'Hello Alice, this is the dental clinic.';
const question = 'Your appointment is on Monday at half past nine. Can you come?';
const events = [
  event(1, 0, 'turn.asked', { turn: 0, text: '' }),
  event(2, 0.1, 'turn.answered', { turn: 0, text: [greeting] }),
  event(3, 2, 'turn.spoken', { turn: 0 }),
  event(4, 6.5, 'speech.recognized', { text: 'Who is there?', confidence: 0.75 }),
  event(5, 6.5, 'turn.asked', { turn: 1, text: 'Who is there?' }),
  event(6, 6.6, 'turn.answered', { turn: 1, text: [question] }),
  event(7, 6.7, 'turn.spoken', { turn: 1, milliseconds: 650 }),
  event(8, 8.7, 'turn.interrupted', { turn: 1 }),
  event(9, 9, 'dtmf.received', { digit: '1' }),
  event(10, 9.4, 'dtmf.received', { digit: '2' }),
  event(11, 20, 'dtmf.received', { digit: '#' }),
  event(12, 21, 'command.taken', { command: 'say', text: 'One moment.' }),
  event(13, 22, 'command.taken', { command: 'receive-message', text: 'I am late' }),
  event(16, 22.5, 'command.taken', { command: 'send-digits' }),
  event(17, 22.6, 'command.taken', { command: 'mute', who: 'bot' }),
  event(14, 23, 'turn.failed', { turn: 2, code: 'bot.unreachable', reason: 'Connection refused' }),
  event(15, 24, 'turn.answered', { turn: 3, text: ['Goodbye.'] }),
];

function turn(index: number, times: TurnRecord['times'], text: string): TurnRecord {
  const request = { type: 'speech_to_text', text: '' } as const;
  return { index, request, response: [{ type: 'say', text }], isBargeIn: false, problems: [], times };
}

test('lines tell who said what, and how: words, keys that belong together, messages, failures, what was never spoken', () => {
  const lines = transcriptLines({ call, events });
  assert.deepEqual(
    lines.map(({ who, kind, text, isUnspoken = false }) => `${who} ${kind}${isUnspoken ? ' unspoken' : ''}: ${text}`),
    [
      `bot speech: ${greeting}`,
      'callee speech: Who is there?',
      `bot speech: ${question}`,
      'callee keys: 12',
      'callee keys: #',
      'operator speech: One moment.',
      'callee message: I am late',
      'operator command: send digits',
      'operator command: mute bot',
      'bot failure: Connection refused',
      'bot speech unspoken: Goodbye.',
    ],
  );
  assert.equal(lines[1]?.confidence, 0.75);
  assert.equal(lines[2]?.waitMs, 650);
});

test('words stand where they were heard: by the record where there is one, and its own beginning counts', () => {
  const record = {
    startTime: '2026-01-01T00:00:00.004Z',
    turns: [
      turn(0, { playbackStartedAtMs: 1990, playbackFinishedAtMs: 4440 }, greeting),
      turn(
        1,
        { voiceOnsetAtMs: 5000, lastVoiceAtMs: 6000, playbackStartedAtMs: 6690, playbackFinishedAtMs: 8690 },
        question,
      ),
    ],
    latencies: [{ turn: 1, responseMs: 690 }],
  } as unknown as CallRecord;
  const lines = transcriptLines({ call, events, record });
  assert.deepEqual(
    lines.slice(0, 3).map(({ atMs, endMs }) => [atMs, endMs]),
    [
      [1994, 4444],
      [5004, 6004],
      [6694, 8694],
    ],
  );
  assert.equal(lines[2]?.waitMs, 690, 'by the record, not by the event');
});

test('an answer that was cut short is shown as far as it was heard, by the pace of the voice, to the end of a word', () => {
  // 39 characters in 2450 ms: about 63 ms each, so that 2000 ms are about 32.
  const turns = [turn(0, { playbackStartedAtMs: 2000, playbackFinishedAtMs: 4450 }, greeting)];
  const record = { startTime: call.acceptedAt, turns } as unknown as CallRecord;
  const [, , cut] = transcriptLines({ call, events, record });
  assert.equal(question.slice(0, cut?.heardLength), 'Your appointment is on Monday at');
  assert.match(
    printTranscript(transcriptLines({ call, events, record })),
    /Bot: Your appointment is on Monday at \[interrupted; not heard: half past nine\. Can you come\?\]\n/,
  );
});

test('the line of an instant is the one that began last', () => {
  const lines = transcriptLines({ call, events });
  assert.equal(lineAt(lines, 7000)?.text, question);
  assert.equal(lineAt(lines, 0)?.text, undefined);
  assert.equal(lineAt(lines, undefined), undefined);
});

test('what is sought is marked wherever it stands, in whatever case', () => {
  const parts = markText('Can you come? You can.', 'CAN').map(({ text, isFound }) => (isFound ? `[${text}]` : text));
  assert.equal(parts.join(''), '[Can] you come? You [can].');
  assert.deepEqual(markText('nothing', 'x'), [{ text: 'nothing', isFound: false }]);
});
