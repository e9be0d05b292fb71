import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { header, headerValue, listValues, splitList } from './header.ts';
import type { SipMessage, SipParseError } from './message.ts';
import { messageLimits, parseMessage } from './parse-message.ts';
import { printMessage } from './print-message.ts';
import { decodeText, encodeText } from './text-bytes.ts';

const encoder = new TextEncoder();
const core = ['Via: SIP/2.0/UDP a.example;branch=z9hG4bK1', 'From: <sip:a@b>;tag=1', 'To: <sip:c@d>', 'Call-ID: x'];

function request(
  lines: readonly string[] = [],
  options: { start?: string; cseq?: string; body?: string } = {},
): string {
  const { start = 'OPTIONS sip:c@d SIP/2.0', cseq = '1 OPTIONS', body = '' } = options;
  return `${[start, ...core, `CSeq: ${cseq}`, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

function parsed(text: string): SipMessage {
  const result = parseMessage(encoder.encode(text));
  assert.ok(result.ok, result.ok ? '' : result.error.reason);
  return result.value;
}

function refused(bytes: string | Uint8Array): SipParseError {
  const result = parseMessage(typeof bytes === 'string' ? encoder.encode(bytes) : bytes);
  assert.equal(result.ok, false);
  return result.ok ? assert.fail() : result.error;
}

test('RFC 3261 §7.3.3: compact forms, any case, and folding are one and the same header', () => {
  const message = parsed(
    'BYE sip:c@d SIP/2.0\r\nv: SIP/2.0/UDP a\r\nF: <sip:a@b>;tag=1\r\nt: <sip:c@d>;TAG = 2\r\ni: x\r\ncSEQ: 7\r\n   BYE\r\n' +
      'k: one,\r\n\ttwo\r\nSupported: three\r\nL: 0\r\n\r\n',
  );
  assert.equal(message.via.host, 'a');
  assert.equal(message.toTag, '2');
  assert.deepEqual(message.cseq, { number: 7, method: 'BYE' });
  assert.deepEqual(listValues(message.headers, 'supported'), ['one', 'two', 'three']);
});

test('RFC 3261 §7.3.1: quoted commas and brackets do not separate', () => {
  assert.deepEqual(splitList('"a, \\"b" <sip:x,y@z>, <sip:q>;p=",", r'), [
    '"a, \\"b" <sip:x,y@z>',
    '<sip:q>;p=","',
    'r',
  ]);
});

test('RFC 3261 §18.3: Content-Length beyond the datagram is refused, a shorter one cuts the rest off', () => {
  assert.equal(new TextDecoder().decode(parsed(request(['Content-Length: 3'], { body: 'abcdef' })).body), 'abc');
  assert.equal(parsed(request([], { body: 'abcdef' })).body.length, 6);
  const error = refused(request(['Content-Length: 7'], { body: 'abcdef' }));
  assert.equal(error.refusal?.status, 400);
  for (const value of ['-1', '1 1', '', '+2', '0x1', '99999999999999999999']) {
    assert.equal(refused(request([`Content-Length: ${value}`], { body: 'abcdef' })).refusal?.status, 400);
  }
  refused(request(['Content-Length: 0', 'l: 0']));
});

test('RFC 3261 §8.1.1, §20: core headers are demanded, single, and valid', () => {
  assert.match(refused(request([], { cseq: '1 INVITE' })).reason, /another method/);
  assert.match(refused(request([], { cseq: '2147483648 OPTIONS' })).reason, /2\^31/);
  parsed(request([], { cseq: '2147483647 OPTIONS' }));
  for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
    assert.match(refused(request([`${name}: <sip:a@b>`])).reason, new RegExp(`${name} appears twice`));
  }
  assert.match(refused('OPTIONS sip:c@d SIP/2.0\r\nFrom: <sip:a@b>\r\n\r\n').reason, /Via is missing/);
  assert.equal(refused(request([], { start: 'OPTIONS sip:c@d SIP/3.0' })).refusal?.status, 505);
  assert.match(refused(request(['Max-Forwards: 256'])).reason, /Max-Forwards/);
});

test('the error says where: the offset of the offending line', () => {
  const text = request(['Max-Forwards: many']);
  assert.equal(text.slice(refused(text).position).startsWith('Max-Forwards: many'), true);
  const folded = request(['X: a\r\n  b', 'Max-Forwards: many']);
  assert.equal(folded.slice(refused(folded).position).startsWith('Max-Forwards: many'), true);
});

test('RFC 3261 §7: bare line ends are refused: one CR or LF may not mean two things', () => {
  for (const bad of ['X: a\nVia: b', 'X: a\rVia: b', 'X: a\r\r\nY: b', 'X: a\n\r\nY: b']) refused(request([bad]));
  refused('OPTIONS sip:c@d SIP/2.0\n\n');
});

test('RFC 3261 §7: limits come first: 64 kB, 256 headers, 8 kB a header, 70 Via', () => {
  refused(new Uint8Array(messageLimits.messageBytes + 1).fill(65));
  const many = (count: number): string[] => Array.from({ length: count }, () => 'X: y');
  parsed(request(many(251)));
  assert.match(refused(request(many(252))).reason, /256 headers/);
  parsed(request([`X: ${'y'.repeat(8189)}`]));
  assert.match(refused(request([`X: ${'y'.repeat(8190)}`])).reason, /8 kB/);
  assert.match(refused(request([`X: a${'\r\n b'.repeat(2100)}`])).reason, /8 kB/);
  parsed(request(Array.from({ length: 69 }, () => 'Via: SIP/2.0/UDP b')));
  assert.match(refused(request([`Via: ${'SIP/2.0/UDP b, '.repeat(69)}SIP/2.0/UDP b`])).reason, /70 Via/);
});

test('RFC 3261 §7.2: statuses of three digits, reason phrases of any text, lines before the start line', () => {
  const response = (line: string): string => `\r\n\r\n${[line, ...core, 'CSeq: 1 INVITE'].join('\r\n')}\r\n\r\n`;
  const message = parsed(response('SIP/2.0 486 Occupé'));
  assert.equal(message.kind === 'response' && message.reason, 'Occupé');
  assert.equal(parsed(response('SIP/2.0 100 ')).kind, 'response');
  for (const line of ['SIP/2.0 099 x', 'SIP/2.0 700 x', 'SIP/2.0 20 x', 'SIP/2.0 2000 x', 'SIP/1.0 200 x']) {
    assert.equal(refused(response(line)).refusal, undefined);
  }
});

test('RFC 5118 §4: IPv6 in Request-URI and Via, with and without brackets around received', () => {
  const message = parsed(
    'OPTIONS sip:user@[2001:db8::10]:5070 SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::9:1]:6050;received=[2001:db8::9:255];branch=z9hG4bKas3\r\n' +
      'From: <sip:user@example.com>;tag=81x2\r\nTo: <sip:user@[2001:db8::10]>\r\nCall-ID: SSG9559905523997077@hlau_4100\r\nCSeq: 8612 OPTIONS\r\n\r\n',
  );
  assert.equal(message.via.host, '2001:db8::9:1');
  assert.equal(message.via.port, 6050);
  assert.equal(parsed(request(['Via: SIP/2.0/UDP [::1];received=2001:db8::9:255'])).viaCount, 2);
});

test('RFC 3261 §7: bytes that are no UTF-8 come back as they were', () => {
  const edges = ['é', '‱', '😀', '\ud7ff', '\ue000', '\u0000', 'a'].map((text) => encoder.encode(text));
  const broken = [
    [0x80],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf0, 0x9f, 0x98],
    [0xff],
    [0xe2, 0x80],
  ];
  const pieces = fc.array(fc.constantFrom<readonly number[]>(...edges.map((each) => Array.from(each)), ...broken), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(pieces, (list) => {
      const bytes = Uint8Array.from(list.flat());
      assert.deepEqual(encodeText(decodeText(bytes)), bytes);
    }),
  );
  assert.equal(decodeText(Uint8Array.of(0xff, ...encoder.encode('é😀'))), '\udcffé😀');

  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      assert.deepEqual(encodeText(decodeText(bytes)), bytes);
    }),
  );
});

test('RFC 3261 §7: parse(print(message)) is the message', () => {
  const token = fc.stringMatching(/^[A-Za-z][\w.!%*+`'~-]{0,12}$/);
  const value = fc.stringMatching(/^[!-~](?:[ -~éß‱]{0,30}[!-~])?$/);
  const extra = fc.tuple(token, value).filter(([name]) => header(name, '').key === name.toLowerCase());
  const isFree = ([name]: [string, string]): boolean =>
    !['date', 'contact', 'max-forwards', 'via', 'from', 'to', 'call-id', 'cseq', 'content-length'].includes(
      name.toLowerCase(),
    );
  fc.assert(
    fc.property(
      fc.boolean(),
      token,
      fc.integer({ min: 100, max: 699 }),
      value,
      fc.array(extra.filter(isFree), { maxLength: 8 }),
      fc.uint8Array({ maxLength: 40 }),
      (isRequest, method, status, reason, extras, body) => {
        const headers = [
          ...core.map((line) => header(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2))),
          header('CSeq', `9 ${method}`),
          ...extras.map(([name, text]) => header(name, text)),
          header('l', String(body.length)),
        ];
        const parts = isRequest
          ? { kind: 'request' as const, method, requestUri: 'sip:c@d;x=y', headers, body }
          : { kind: 'response' as const, status, reason, headers, body };
        const result = parseMessage(printMessage(parts));
        assert.ok(result.ok, result.ok ? '' : result.error.reason);
        const { via, viaCount, from, fromTag, to, toTag, callId, cseq, ...printed } = result.value;
        assert.deepEqual(
          { ...printed, body: Uint8Array.from(printed.body) },
          { ...parts, body: Uint8Array.from(body) },
        );
        assert.deepEqual(
          [via.host, viaCount, fromTag, toTag, callId, cseq.number],
          ['a.example', 1, '1', undefined, 'x', 9],
        );
        assert.deepEqual([from.uri, to.uri], ['sip:a@b', 'sip:c@d']);
      },
    ),
  );
});

test('Content-Length is always written, and rightly', () => {
  const body = encoder.encode('äö');
  const parts = { kind: 'request' as const, method: 'X', requestUri: 'sip:a', headers: [header('l', '999')], body };
  assert.match(new TextDecoder().decode(printMessage(parts)), /\r\nl: 4\r\n\r\näö$/);
  assert.equal(headerValue(parts.headers, 'content-length'), '999');
});
