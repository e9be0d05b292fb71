import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../kit/index.ts';
import type { Hop, SipTransport } from '../contract.ts';
import { headerValue } from '../syntax/header.ts';
import { Story, withBody } from './story.fixture.ts';

/** Speaks every transport, and has an address for each of the two families. */
function story(options: { readonly acceptsCalls?: boolean } = {}): Story {
  const host = '198.51.100.7';
  return new Story({
    ...options,
    otherPlaces: [
      { transport: 'tcp', host, port: 5070 },
      { transport: 'tls', host: 'gw.example.net', port: 5071 },
      { transport: 'ws', host, port: 8080 },
      { transport: 'wss', host: 'gw.example.net', port: 8443 },
      { transport: 'udp', host: '2001:db8::7', port: 5070 },
      { transport: 'tcp', host: '2001:db8::7', port: 5070 },
    ],
  });
}

function openedBy(to: string): { via: string | undefined; contact: string | undefined; to: Hop | undefined } {
  const opened = story();
  const { headers } = opened.invite({ to });
  return { via: headerValue(headers, 'via'), contact: headerValue(headers, 'contact'), to: opened.sent[0]?.to };
}

test('RFC 3261 §18.1.1, §8.1.1.8: Via and Contact name the transport of the hop and our address there', () => {
  const cases: readonly [string, RegExp, string, Hop][] = [
    [
      'sip:bob@192.0.2.20',
      /^SIP\/2\.0\/UDP 198\.51\.100\.7:5070;branch=/,
      '<sip:alice@198.51.100.7:5070>',
      { transport: 'udp', host: '192.0.2.20', port: 5060 },
    ],
    [
      'sip:bob@192.0.2.20;transport=tcp',
      /^SIP\/2\.0\/TCP 198\.51\.100\.7:5070;branch=/,
      '<sip:alice@198.51.100.7:5070;transport=tcp>',
      { transport: 'tcp', host: '192.0.2.20', port: 5060 },
    ],
    [
      'sip:bob@sbc.example.net;transport=TLS',
      /^SIP\/2\.0\/TLS gw\.example\.net:5071;branch=/,
      '<sip:alice@gw.example.net:5071;transport=tls>',
      { transport: 'tls', host: 'sbc.example.net', port: 5061, serverName: 'sbc.example.net' },
    ],
    [
      'sip:bob@192.0.2.20:8081;transport=ws',
      /^SIP\/2\.0\/WS 198\.51\.100\.7:8080;branch=/,
      '<sip:alice@198.51.100.7:8080;transport=ws>',
      { transport: 'ws', host: '192.0.2.20', port: 8081 },
    ],
  ];
  for (const [to, via, contact, hop] of cases) {
    const opened = openedBy(to);
    assert.match(opened.via ?? '', via);
    assert.equal(opened.contact, contact);
    assert.deepEqual(opened.to, hop);
  }
});

test('RFC 3261 §26.2.2: a sips: URI goes by TLS, and Contact is a SIPS URI too', () => {
  for (const to of ['sips:bob@sbc.example.net', 'sips:bob@sbc.example.net;transport=tcp']) {
    const opened = openedBy(to);
    assert.match(opened.via ?? '', /^SIP\/2\.0\/TLS gw\.example\.net:5071;/);
    assert.equal(opened.contact, '<sips:alice@gw.example.net:5071>');
    assert.equal(opened.to?.serverName, 'sbc.example.net');
  }
  const web = openedBy('sips:bob@sbc.example.net;transport=ws');
  assert.match(web.via ?? '', /^SIP\/2\.0\/WSS gw\.example\.net:8443;/);
  assert.equal(web.contact, '<sips:alice@gw.example.net:8443;transport=ws>');
  assert.deepEqual(web.to, { transport: 'wss', host: 'sbc.example.net', port: 443, serverName: 'sbc.example.net' });
  const routed = story();
  const invite = routed.invite({ routes: ['<sips:p1.example.net;lr>'] });
  assert.equal(headerValue(invite.headers, 'contact'), '<sips:alice@gw.example.net:5071>');
});

test('RFC 3261 §26.2.2: a sips: URI is refused rather than sent in the clear', () => {
  const outboundProxy = { transport: 'udp', host: '192.0.2.9', port: 5060 } as const;
  const order = { legId: 'x', from: 'sip:a@b', sdp: '', ringTimeoutMs: 1000 } as const;
  for (const [to, routes, said] of [
    ['sips:bob@example.net', [], /sips: URI needs TLS .* reached by udp/],
    ['sips:bob@example.net', ['<sip:192.0.2.9;lr>'], /sips: URI needs TLS .* reached by udp/],
    ['sips:bob@example.net', ['<sip:192.0.2.9;transport=tcp;lr>'], /reached by tcp/],
    ['sip:bob@example.net', ['<sips:192.0.2.9;transport=udp;lr>'], /none of udp, tcp/],
    ['sip:bob@example.net', ['<sip:192.0.2.9;transport=sctp;lr>'], /none of udp, tcp/],
  ] as const) {
    const refused = story();
    refused.run(refused.agent.invite({ ...order, to, routes, outboundProxy }, 0));
    assert.equal(refused.sent.length, 0, to);
    const event = refused.events.at(-1);
    assert.match(event?.type === 'unreachable' ? event.detail : '', said);
  }
});

test('a transport that is not spoken is refused with its name', () => {
  const onlyUdp = new Story();
  const order = { legId: 'x', from: 'sip:a@b', sdp: '', ringTimeoutMs: 1000, routes: [] } as const;
  onlyUdp.run(onlyUdp.agent.invite({ ...order, to: 'sip:bob@192.0.2.20;transport=tcp' }, 0));
  const event = onlyUdp.events.at(-1);
  assert.match(event?.type === 'unreachable' ? event.detail : '', /reached by tcp, which this gateway does not speak/);
});

test('RFC 3261 §18.1.1: an IPv6 hop is told our IPv6 address', () => {
  for (const [to, transport] of [
    ['sip:bob@[2001:db8::20]', 'UDP'],
    ['sip:bob@[2001:db8::20];transport=tcp', 'TCP'],
  ] as const) {
    const opened = openedBy(to);
    assert.ok(opened.via?.startsWith(`SIP/2.0/${transport} [2001:db8::7]:5070;branch=`), opened.via);
    assert.match(opened.contact ?? '', /^<sip:alice@\[2001:db8::7\]:5070/);
    assert.equal(opened.to?.host, '2001:db8::20');
  }
});

test('RFC 3261 §17.1.1.2: Timer A does not run on reliable transports, Timer B does', () => {
  for (const transport of ['tcp', 'tls', 'ws'] satisfies SipTransport[]) {
    const calling = story();
    calling.invite({ to: `sip:bob@192.0.2.20;transport=${transport}` });
    calling.advance(31_999);
    assert.equal(calling.requests('INVITE').length, 1, transport);
    calling.advance(1);
    assert.deepEqual(calling.eventTypes(), ['invited', 'unreachable']);
  }
});

test('RFC 3261 §17.1.2.2, §17.1.1.2: Timers E and K, and D, are gone on reliable transports', () => {
  const calling = story();
  const invite = calling.invite({ to: 'sip:bob@192.0.2.20;transport=tcp' });
  calling.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20;transport=tcp>'], sdp: 'v=0\r\n' });
  calling.hangUp();
  calling.advance(10_000);
  assert.equal(calling.requests('BYE').length, 1);
  assert.match(headerValue(calling.lastRequest('BYE').headers, 'via') ?? '', /^SIP\/2\.0\/TCP /);
  const refused = story();
  refused.reply(refused.invite({ to: 'sip:bob@192.0.2.20;transport=tcp' }), 486);
  assert.equal(refused.requests('ACK').length, 1);
  refused.advance(0);
  assert.equal(refused.agent.deadlineMs(), undefined, 'nothing lingers');
});

const connected: Hop = { transport: 'tcp', host: '192.0.2.20', port: 49_152, connection: 'tcp-7' };

function incomingInvite(
  uri = 'sip:alice@198.51.100.7:5070;transport=tcp',
  via = 'TCP client.example.net',
  contact = 'sip:bob@192.0.2.20:5099;transport=tcp',
): string {
  return withBody(
    [
      `INVITE ${uri} SIP/2.0`,
      `Via: SIP/2.0/${via};branch=z9hG4bKin`,
      'Max-Forwards: 70',
      'From: <sip:bob@192.0.2.20>;tag=peer-1',
      'To: <sip:alice@198.51.100.7>',
      'Call-ID: call-1',
      'CSeq: 5 INVITE',
      `Contact: <${contact}>`,
    ],
    'v=0\r\n',
  );
}

/** A call that came in by this hop and stands. */
function calledBy(contact: string, hop: Hop): Story {
  const called = story({ acceptsCalls: true });
  const transport = hop.transport.toUpperCase();
  called.receive(incomingInvite('sip:alice@198.51.100.7', `${transport} client.invalid`, contact), hop);
  called.run(called.agent.accept('call-1', 'v=0\r\n', called.nowMs));
  called.peerRequestOf('call-1', 'ACK', { cseq: 5 });
  return called;
}

const browser: Hop = { transport: 'wss', host: '192.0.2.30', port: 50_000, connection: 'wss-3' };

test('RFC 7118 §5, RFC 5626 §4.3: who cannot be reached by its Contact gets our requests by the connection of its INVITE', () => {
  const cases: readonly [string, Hop][] = [
    ['sip:bob@df7jal23ls0d.invalid;transport=ws', browser],
    ['sip:bob@df7jal23ls0d.INVALID.', connected],
    ['sip:bob@192.0.2.30:50000;transport=ws', browser],
    ['sips:bob@192.0.2.30;transport=ws', browser],
    ['sip:bob@10.0.0.3:5060;transport=tcp;ob', connected],
    ['sip:bob@10.0.0.3:5060;ob', { transport: 'udp', host: '192.0.2.20', port: 49_999 }],
  ];
  for (const [contact, hop] of cases) {
    const called = calledBy(contact, hop);
    called.run(called.agent.offer('call-1', 'v=0\r\n', called.nowMs));
    assert.deepEqual(called.requests('INVITE')[0]?.to, hop, contact);
    called.reply(called.lastRequest('INVITE'), 200, { headers: [`Contact: <${contact}>`], sdp: 'v=0\r\n' });
    assert.deepEqual(called.requests('ACK')[0]?.to, hop, contact);
    called.hangUp();
    assert.deepEqual(called.requests('BYE')[0]?.to, hop, contact);
    const bye = called.lastRequest('BYE');
    assert.match(headerValue(bye.headers, 'via') ?? '', new RegExp(`^SIP/2\\.0/${hop.transport.toUpperCase()} `));
    assert.equal(bye.requestUri, contact, 'the Request-URI is the Contact all the same');
  }
});

test('RFC 3261 §12.2.1.1: who can be reached by its Contact gets our requests there, whatever its INVITE came by', () => {
  const called = calledBy('sip:bob@192.0.2.20:5099;transport=tcp', connected);
  called.hangUp();
  assert.deepEqual(called.requests('BYE')[0]?.to, { transport: 'tcp', host: '192.0.2.20', port: 5099 });
});

test('RFC 3261 §12.2.2: a re-INVITE by another connection moves the way of our requests there', () => {
  const contact = 'sip:bob@df7jal23ls0d.invalid;transport=ws';
  const called = calledBy(contact, browser);
  const later: Hop = { ...browser, port: 50_001, connection: 'wss-4' };
  const again = incomingInvite('sip:alice@198.51.100.7', 'WSS client.invalid', contact)
    .replace('To: <sip:alice@198.51.100.7>', `To: <sip:alice@198.51.100.7>;tag=${called.localTag()}`)
    .replace('CSeq: 5', 'CSeq: 6')
    .replace('z9hG4bKin', 'z9hG4bKin2');
  called.receive(again, later);
  const offered = called.events.at(-1);
  assert.ok(offered?.type === 'offer-received');
  called.run(called.agent.answerOffer('call-1', offered.offerId, 'v=0\r\n', called.nowMs));
  called.peerRequestOf('call-1', 'ACK', { cseq: 6 });
  called.hangUp();
  assert.deepEqual(called.requests('BYE')[0]?.to, later);
});

test('RFC 3261 §17.1.4: a lost connection ends the wait for an answer to what went by it', () => {
  const called = calledBy('sip:bob@df7jal23ls0d.invalid;transport=ws', browser);
  called.hangUp();
  called.run(called.agent.sendFailed({ transport: 'wss', host: '192.0.2.30', port: 50_000 }, 'closed', called.nowMs));
  assert.equal(called.eventTypes().at(-1), 'bye-finished');
});

test('RFC 3261 §18.2.2: an answer goes over the connection of its request, or else to its sent-by', () => {
  const called = story({ acceptsCalls: true });
  called.receive(incomingInvite(), connected);
  called.run(called.agent.accept('call-1', 'v=0\r\n', called.nowMs));
  for (const { to } of called.sent) {
    assert.deepEqual(to, { transport: 'tcp', host: '192.0.2.20', port: 5060, connection: 'tcp-7' });
  }
  const answer = called.sent.at(-1)?.message.headers ?? [];
  assert.match(headerValue(answer, 'via') ?? '', /;received=192\.0\.2\.20$/);
  assert.equal(headerValue(answer, 'contact'), '<sip:alice@198.51.100.7:5070;transport=tcp>');
});

test('RFC 3261 §13.3.1.4: our 200 is repeated over a connection too, because a later hop may be UDP', () => {
  const called = story({ acceptsCalls: true });
  called.receive(incomingInvite(), connected);
  called.run(called.agent.accept('call-1', 'v=0\r\n', called.nowMs));
  called.advance(500);
  assert.deepEqual(called.statuses(), [100, 200, 200]);
});

test('RFC 3261 §12.1.1: a call to a sips: URI is answered with a SIPS Contact', () => {
  const called = story({ acceptsCalls: true });
  const hop: Hop = { ...connected, transport: 'tls', connection: 'tls-1' };
  called.receive(incomingInvite('sips:alice@gw.example.net:5071', 'TLS client.example.net'), hop);
  called.run(called.agent.ring('call-1', called.nowMs));
  const { message, to } = called.sent.at(-1) ?? assert.fail();
  assert.equal(headerValue(message.headers, 'contact'), '<sips:alice@gw.example.net:5071>');
  assert.deepEqual(to, { ...hop, port: 5061, serverName: 'client.example.net' });
});

test('RFC 3261 §18.1.2: a response is ours by transport and sent-by of its Via', () => {
  const calling = story();
  const invite = calling.invite({ to: 'sip:bob@192.0.2.20;transport=tls' });
  const forged = {
    ...invite,
    headers: invite.headers.map((entry) => ({ ...entry, value: entry.value.replace('SIP/2.0/TLS', 'SIP/2.0/UDP') })),
  };
  calling.reply(forged, 180);
  assert.deepEqual(calling.dropped, ['foreign-response']);
  calling.reply(invite, 180);
  assert.deepEqual(calling.eventTypes(), ['invited', 'provisional']);
});

test('RFC 3261 §17.1.4: a lost connection fails what waits there, and nothing by another transport to that place', () => {
  const calling = story();
  calling.invite({ to: 'sip:bob@192.0.2.20;transport=tcp' });
  calling.invite({ legId: 'call-2' });
  calling.run(calling.agent.sendFailed({ transport: 'tcp', host: '192.0.2.20', port: 5060 }, 'closed', 10));
  assert.deepEqual(calling.eventTypes(), ['invited', 'invited', 'unreachable']);
});

test('what is kept of an INVITE has its transport, and one of before is read as UDP', () => {
  const first = story();
  first.invite({ to: 'sips:bob@sbc.example.net' });
  const kept = JSON.parse(JSON.stringify(first.snapshots.at(-1))) as JsonObject;
  const second = story();
  second.run(second.agent.endOrphan({ legId: 'call-1', snapshot: kept }, 1000).effects);
  const cancel = second.sent[0];
  assert.deepEqual(cancel?.to, {
    transport: 'tls',
    host: 'sbc.example.net',
    port: 5061,
    serverName: 'sbc.example.net',
  });
  assert.equal(
    headerValue(second.lastRequest('CANCEL').headers, 'via'),
    headerValue(first.lastRequest('INVITE').headers, 'via'),
  );
  const { transport: _transport, serverName: _serverName, ...old } = kept;
  const third = story();
  third.run(third.agent.endOrphan({ legId: 'call-1', snapshot: old }, 1000).effects);
  assert.deepEqual(third.sent[0]?.to, { transport: 'udp', host: 'sbc.example.net', port: 5061 });
});

const tcpPlace = [{ transport: 'tcp', host: '198.51.100.7', port: 5070 }] as const;

/** Longer than 1300 bytes with everything around it. */
const longSdp = `v=0\r\na=${'x'.repeat(1200)}\r\n`;

test('RFC 3261 §18.1.1: a request over 1300 bytes goes by TCP, with the Via of TCP, and its CANCEL goes there too', () => {
  const calling = story();
  const short = calling.invite();
  assert.match(headerValue(short.headers, 'via') ?? '', /UDP/);
  const long = calling.invite({ legId: 'call-2', sdp: longSdp });
  assert.ok((calling.sent.at(-1)?.text.length ?? 0) > 1300);
  assert.deepEqual(calling.sent.at(-1)?.to, { transport: 'tcp', host: '192.0.2.20', port: 5060 });
  assert.match(headerValue(long.headers, 'via') ?? '', /^SIP\/2\.0\/TCP 198\.51\.100\.7:5070;/);
  calling.reply(long, 180);
  calling.run(calling.agent.hangUp('call-2', calling.nowMs));
  const cancel = calling.sent.at(-1);
  assert.equal(cancel?.to.transport, 'tcp');
  assert.equal(headerValue(cancel.message.headers, 'via'), headerValue(long.headers, 'via'));
});

test('RFC 3261 §18.1.1: when TCP is refused the request goes by UDP, with the Via changed, and no later one tries again', () => {
  const calling = story();
  calling.invite({ sdp: longSdp });
  calling.run(calling.agent.sendFailed({ transport: 'tcp', host: '192.0.2.20', port: 5060 }, 'ECONNREFUSED', 0));
  const again = calling.lastRequest('INVITE');
  assert.deepEqual(calling.sent.at(-1)?.to, { transport: 'udp', host: '192.0.2.20', port: 5060 });
  assert.match(headerValue(again.headers, 'via') ?? '', /^SIP\/2\.0\/UDP /);
  assert.deepEqual(calling.eventTypes(), ['invited']);
  assert.equal(calling.snapshots.at(-1)?.['transport'], 'udp');
  calling.advance(500);
  assert.equal(calling.requests('INVITE').length, 3, 'and UDP repeats it (Timer A)');
  calling.reply(again, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  calling.run(calling.agent.offer('call-1', longSdp, calling.nowMs));
  assert.equal(calling.sent.at(-1)?.to.transport, 'udp');
  calling.run(calling.agent.sendFailed({ transport: 'udp', host: '192.0.2.20', port: 5060 }, 'EPERM', calling.nowMs));
  assert.equal(calling.requests('INVITE').length, 4, 'nothing is tried a third time');
});

test('RFC 3261 §18.1.1: the limit can be moved, and without TCP there is none', () => {
  const order = { legId: 'call-1', sdp: longSdp };
  for (const options of [{}, { udpLimitBytes: 0, otherPlaces: tcpPlace }] as const) {
    const calling = new Story(options);
    calling.invite(order);
    assert.equal(calling.sent[0]?.to.transport, 'udp');
  }
  const eager = new Story({ udpLimitBytes: 200, otherPlaces: tcpPlace });
  eager.invite();
  assert.equal(eager.sent[0]?.to.transport, 'tcp');
});

test('RFC 3261 §18.1.1: a response of any length is sent by UDP', () => {
  const called = story({ acceptsCalls: true });
  called.receive(incomingInvite('sip:alice@198.51.100.7', 'UDP 192.0.2.20'), {
    transport: 'udp',
    host: '192.0.2.20',
    port: 5060,
  });
  called.run(called.agent.accept('call-1', longSdp, called.nowMs));
  assert.ok((called.sent.at(-1)?.text.length ?? 0) > 1300);
  assert.equal(called.sent.at(-1)?.to.transport, 'udp');
});
