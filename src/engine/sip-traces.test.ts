import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapturedMessage } from '../sip/index.ts';
import { type SipTrace, SipTraces, traceLimits } from './sip-traces.ts';

const peer = { transport: 'udp', host: '2001:db8::1', port: 5060 } as const;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const options = (callId: string, body = ''): Uint8Array =>
  encode(`OPTIONS sip:a@b SIP/2.0\r\nAuthorization: Digest nonce="c4n4ry"\r\nCall-ID: ${callId}\r\n\r\n${body}`);

/** What was kept of a call, which is over. */
function endOf(traces: SipTraces, sessionId: string): SipTrace | undefined {
  const trace = traces.soFar(sessionId);
  traces.end(sessionId);
  return trace;
}

test('messages of a call are kept in order, without their secrets; those of strangers are not', () => {
  let wallMs = 0;
  const traces = new SipTraces(() => wallMs, {
    ownAddress: (transport) => ({ host: '192.0.2.1', port: transport === 'tls' ? 5061 : 5060 }),
  });
  traces.take('received', options('one'), peer);
  traces.begin('one', 'keep');
  traces.take('sent', options('one'), { transport: 'tls', host: 'trunk.example', port: 5080 });
  wallMs = 1500;
  traces.take('received', options('two'), peer);
  traces.take('received', options('one'), peer);
  traces.take('received', encode('no message'), peer);
  const trace = endOf(traces, 'one');
  assert.ok(trace !== undefined);
  assert.deepEqual(
    trace.messages.map(({ at, direction, transport, local, peer: side }) => [at, direction, transport, local, side]),
    [
      ['1970-01-01T00:00:00.000Z', 'sent', 'tls', '192.0.2.1:5061', 'trunk.example:5080'],
      ['1970-01-01T00:00:01.500Z', 'received', 'udp', '192.0.2.1:5060', '[2001:db8::1]:5060'],
    ],
  );
  assert.equal(trace.messages[0]?.text, 'OPTIONS sip:a@b SIP/2.0\r\nAuthorization: Digest ***\r\nCall-ID: one\r\n\r\n');
  assert.deepEqual([trace.vgwSessionID, trace.droppedMessages], ['one', 0]);
  assert.equal(endOf(traces, 'one'), undefined);
});

test('a trace is bounded in messages and bytes, and counts what has no room', () => {
  const traces = new SipTraces(() => 0);
  traces.begin('many', 'keep');
  for (let count = 0; count < traceLimits.messages + 3; count += 1) traces.take('received', options('many'), peer);
  const many = endOf(traces, 'many');
  assert.deepEqual([many?.messages.length, many?.droppedMessages], [traceLimits.messages, 3]);
  traces.begin('long', 'keep');
  for (let count = 0; count < 5; count += 1) traces.take('received', options('long', 'x'.repeat(40_000)), peer);
  const long = endOf(traces, 'long');
  assert.deepEqual([long?.messages.length, long?.droppedMessages], [3, 2]);
});

test('all traces together are bounded, and what ended gives its room back', () => {
  const traces = new SipTraces(() => 0);
  const body = 'x'.repeat(60_000);
  const count = Math.ceil(traceLimits.bytesInAll / 120_000) + 1;
  const ids = Array.from({ length: count }, (_, index) => `call-${index}`);
  for (const id of ids) {
    traces.begin(id, 'keep');
    traces.take('received', options(id, body), peer);
    traces.take('received', options(id, body), peer);
  }
  const ended = ids.map((id) => endOf(traces, id));
  assert.ok((ended.at(-1)?.droppedMessages ?? 0) > 0);
  traces.begin('after', 'keep');
  traces.take('received', options('after', body), peer);
  assert.equal(endOf(traces, 'after')?.messages.length, 1);
  for (let index = 0; index <= traceLimits.calls; index += 1) traces.begin(`n${index}`, 'keep');
  assert.notEqual(endOf(traces, `n${traceLimits.calls - 1}`), undefined);
  assert.equal(endOf(traces, `n${traceLimits.calls}`), undefined);
});

test('who looks on is shown every message of a call that may be traced, without its secrets, room or not', () => {
  const seen: [string, CapturedMessage][] = [];
  const traces = new SipTraces(() => 1500, {
    ownAddress: () => ({ host: '192.0.2.1', port: 5060 }),
    watch: (message, callId) => seen.push([callId, message]),
  });
  traces.begin('watched', 'watch');
  traces.take('sent', options('watched'), peer);
  traces.take('received', options('stranger'), peer);
  traces.take('received', options('watched'), peer);
  assert.equal(endOf(traces, 'watched'), undefined);
  const own = { host: '192.0.2.1', port: 5060 };
  const other = { host: peer.host, port: peer.port };
  assert.deepEqual(
    seen.map(([callId, { wallMs, transport, source, destination }]) => [
      callId,
      wallMs,
      transport,
      source,
      destination,
    ]),
    [
      ['watched', 1500, 'udp', own, other],
      ['watched', 1500, 'udp', other, own],
    ],
  );
  assert.ok(seen.every(([, { text }]) => text.includes('Digest ***') && !text.includes('c4n4ry')));
  seen.length = 0;
  traces.begin('many', 'keep');
  for (let count = 0; count < traceLimits.messages + 3; count += 1) traces.take('received', options('many'), peer);
  assert.equal(seen.length, traceLimits.messages + 3);
});
