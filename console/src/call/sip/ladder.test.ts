import assert from 'node:assert/strict';
import test from 'node:test';
import type { SipTrace } from '../../../../src/client/index.ts';
import { ladderOf, rowAt, rowOf } from './ladder.ts';
import { sipPieces } from './sip-text.ts';

type Message = SipTrace['messages'][number];

const message = (
  second: number,
  direction: Message['direction'],
  text: string,
  peer = 'trunk.example:5060',
): Message => ({
  at: new Date(second * 1000).toISOString(),
  direction,
  transport: 'udp',
  local: '192.0.2.1:5060',
  peer,
  text,
});
const invite = 'INVITE sip:a@b SIP/2.0\r\nCSeq: 1 INVITE\r\nc: application/sdp\r\n\r\nv=0\r\n';
const ringing = 'SIP/2.0 180 Ringing\r\nCSeq: 1 INVITE\r\n\r\n';
const ladder = ladderOf(
  {
    messages: [
      message(0, 'sent', invite),
      message(0.5, 'sent', invite),
      message(1, 'received', ringing),
      message(1.5, 'sent', invite),
      message(3, 'received', 'SIP/2.0 302 Moved\r\nCSeq: 1 INVITE\r\n\r\n'),
      message(4, 'sent', 'INVITE sip:c@d SIP/2.0\r\nCSeq: 2 INVITE\r\n\r\n', 'other.example:5060'),
      message(5, 'received', 'SIP/2.0 486 Busy Here\r\nCSeq: 2 INVITE\r\n\r\n', 'other.example:5060'),
    ],
  },
  (iso) => Date.parse(iso),
);

test('messages become rows with what they are, when, and between whom; repetitions are folded into the first', () => {
  assert.deepEqual(
    ladder.peers.map(({ name }) => name),
    ['trunk.example:5060', 'other.example:5060'],
  );
  assert.deepEqual(
    ladder.rows.map(({ label, detail, kind, peer, isSent, deltaMs }) => ({
      label,
      detail,
      kind,
      peer,
      isSent,
      deltaMs,
    })),
    [
      { label: 'INVITE', detail: 'SDP', kind: 'request', peer: 0, isSent: true, deltaMs: undefined },
      { label: '180 Ringing', detail: 'INVITE', kind: 'provisional', peer: 0, isSent: false, deltaMs: 1000 },
      { label: '302 Moved', detail: 'INVITE', kind: 'redirect', peer: 0, isSent: false, deltaMs: 2000 },
      { label: 'INVITE', detail: '', kind: 'request', peer: 1, isSent: true, deltaMs: 1000 },
      { label: '486 Busy Here', detail: 'INVITE', kind: 'failure', peer: 1, isSent: false, deltaMs: 1000 },
    ],
  );
  assert.deepEqual(ladder.rows[0]?.repeatsMs, [500, 1500]);
});

test('an instant and a message of the trace lead to the row that stands there', () => {
  assert.deepEqual(
    [-1, 0, 999, 1000, 9999].map((atMs) => rowAt(ladder.rows, atMs)),
    [-1, 0, 0, 1, 4],
  );
  assert.deepEqual(
    [0, 2, 4, 6].map((index) => rowOf(ladder.rows, index)),
    [0, 1, 2, 4],
  );
});

test('2,000 messages become a ladder at once', () => {
  const messages = Array.from({ length: 2000 }, (_, index) =>
    message(index, 'sent', `OPTIONS sip:a@b SIP/2.0\r\nCSeq: ${index} OPTIONS\r\n\r\n`),
  );
  assert.equal(ladderOf({ messages }, (iso) => Date.parse(iso)).rows.length, 2000);
});

test('what is no SIP at all is still a row', () => {
  const { rows } = ladderOf({ messages: [message(0, 'received', ''), message(1, 'received', '\r\n\r\n<b>')] }, () => 0);
  assert.deepEqual(
    rows.map(({ label, kind }) => [label, kind]),
    [
      ['', 'request'],
      ['', 'request'],
    ],
  );
});

test('the text of a message comes in pieces that are the text again, secrets apart', () => {
  const text =
    'REGISTER sip:a SIP/2.0\r\nAuthorization: Digest nonce="***", uri="sip:a"\r\n b="c"\r\n\r\na=crypto:1 inline:***\r\nplain';
  const lines = sipPieces(`${text}\r\n`);
  assert.equal(lines.map((pieces) => pieces.map((piece) => piece.text).join('')).join('\r\n'), text);
  assert.deepEqual(
    lines.map((pieces) => pieces.map(({ kind }) => kind).join(' ')),
    ['start', 'name value mask value', 'value', '', 'body-type body mask', 'body'],
  );
});
