// RFC 3261 §8.2.6.2: what an answer takes over from its request comes back byte for byte, however odd it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../src/kit/index.ts';
import { createUserAgent } from '../../src/sip/index.ts';

const source = { transport: 'udp', host: '192.0.2.200', port: 5060 } as const;

/** The answers of a user agent that takes calls: to an OPTIONS, or the ringing of an INVITE. */
function answersTo(head: string): string {
  const agent = createUserAgent({
    random: seededRandom(1),
    sentBy: { host: '198.51.100.7', port: 5060 },
    userAgent: 'echo',
    acceptsCalls: true,
  });
  const effects = [...agent.receive(Buffer.from(head, 'latin1'), source, 0)];
  const incoming = effects.find((effect) => effect.type === 'incoming');
  if (incoming?.type === 'incoming') effects.push(...agent.ring(incoming.call.legId, 0));
  const sent = effects.findLast((effect) => effect.type === 'send');
  assert.ok(sent?.type !== 'send' || sent.to.transport === 'udp');
  return sent?.type === 'send' ? Buffer.from(sent.bytes).toString('latin1') : assert.fail('no answer');
}

/** As Latin-1, so that every byte is one character. */
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

test('RFC 3261 §8.2.6.2: Via, Record-Route, From, To, Call-ID and CSeq are echoed byte for byte', () => {
  const echoed = [
    'v:  SIP / 2.0 / UDP 192.0.2.200 ;branch=z9hG4bK1;X-Odd="a;b,\\"c" ; flag;n%41me=v%61l',
    'Via: SIP/2.0/TLS [2001:DB8::1]:5061;branch=z9hG4bK0, SIP/2.0/WSS x.invalid;branch=z9hG4bKx',
    'Record-Route: <sip:p1.example.net;lr;ftag=%22;r2=on>;x=y, <sips:[2001:db8::2];lr>',
    'Record-Route: "q, r" <sip:p2.example.net:5060;lr=on>',
    `f: ${utf8('"Ünï \\"c\\" 大停電"')} <sip:a%4ab@h;u=%7e>;tag=A-1;Unknown="<;>"`,
    'T: \xff\xfe <sip:c@d?X=y>;p=1',
    'I: odd(id)<>:\\/"[]?{}@host',
    'CSEQ: 00007 INVITE',
  ];
  const parts = echoed.map((line) => line.slice(line.indexOf(':') + 1).trim());
  const request = ['INVITE sip:us@198.51.100.7 SIP/2.0', ...echoed, 'm: <sip:a@h>', 'Max-Forwards: 5', '', ''];
  const answer = answersTo(request.join('\r\n').replace('T: \xff\xfe <', 'T: "\xff\xfe" <'));
  for (const [index, part] of parts.entries()) {
    const name = echoed[index]?.slice(0, echoed[index].indexOf(':')) ?? '';
    const value = name === 'T' ? '"\xff\xfe" <sip:c@d?X=y>;p=1;tag=' : part;
    assert.ok(answer.includes(`\r\n${name}: ${value}`), `${name}: ${value}\nin\n${answer}`);
  }
});

test('RFC 3581 §4, RFC 3261 §18.2.1: only rport and received are put into Via, whatever else stands there', () => {
  const request = (via: string): string =>
    `OPTIONS sip:us@198.51.100.7 SIP/2.0\r\nVia: ${via}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n`;
  const via = (value: string): string => /\r\nVia: (.*)\r\n/.exec(answersTo(request(value)))?.[1] ?? '';
  assert.equal(
    via('SIP/2.0/UDP nat.example;branch=z9hG4bK1;x="a,b", SIP/2.0/UDP p'),
    'SIP/2.0/UDP nat.example;branch=z9hG4bK1;x="a,b";received=192.0.2.200, SIP/2.0/UDP p',
  );
  assert.equal(
    via('SIP/2.0/UDP nat.example;rport;x="a,b";branch=z9hG4bK1'),
    'SIP/2.0/UDP nat.example;rport=5060;x="a,b";branch=z9hG4bK1;received=192.0.2.200',
  );
  // A received that somebody else wrote there is not believed.
  assert.equal(
    via('SIP/2.0/UDP nat.example;received=203.0.113.1;branch=z9hG4bK1'),
    'SIP/2.0/UDP nat.example;branch=z9hG4bK1;received=192.0.2.200',
  );
});

test('RFC 3261 §8.2.6.2: any parameters nobody knows come back as they were', () => {
  const token = fc
    .stringMatching(/^[A-Za-z][\w.!%*+`'~-]{0,8}$/)
    .filter((name) => !/^(?:tag|branch|rport|received)$/i.test(name));
  const quoted = fc.stringMatching(/^[ -~]{0,12}$/).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
  const parameter = fc.tuple(token, fc.option(fc.oneof(token, quoted))).map(([name, value]) => {
    return value === null ? `;${name}` : `;${name}=${value}`;
  });
  const parameters = fc.array(parameter, { maxLength: 5 }).map((list) => list.join(''));
  fc.assert(
    fc.property(parameters, parameters, parameters, (via, from, to) => {
      const lines = [
        `Via: SIP/2.0/UDP 192.0.2.200;branch=z9hG4bK1${via}`,
        `From: <sip:a@b>;tag=1${from}`,
        `To: <sip:c@d>${to}`,
      ];
      const answer = answersTo(
        `OPTIONS sip:us@198.51.100.7 SIP/2.0\r\n${lines.join('\r\n')}\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n`,
      );
      for (const line of lines) assert.ok(answer.includes(`\r\n${line}`), `${line}\nin\n${answer}`);
    }),
  );
});

test('RFC 3261 §18.1.1, §18.2.2: an answer goes back by UDP whatever its size', () => {
  const vias = Array.from({ length: 60 }, (_, hop) => `Via: SIP/2.0/UDP hop${hop}.example.net;branch=z9hG4bK${hop}`);
  const head = 'From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS';
  const answer = answersTo(`OPTIONS sip:us@198.51.100.7 SIP/2.0\r\n${vias.join('\r\n')}\r\n${head}\r\n\r\n`);
  assert.match(answer, /^SIP\/2\.0 200 /);
  assert.equal(answer.match(/\r\nVia: /g)?.length, 60);
  assert.ok(answer.length > 2500);
});
