import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kit/index.ts';
import { buildOptionsPing, type OptionsPing, pingAtMs, readPingAnswer } from './options-ping.ts';
import { createUserAgent } from './user-agent/create-user-agent.ts';
import { parseMessage } from './syntax/parse-message.ts';
import { viaBranch } from './syntax/via.ts';

const target = { host: 'sbc.example.net', port: 5060 };
const sentBy = { transport: 'udp', host: '192.0.2.1', port: 40_000 } as const;
const ping = (seed = 1, to = target): OptionsPing => buildOptionsPing(to, sentBy, 'outdial/1', seededRandom(seed));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (lines: string): Uint8Array => new TextEncoder().encode(lines);

/** What an element answers: Via, From, To, Call-ID and CSeq come back as they were. */
function answer({ bytes: request }: OptionsPing, startLine: string): string {
  const kept = text(request)
    .split('\r\n')
    .filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
  return [startLine, ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}

test('the request is a whole SIP request to the element itself', () => {
  const parsed = parseMessage(ping().bytes);
  assert.ok(parsed.ok && parsed.value.kind === 'request');
  const { method, requestUri, via, callId, fromTag, toTag, cseq } = parsed.value;
  assert.deepEqual([method, requestUri, cseq], ['OPTIONS', 'sip:sbc.example.net', { number: 1, method: 'OPTIONS' }]);
  assert.equal(callId, ping().callId);
  assert.match(viaBranch(via) ?? '', /^z9hG4bK[0-9a-f]{24}$/);
  assert.ok(fromTag !== undefined && toTag === undefined);
  assert.match(text(ping(1, { host: '2001:db8::7', port: 5070 }).bytes), /^OPTIONS sip:\[2001:db8::7\]:5070 SIP/);
  assert.notDeepEqual(ping(1).bytes, ping(2).bytes);
  assert.deepEqual(pingAtMs, [0, 500, 1500, 3500]);
});

test('every status is an answer, also of an element that knows nothing of OPTIONS', () => {
  for (const [status, reason] of [
    [100, 'Trying'],
    [200, 'OK'],
    [405, 'Method Not Allowed'],
    [503, 'Service Unavailable'],
  ] as const) {
    const datagram = bytes(answer(ping(), `SIP/2.0 ${status} ${reason}`));
    assert.deepEqual(readPingAnswer(ping(), datagram), { status, reason });
  }
});

test('our own user agent answers it', () => {
  const userAgent = createUserAgent({ random: seededRandom(9), sentBy: target, userAgent: 'there' });
  const [effect] = userAgent.receive(ping().bytes, sentBy, 0);
  assert.ok(effect?.type === 'send');
  assert.deepEqual(effect.to, sentBy);
  assert.equal(readPingAnswer(ping(), effect.bytes)?.status, 200);
});

test('what belongs to something else is no answer', () => {
  const good = answer(ping(), 'SIP/2.0 200 OK');
  for (const datagram of [
    answer(ping(2), 'SIP/2.0 200 OK'),
    good.replace(ping().callId, 'another'),
    good.replace(ping().branch, 'z9hG4bKother'),
    good.replace('1 OPTIONS', '2 OPTIONS'),
    good.replace('1 OPTIONS', '1 INVITE'),
    good.replace('Via:', 'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx\r\nVia:'),
    text(ping().bytes),
    'SIP/2.0 200 OK\r\n\r\n',
    '',
  ]) {
    assert.equal(readPingAnswer(ping(), bytes(datagram)), undefined, datagram);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (datagram) => {
      assert.equal(readPingAnswer(ping(), datagram), undefined);
    }),
  );
});
