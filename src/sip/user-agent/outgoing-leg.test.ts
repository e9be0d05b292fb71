import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerValue, listValues } from '../syntax/header.ts';
import { findParameter } from '../syntax/parameters.ts';
import { peer, Story } from './story.fixture.ts';

test('RFC 3261 §8.1.1: an INVITE carries everything it must', () => {
  const story = new Story();
  const invite = story.invite({ headers: [{ name: 'X-Account', value: '7' }] });
  assert.equal(invite.requestUri, 'sip:bob@192.0.2.20');
  assert.deepEqual(story.sent[0]?.to, peer);
  assert.equal(headerValue(invite.headers, 'max-forwards'), '70');
  assert.match(findParameter(invite.via.parameters, 'branch')?.value ?? '', /^z9hG4bK[\da-f]{16,}$/);
  assert.notEqual(findParameter(invite.via.parameters, 'rport'), undefined);
  assert.match(invite.fromTag ?? '', /^[\da-f]{16,}$/);
  assert.equal(invite.toTag, undefined);
  assert.equal(invite.callId, 'call-1');
  assert.equal(headerValue(invite.headers, 'contact'), '<sip:alice@198.51.100.7:5070>');
  assert.match(headerValue(invite.headers, 'allow') ?? '', /INVITE.*BYE/);
  assert.notEqual(headerValue(invite.headers, 'supported'), undefined);
  assert.equal(headerValue(invite.headers, 'user-agent'), 'outdial/test');
  assert.equal(headerValue(invite.headers, 'content-type'), 'application/sdp');
  assert.equal(headerValue(invite.headers, 'x-account'), '7');
  assert.deepEqual(story.eventTypes(), ['invited']);
});

test('RFC 3261 §17.1.1.2: seven INVITEs on a silent line, then Timer B', () => {
  const story = new Story();
  story.invite();
  story.advance(60_000);
  assert.deepEqual(
    story.requests('INVITE').map(({ atMs }) => atMs),
    [0, 500, 1500, 3500, 7500, 15_500, 31_500],
  );
  assert.equal(new Set(story.requests('INVITE').map(({ text }) => text)).size, 1);
  const last = story.events.at(-1);
  assert.equal(last?.type === 'unreachable' && last.cause, 'timeout');
  assert.equal(last?.atMs, 32_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §13.2.2: ringing, answer, ACK, BYE, and nothing is left behind', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 100);
  story.advance(5000);
  assert.equal(story.requests('INVITE').length, 1);
  story.reply(invite, 180);
  story.reply(invite, 183, { sdp: 'v=0\r\nearly' });
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.21:5066>'], sdp: 'v=0\r\nanswer' });
  story.reply(invite, 180);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'provisional', 'answered']);
  const answered = story.events[3];
  assert.equal(answered?.type === 'answered' && answered.sdp, 'v=0\r\nanswer');
  const ack = story.lastRequest('ACK');
  assert.equal(ack.requestUri, 'sip:bob@192.0.2.21:5066');
  assert.deepEqual(story.requests('ACK')[0]?.to, { transport: 'udp', host: '192.0.2.21', port: 5066 });
  assert.equal(ack.cseq.number, invite.cseq.number);
  assert.notEqual(
    findParameter(ack.via.parameters, 'branch')?.value,
    findParameter(invite.via.parameters, 'branch')?.value,
  );
  story.hangUp();
  const bye = story.lastRequest('BYE');
  assert.equal(bye.cseq.number, 2);
  assert.equal(bye.toTag, 'peer-1');
  story.hangUp();
  assert.equal(story.requests('BYE').length, 1);
  story.reply(bye, 200);
  assert.deepEqual(story.events.at(-1), { type: 'bye-finished', status: 200, atMs: 5000 });
  story.advance(40_000);
  assert.equal(story.agent.deadlineMs(), undefined);
  story.invite();
  assert.equal(story.requests('INVITE').length, 2);
});

test('RFC 6026 §8.4: each retransmitted 2xx is ACKed with the same bytes, silently', () => {
  const story = new Story();
  const invite = story.answeredCall();
  story.advance(500);
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  const acks = story.requests('ACK').map(({ text }) => text);
  assert.equal(acks.length, 2);
  assert.equal(acks[0], acks[1]);
  assert.deepEqual(story.eventTypes(), ['invited', 'answered']);
});

test('RFC 3261 §13.2.2.4: the first fork to answer wins, another is ACKed and ended', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180, { toTag: 'a' });
  story.reply(invite, 180, { toTag: 'b' });
  story.reply(invite, 200, { toTag: 'b', headers: ['Contact: <sip:b@192.0.2.22>'] });
  story.reply(invite, 200, { toTag: 'a', headers: ['Contact: <sip:a@192.0.2.23>'] });
  assert.deepEqual(
    story.requests('ACK').map(({ to }) => to.host),
    ['192.0.2.22', '192.0.2.23'],
  );
  const [bye] = story.requests('BYE');
  assert.equal(story.requests('BYE').length, 1);
  assert.equal(bye?.message.toTag, 'a');
  assert.equal(bye?.to.host, '192.0.2.23');
  story.reply(story.lastRequest('BYE'), 200);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'provisional', 'answered']);
  story.hangUp();
  assert.equal(story.lastRequest('BYE').toTag, 'b');
});

test('RFC 3261 §17.1.1.3: a refusal is ACKed in the transaction, again when it comes again', () => {
  const story = new Story();
  const invite = story.invite({ routes: ['<sip:192.0.2.9;lr>'] });
  const refuse = (): void =>
    story.reply(invite, 486, { headers: ['Reason: Q.850;cause=17', 'Retry-After: 120 (lunch);duration=60'] });
  refuse();
  story.advance(1000);
  refuse();
  const acks = story.requests('ACK');
  assert.equal(acks.length, 2);
  const ack = story.lastRequest('ACK');
  assert.deepEqual(ack.via, invite.via);
  assert.equal(ack.toTag, 'peer-1');
  assert.deepEqual(listValues(ack.headers, 'route'), ['<sip:192.0.2.9;lr>']);
  assert.deepEqual(acks[0]?.to, { transport: 'udp', host: '192.0.2.9', port: 5060 });
  assert.deepEqual(story.events, [
    { type: 'invited', atMs: 0 },
    { type: 'rejected', status: 486, reason: 'Word', reasonHeader: 'Q.850;cause=17', retryAfterS: 120, atMs: 0 },
  ]);
  story.advance(33_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §9.1: CANCEL waits for a provisional answer', () => {
  const story = new Story();
  const invite = story.invite();
  story.hangUp();
  story.advance(600);
  assert.equal(story.requests('CANCEL').length, 0);
  story.reply(invite, 180);
  const cancel = story.lastRequest('CANCEL');
  assert.deepEqual(cancel.via, invite.via);
  assert.equal(cancel.requestUri, invite.requestUri);
  assert.equal(cancel.cseq.number, invite.cseq.number);
  assert.equal(cancel.toTag, undefined);
  story.reply(cancel, 200);
  assert.equal(story.eventTypes().at(-1), 'invited');
  story.reply(invite, 487);
  assert.deepEqual(story.eventTypes(), ['invited', 'cancelled']);
  assert.equal(story.requests('ACK').length, 1);
});

test('RFC 3261 §9.1: hung up on a silent line, the leg ends with Timer B and without CANCEL', () => {
  const story = new Story();
  story.invite();
  story.hangUp();
  story.advance(40_000);
  assert.equal(story.requests('CANCEL').length, 0);
  assert.deepEqual(story.eventTypes(), ['invited', 'cancelled']);
});

test('RFC 3261 §9.1: a 200 that crosses CANCEL is ACKed and ended by BYE', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180);
  story.hangUp();
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  story.reply(story.lastRequest('CANCEL'), 481);
  assert.equal(story.requests('ACK').length, 1);
  assert.equal(story.requests('BYE').length, 1);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional']);
  story.reply(story.lastRequest('BYE'), 200);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'bye-finished']);
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  assert.equal(story.requests('ACK').length, 2);
  assert.equal(story.requests('BYE').length, 1);
  story.advance(70_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §9.1: 64·T1 after CANCEL without a final answer the call is given up', () => {
  const story = new Story();
  const invite = story.invite({ ringTimeoutMs: 10_000 });
  story.reply(invite, 180);
  story.advance(10_000);
  assert.equal(story.requests('CANCEL')[0]?.atMs, 10_000);
  assert.match(headerValue(story.lastRequest('CANCEL').headers, 'reason') ?? '', /cause=408/);
  story.advance(31_999);
  assert.equal(story.eventTypes().includes('ring-timeout'), false);
  story.advance(1);
  assert.deepEqual(story.events.at(-1), { type: 'ring-timeout', atMs: 42_000 });
  story.advance(40_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §22.1, §9.1: a challenged or refused CANCEL is not sent again; what the INVITE comes to counts', () => {
  for (const status of [401, 407, 481, 500]) {
    const story = new Story();
    const invite = story.invite({ credentials: [{ username: 'u', password: { reveal: () => 'p' } }] });
    story.reply(invite, 180);
    story.hangUp();
    story.reply(story.lastRequest('CANCEL'), status, { headers: ['WWW-Authenticate: Digest realm="r", nonce="n"'] });
    assert.equal(story.requests('CANCEL').length, 1, String(status));
    assert.equal(story.eventTypes().at(-1), 'provisional');
    story.reply(invite, 487);
    assert.equal(story.eventTypes().at(-1), 'cancelled');
  }
});

test('RFC 3261 §9.1: hung up before the first provisional answer, an answer without one is acknowledged and ended', () => {
  const story = new Story();
  const invite = story.invite();
  story.hangUp();
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  const methods = story.sent.flatMap(({ message }) => (message.kind === 'request' ? [message.method] : []));
  assert.deepEqual(methods, ['INVITE', 'ACK', 'BYE']);
  story.reply(story.lastRequest('BYE'), 200);
  assert.deepEqual(story.eventTypes(), ['invited', 'bye-finished']);
});

test('RFC 3261 §9.1: any final answer that crosses the CANCEL ends the call without a BYE', () => {
  for (const status of [302, 486, 503, 603]) {
    const story = new Story();
    const invite = story.invite();
    story.reply(invite, 180);
    story.hangUp();
    story.reply(invite, status, { headers: ['Contact: <sip:carol@192.0.2.30>'] });
    assert.equal(story.eventTypes().at(-1), 'cancelled', String(status));
    assert.equal(story.requests('BYE').length, 0);
    assert.equal(story.requests('INVITE').length, 1);
    assert.equal(story.requests('ACK').length, 1);
  }
});

test('RFC 3326 §2: CANCEL carries the Reason that it was given', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180);
  story.run(story.agent.hangUp('call-1', 0, [{ name: 'Reason', value: 'SIP;cause=200;text="Answered elsewhere"' }]));
  assert.match(headerValue(story.lastRequest('CANCEL').headers, 'reason') ?? '', /^SIP;cause=200/);
});

test('RFC 3261 §21.1: 181, 182 and 183 are told like 180 and keep the call ringing; what follows the answer is not', () => {
  const story = new Story();
  const invite = story.invite({ ringTimeoutMs: 10_000 });
  for (const status of [100, 181, 182, 183, 180]) story.reply(invite, status);
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  story.reply(invite, 180);
  story.reply(invite, 183);
  const told = story.events.flatMap((event) => (event.type === 'provisional' ? [event.status] : []));
  assert.deepEqual(told, [181, 182, 183, 180]);
  story.advance(60_000);
  assert.equal(story.eventTypes().at(-1), 'answered');
});

test('RFC 3261 §13.2.2.4: the ACK carries the credentials of its INVITE and its number', () => {
  const story = new Story({ digest: () => 'hash' });
  const invite = story.invite({ credentials: [{ username: 'u', password: { reveal: () => 'p' } }] });
  story.reply(invite, 401, { headers: ['WWW-Authenticate: Digest realm="r", nonce="n", algorithm=MD5'] });
  const second = story.lastRequest('INVITE');
  story.reply(second, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  const ack = story.lastRequest('ACK');
  assert.equal(ack.cseq.number, second.cseq.number);
  assert.equal(headerValue(ack.headers, 'authorization'), headerValue(second.headers, 'authorization'));
  assert.notEqual(
    findParameter(ack.via.parameters, 'branch')?.value,
    findParameter(second.via.parameters, 'branch')?.value,
  );
});

test('the ring time ends a call that only rings', () => {
  const story = new Story();
  const invite = story.invite({ ringTimeoutMs: 10_000 });
  story.reply(invite, 180);
  story.advance(10_000);
  story.reply(invite, 487);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'ring-timeout']);
});

test('RFC 3261 §17.1.2.2: a BYE nobody answers is sent eleven times and ends the leg', () => {
  const story = new Story();
  story.answeredCall();
  story.hangUp();
  story.advance(40_000);
  assert.deepEqual(
    story.requests('BYE').map(({ atMs }) => atMs),
    [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
  );
  assert.deepEqual(story.events.at(-1), { type: 'bye-finished', status: undefined, atMs: 32_000 });
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 5057 §5.1: 481 and 408 to a request in the dialog mean that the dialog is lost', () => {
  for (const status of [481, 408]) {
    const story = new Story();
    story.answeredCall();
    story.hangUp();
    story.reply(story.lastRequest('BYE'), status);
    assert.deepEqual(story.events.at(-1), { type: 'dialog-lost', status, atMs: 0 });
  }
});

test('RFC 3261 §12.1.2, §12.2.1.1: loose routing by the reversed Record-Route of the 2xx', () => {
  const story = new Story();
  const invite = story.invite({ outboundProxy: { transport: 'udp', host: 'trunk.example.net', port: 5080 } });
  assert.deepEqual(story.sent[0]?.to, { transport: 'udp', host: 'trunk.example.net', port: 5080 });
  assert.deepEqual(listValues(invite.headers, 'route'), []);
  story.reply(invite, 180, { headers: ['Record-Route: <sip:old.example.net;lr>'] });
  story.reply(invite, 200, {
    headers: [
      'Record-Route: <sip:p3.example.net;lr>, <sip:p2.example.net;lr>',
      'Record-Route: <sip:p1.example.net:5090;lr>',
      'Contact: <sip:bob@192.0.2.20:5099>',
    ],
  });
  const ack = story.lastRequest('ACK');
  assert.equal(ack.requestUri, 'sip:bob@192.0.2.20:5099');
  assert.deepEqual(listValues(ack.headers, 'route'), [
    '<sip:p1.example.net:5090;lr>',
    '<sip:p2.example.net;lr>',
    '<sip:p3.example.net;lr>',
  ]);
  assert.deepEqual(story.requests('ACK')[0]?.to, { transport: 'udp', host: 'p1.example.net', port: 5090 });
  story.hangUp();
  assert.deepEqual(story.requests('BYE')[0]?.to, { transport: 'udp', host: 'p1.example.net', port: 5090 });
});

test('RFC 3261 §12.2.1.1: strict routing puts the first route into the Request-URI', () => {
  const story = new Story();
  story.answeredCall([
    'Record-Route: <sip:p2.example.net;lr>, <sip:p1.example.net>',
    'Contact: <sip:bob@192.0.2.20:5099>',
  ]);
  const ack = story.lastRequest('ACK');
  assert.equal(ack.requestUri, 'sip:p1.example.net');
  assert.deepEqual(listValues(ack.headers, 'route'), ['<sip:p2.example.net;lr>', '<sip:bob@192.0.2.20:5099>']);
  assert.deepEqual(story.requests('ACK')[0]?.to, { transport: 'udp', host: 'p1.example.net', port: 5060 });
});

test('RFC 3261 §8.1.1.1, §16.6: preloaded routes, loose and strict, decide the next hop', () => {
  const loose = new Story();
  const request = loose.invite({
    routes: ['sip:p1.example.net:5081;lr', '<sip:p2.example.net;lr>'],
    outboundProxy: { transport: 'udp', host: 'unused.example.net', port: 5060 },
  });
  assert.deepEqual(loose.sent[0]?.to, { transport: 'udp', host: 'p1.example.net', port: 5081 });
  assert.deepEqual(listValues(request.headers, 'route'), ['<sip:p1.example.net:5081;lr>', '<sip:p2.example.net;lr>']);
  assert.equal(request.requestUri, 'sip:bob@192.0.2.20');
  const strict = new Story();
  const rewritten = strict.invite({ routes: ['<sip:p1.example.net>'] });
  assert.equal(rewritten.requestUri, 'sip:p1.example.net');
  assert.deepEqual(listValues(rewritten.headers, 'route'), ['<sip:bob@192.0.2.20>']);
  assert.equal(headerValue(rewritten.headers, 'to'), '<sip:bob@192.0.2.20>');
});

test('RFC 3261 §19.1.6: tel: URIs become sip: URIs at the trunk', () => {
  const story = new Story();
  const invite = story.invite({
    to: 'tel:+1-555-(123).4567;ext=12-3',
    from: 'tel:+15550100',
    outboundProxy: { transport: 'udp', host: 'trunk.example.net', port: 5060 },
  });
  assert.equal(invite.requestUri, 'sip:+15551234567;ext=123@trunk.example.net;user=phone');
  assert.equal(invite.to.uri, 'sip:+15551234567;ext=123@trunk.example.net;user=phone');
  assert.equal(invite.from.uri, 'sip:+15550100@198.51.100.7:5070;user=phone');
  const routed = new Story();
  assert.equal(
    routed.invite({ to: 'tel:911', routes: ['<sip:p1.example.net;lr>'] }).requestUri,
    'sip:911@p1.example.net;user=phone',
  );
  const lost = new Story();
  lost.run(
    lost.agent.invite({ legId: 'x', to: 'tel:911', from: 'sip:a@b', routes: [], sdp: '', ringTimeoutMs: 1000 }, 0),
  );
  assert.deepEqual(lost.eventTypes(), ['unreachable']);
  assert.equal(lost.sent.length, 0);
});

test('RFC 3261 §19.1.1, §26.2.2: maddr is the next hop; sips and TCP are not sent over UDP', () => {
  const story = new Story();
  story.invite({ to: 'sip:bob@example.net:5062;maddr=192.0.2.77' });
  assert.deepEqual(story.sent[0]?.to, { transport: 'udp', host: '192.0.2.77', port: 5062 });
  for (const to of ['sips:bob@example.net', 'sip:bob@example.net;transport=tcp']) {
    const refused = new Story();
    refused.run(refused.agent.invite({ legId: 'x', to, from: 'sip:a@b', routes: [], sdp: '', ringTimeoutMs: 1000 }, 0));
    assert.deepEqual(refused.eventTypes(), ['unreachable']);
    assert.equal(refused.sent.length, 0);
  }
});

test('RFC 3261 §18.1.2, §17.1.3: responses that are not ours change nothing', () => {
  const story = new Story();
  const invite = story.invite();
  const via = headerValue(invite.headers, 'via') ?? '';
  const response = (viaLines: readonly string[], fromTag = invite.fromTag ?? ''): string =>
    [
      'SIP/2.0 200 OK',
      ...viaLines.map((value) => `Via: ${value}`),
      `From: <sip:alice@198.51.100.7>;tag=${fromTag}`,
      'To: <sip:bob@192.0.2.20>;tag=x',
      'Call-ID: call-1',
      'CSeq: 1 INVITE',
      '\r\n',
    ].join('\r\n');
  story.receive(response([via, via]));
  story.receive(response([via.replace('198.51.100.7', '198.51.100.8')]));
  story.receive(response([via.replace(/branch=\w+/, 'branch=z9hG4bKother')]));
  story.receive(response([via], 'forged'));
  story.receive(response([via]).replace('CSeq: 1 INVITE', 'CSeq: 1 BYE'));
  assert.deepEqual(story.dropped, [
    'foreign-response',
    'foreign-response',
    'stray-response',
    'stray-response',
    'stray-response',
  ]);
  assert.deepEqual(story.eventTypes(), ['invited']);
  assert.equal(story.sent.length, 1);
});

test('RFC 3261 §17.1.4: what the transport refuses fails at once, and only what went there', () => {
  const story = new Story();
  story.invite();
  story.invite({ legId: 'call-2', to: 'sip:carol@192.0.2.30' });
  story.run(story.agent.sendFailed({ transport: 'udp', host: '192.0.2.20', port: 5060 }, 'ECONNREFUSED', 10));
  assert.deepEqual(story.events.at(-1), {
    type: 'unreachable',
    cause: 'transport',
    detail: 'ECONNREFUSED',
    atMs: 10,
  });
  assert.equal(story.events.length, 3);
  story.advance(500);
  assert.equal(story.requests('INVITE').at(-1)?.to.host, '192.0.2.30');
  assert.equal(story.requests('INVITE').length, 3);
});

test('a bad extra header is left out and said; the call goes on', () => {
  const story = new Story();
  const invite = story.invite({
    headers: [
      { name: 'X-Evil', value: 'a\r\nVia: forged' },
      { name: 'v', value: 'SIP/2.0/UDP forged' },
    ],
  });
  assert.deepEqual(story.dropped, ['bad-extra-header', 'bad-extra-header']);
  assert.equal(invite.viaCount, 1);
  assert.equal(headerValue(invite.headers, 'x-evil'), undefined);
});

test('the deadline stays cheap and right with thousands of legs', () => {
  const story = new Story();
  for (let index = 0; index < 5000; index += 1) story.invite({ legId: `leg-${index}` });
  assert.equal(story.agent.deadlineMs(), 500);
  story.advance(33_000);
  assert.equal(story.requests('INVITE').length, 35_000);
  assert.equal(story.events.filter(({ type }) => type === 'unreachable').length, 5000);
  assert.equal(story.agent.deadlineMs(), undefined);
});
