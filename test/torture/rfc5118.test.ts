// The messages of RFC 5118 §4, typed in by us from what each of them is about, each with the outcome it must have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerAudioOffer } from '../../src/sdp/index.ts';
import { listValues, parseMessage, type SipMessage } from '../../src/sip/index.ts';
import { type Reaction, reactionTo } from './reaction.ts';

interface Outcome {
  readonly lines: readonly string[];
  readonly sdp?: readonly string[];
  readonly parsed?: (message: SipMessage) => void;
  readonly refused?: RegExp;
  readonly answer: Reaction;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The lines that only the torturer varies stand first; the others are the same in all of them. */
function bytesOf({ lines, sdp }: Outcome): Uint8Array {
  const method = lines[0]?.split(' ')[0] ?? '';
  const body = sdp === undefined ? '' : sdp.map((line) => `${line}\r\n`).join('');
  const rest = ['From: <sip:ann@example.com>;tag=81x2', 'Call-ID: v6@lab', `CSeq: 98176 ${method}`, 'Max-Forwards: 70'];
  const type = sdp === undefined ? [] : ['Content-Type: application/sdp'];
  return encoder.encode([...lines, ...rest, ...type, `Content-Length: ${body.length}`, '', body].join('\r\n'));
}

const requestUri = (message: SipMessage): string => (message.kind === 'request' ? message.requestUri : '');
const received = (message: SipMessage): string | undefined =>
  message.via.parameters.find(({ name }) => name === 'received')?.value;
const audioAddress = (message: SipMessage): string | undefined => {
  const answer = answerAudioOffer(decoder.decode(message.body), {
    address: '2001:db8::10',
    port: 4000,
    sessionId: 1,
    version: 1,
  });
  return answer.ok ? answer.value.audio.remoteAddress : undefined;
};

const via = 'Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111';
const to = 'To: sip:user@example.com';
const contact = 'Contact: "Caller" <sip:caller@[2001:db8::1]>';

const outcomes: Readonly<Record<string, Outcome>> = {
  '4.1: references in Request-URI, Via and Contact': {
    lines: ['REGISTER sip:[2001:db8::10] SIP/2.0', to, via, contact],
    parsed: (message) => {
      assert.equal(message.via.host, '2001:db8::9:1');
      assert.equal(message.via.port, undefined);
      assert.deepEqual(listValues(message.headers, 'contact'), ['"Caller" <sip:caller@[2001:db8::1]>']);
    },
    answer: 405,
  },
  '4.2: an address without brackets in the Request-URI': {
    lines: ['REGISTER sip:2001:db8::10 SIP/2.0', to, via, contact],
    refused: /invalid request line/,
    answer: 400,
  },
  '4.3: what looks like a port inside the brackets belongs to the address': {
    lines: ['OPTIONS sip:[2001:db8::10:5070] SIP/2.0', to, via, contact],
    parsed: (message) => assert.equal(requestUri(message), 'sip:[2001:db8::10:5070]'),
    answer: 200,
  },
  '4.4: a port behind the brackets': {
    lines: ['OPTIONS sip:[2001:db8::10]:5070 SIP/2.0', to, via, contact],
    parsed: (message) => assert.equal(requestUri(message), 'sip:[2001:db8::10]:5070'),
    answer: 200,
  },
  '4.5: received with brackets': {
    lines: [
      'BYE sip:[2001:db8::10] SIP/2.0',
      `${to};tag=bd76ya`,
      'Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111',
    ],
    parsed: (message) => assert.equal(received(message), '[2001:db8::9:255]'),
    answer: 481,
  },
  '4.5: received without brackets': {
    lines: [
      'OPTIONS sip:[2001:db8::10] SIP/2.0',
      to,
      'Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3',
    ],
    parsed: (message) => assert.equal(received(message), '2001:db8::9:255'),
    answer: 200,
  },
  '4.6: addresses in the session description': {
    lines: ['INVITE sip:user@[2001:db8::10] SIP/2.0', 'To: sip:user@[2001:db8::10]', via, contact],
    sdp: ['v=0', 'o=- 97 0 IN IP6 2001:db8::20', 's=x', 'c=IN IP6 2001:db8::20', 't=0 0', 'm=audio 6000 RTP/AVP 0'],
    parsed: (message) => assert.equal(audioAddress(message), '2001:db8::20'),
    answer: 'incoming',
  },
  '4.7: addresses of both families in several Via': {
    lines: [
      'BYE sip:user@host.example.net SIP/2.0',
      'Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144',
      'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200',
      `${to};tag=9817--94`,
    ],
    parsed: (message) => {
      assert.equal(message.viaCount, 3);
      assert.deepEqual([message.via.host, message.via.port], ['2001:db8::9:1', 6050]);
    },
    answer: 481,
  },
  '4.8: addresses of both families in one session description': {
    lines: ['INVITE sip:user@[2001:db8::10] SIP/2.0', 'To: sip:user@[2001:db8::10]', via, contact],
    sdp: [
      'v=0',
      'o=bob 280744730 28977631 IN IP4 host.example.com',
      's=',
      't=0 0',
      'm=audio 22334 RTP/AVP 0',
      'c=IN IP4 192.0.2.1',
      'm=video 6024 RTP/AVP 107',
      'c=IN IP6 2001:db8::1',
      'a=rtpmap:107 H263-1998/90000',
    ],
    parsed: (message) => assert.equal(audioAddress(message), '192.0.2.1'),
    answer: 'incoming',
  },
  '4.9: IPv4 addresses mapped into IPv6': {
    lines: [
      'INVITE sip:user@example.com SIP/2.0',
      'Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19',
      'Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111',
      to,
      'Contact: "T. desk phone" <sip:ted@[::ffff:192.0.2.2]>',
    ],
    sdp: [
      'v=0',
      'o=- 9 0 IN IP6 ::ffff:192.0.2.2',
      's=-',
      'c=IN IP6 ::ffff:192.0.2.2',
      't=0 0',
      'm=audio 6000 RTP/AVP 8',
    ],
    parsed: (message) => {
      assert.deepEqual([message.via.host, message.via.port], ['::ffff:192.0.2.10', 19_823]);
      assert.equal(audioAddress(message), '::ffff:192.0.2.2');
    },
    answer: 'incoming',
  },
  '4.10: one colon too many, as the grammar of RFC 3261 has it': {
    lines: ['OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0', 'To: sip:user@[2001:db8:::192.0.2.1]', via],
    parsed: (message) => assert.equal(message.to.uri, 'sip:user@[2001:db8:::192.0.2.1]'),
    answer: 200,
  },
  '4.10: the right number of colons': {
    lines: ['OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0', 'To: sip:user@[2001:db8::192.0.2.1]', via],
    parsed: (message) => assert.equal(message.to.uri, 'sip:user@[2001:db8::192.0.2.1]'),
    answer: 200,
  },
};

test('RFC 5118 §4: each of the ten sections has its message, two of them have two', () => {
  const sections = Object.keys(outcomes).map((title) => title.slice(0, title.indexOf(':')));
  assert.equal(new Set(sections).size, 10);
  assert.equal(sections.length, 12);
});

for (const [title, outcome] of Object.entries(outcomes)) {
  const { parsed, refused, answer } = outcome;
  test(`RFC 5118 §${title}: ${refused === undefined ? 'parsed' : 'refused'}, ${answer}`, () => {
    const bytes = bytesOf(outcome);
    const result = parseMessage(bytes);
    if (refused === undefined) {
      assert.ok(result.ok, result.ok ? '' : result.error.reason);
      parsed?.(result.value);
    } else {
      assert.match(result.ok ? 'it parsed' : result.error.reason, refused);
    }
    assert.equal(reactionTo(bytes).reaction, answer);
  });
}
