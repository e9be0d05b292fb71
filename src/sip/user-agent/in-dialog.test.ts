import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerValue, listValues } from '../syntax/header.ts';
import { findParameter } from '../syntax/parameters.ts';
import { Story } from './story.fixture.ts';

const answer = 'v=0\r\nanswer';

test('RFC 3261 §15.1.2: the peer hangs up', () => {
  const story = new Story();
  story.answeredCall();
  const bye = story.peerRequest('BYE', { headers: ['Reason: Q.850;cause=16;text="Normal"'] });
  assert.deepEqual(story.events.at(-1), {
    type: 'bye-received',
    reasonHeader: 'Q.850;cause=16;text="Normal"',
    atMs: 0,
  });
  assert.deepEqual(story.statuses(), [200]);
  story.receive(bye);
  assert.deepEqual(story.statuses(), [200, 200]);
  assert.equal(story.eventTypes().filter((type) => type === 'bye-received').length, 1);
  story.hangUp();
  assert.equal(story.requests('BYE').length, 0);
  story.advance(40_000);
  story.receive(bye);
  assert.equal(story.statuses().at(-1), 481);
});

test('RFC 3581 §4: received and rport in the answer, sent back to where the request came from', () => {
  const story = new Story();
  story.answeredCall();
  story.run(
    story.agent.receive(
      new TextEncoder().encode(
        'OPTIONS sip:x@198.51.100.7 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKo, SIP/2.0/UDP 10.0.0.2\r\n' +
          'From: <sip:x@y>;tag=1\r\nTo: <sip:z@y>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\n\r\n',
      ),
      { transport: 'udp', host: '203.0.113.5', port: 40_000 },
      0,
    ),
  );
  const last = story.sent.at(-1);
  assert.deepEqual(last?.to, { transport: 'udp', host: '203.0.113.5', port: 40_000 });
  assert.equal(last?.message.kind === 'response' && last.message.status, 200);
  assert.equal(findParameter(last?.message.via.parameters ?? [], 'rport')?.value, '40000');
  assert.equal(findParameter(last?.message.via.parameters ?? [], 'received')?.value, '203.0.113.5');
  assert.equal(last?.message.viaCount, 2);
  assert.match(headerValue(last?.message.headers ?? [], 'allow') ?? '', /INVITE/);
});

test('RFC 3261 §14.2: a re-INVITE is offered, answered, and the 2xx repeated until its ACK', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('INVITE', { cseq: 7, sdp: 'v=0\r\nhold', headers: ['Contact: <sip:bob@192.0.2.50>'] });
  const offer = story.events.at(-1);
  assert.equal(offer?.type, 'offer-received');
  assert.equal(offer?.type === 'offer-received' && offer.sdp, 'v=0\r\nhold');
  const offerId = offer?.type === 'offer-received' ? offer.offerId : '';
  story.advance(200);
  assert.deepEqual(story.statuses(), [100]);
  story.run(story.agent.answerOffer('call-1', 'other', answer, story.nowMs));
  assert.deepEqual(story.statuses(), [100]);
  story.run(story.agent.answerOffer('call-1', offerId, answer, story.nowMs));
  story.advance(1600);
  assert.deepEqual(story.statuses(), [100, 200, 200, 200]);
  story.peerRequest('ACK', { cseq: 7 });
  story.advance(10_000);
  assert.deepEqual(story.statuses(), [100, 200, 200, 200]);
  story.hangUp();
  assert.equal(story.lastRequest('BYE').requestUri, 'sip:bob@192.0.2.50');
});

test('RFC 3261 §14.2: a re-INVITE without an offer is answered with ours, and its ACK answers that', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('INVITE', { cseq: 7 });
  assert.deepEqual(story.events.at(-1), { type: 'offer-received', offerId: '7 INVITE', sdp: undefined, atMs: 0 });
  story.run(story.agent.answerOffer('call-1', '7 INVITE', 'v=0\r\nfull', 0));
  story.peerRequest('ACK', { cseq: 7, sdp: 'v=0\r\ntheirs' });
  assert.deepEqual(story.events.at(-1), { type: 'answer-changed', sdp: 'v=0\r\ntheirs', atMs: 0 });
  story.peerRequest('INVITE', { cseq: 8 });
  story.run(story.agent.answerOffer('call-1', '8 INVITE', 'v=0\r\nfull', 0));
  story.peerRequest('ACK', { cseq: 8 });
  assert.deepEqual(story.dropped, ['no-answer-in-ack']);
  story.peerRequest('INVITE', { cseq: 9, sdp: 'v=0\r\noffer' });
  story.run(story.agent.answerOffer('call-1', '9 INVITE', answer, 0));
  story.peerRequest('ACK', { cseq: 9, sdp: 'v=0\r\nnot asked for' });
  assert.equal(story.eventTypes().filter((type) => type === 'answer-changed').length, 1);
});

test('RFC 3261 §13.3.1.4: a 2xx to a re-INVITE that is never ACKed ends the call by BYE', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('INVITE', { cseq: 7, sdp: 'v=0\r\n' });
  story.run(story.agent.answerOffer('call-1', '7 INVITE', answer, 0));
  story.advance(31_999);
  assert.equal(story.requests('BYE').length, 0);
  assert.equal(story.statuses().length, 11);
  story.advance(1);
  assert.equal(story.requests('BYE').length, 1);
});

test('RFC 3261 §14.2: 488 to an offer that is declined; the session stays', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('INVITE', { cseq: 2, sdp: 'v=0\r\n', branch: 'z9hG4bKre' });
  story.run(story.agent.answerOffer('call-1', '2 INVITE', undefined, 0));
  assert.deepEqual(story.statuses(), [488]);
  story.advance(500);
  assert.deepEqual(story.statuses(), [488, 488]);
  story.peerRequest('ACK', { cseq: 2, branch: 'z9hG4bKre' });
  story.advance(10_000);
  assert.deepEqual(story.statuses(), [488, 488]);
  story.peerRequest('OPTIONS', { cseq: 3 });
  assert.equal(story.statuses().at(-1), 200);
});

test('RFC 3261 §14.2: a second INVITE before our answer gets 500 with Retry-After, glare 491', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180);
  story.peerRequest('INVITE', { cseq: 1, sdp: 'v=0\r\n' });
  assert.deepEqual(story.statuses(), [491]);
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  story.peerRequest('INVITE', { cseq: 2, sdp: 'v=0\r\n' });
  story.peerRequest('INVITE', { cseq: 3, sdp: 'v=0\r\n' });
  assert.deepEqual(story.statuses(), [491, 500]);
  const retryAfter = Number(headerValue(story.sent.at(-1)?.message.headers ?? [], 'retry-after'));
  assert.ok(retryAfter >= 0 && retryAfter <= 10);
  story.run(story.agent.answerOffer('call-1', '2 INVITE', answer, 0));
  story.run(story.agent.offer('call-1', 'v=0\r\n', 0));
  story.peerRequest('ACK', { cseq: 2 });
  story.advance(250);
  story.peerRequest('INVITE', { cseq: 4, sdp: 'v=0\r\n' });
  assert.deepEqual(story.statuses(), [491, 500, 200, 491]);
});

test('RFC 3311 §5.2: UPDATE with and without an offer', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('UPDATE', { cseq: 1, headers: ['Contact: <sip:bob@192.0.2.60>'] });
  assert.deepEqual(story.statuses(), [200]);
  assert.equal(story.eventTypes().includes('offer-received'), false);
  story.peerRequest('UPDATE', { cseq: 2, sdp: 'v=0\r\nnew' });
  story.run(story.agent.answerOffer('call-1', '2 UPDATE', answer, 0));
  const last = story.sent.at(-1)?.message;
  assert.equal(last?.cseq.method, 'UPDATE');
  assert.equal(headerValue(last?.headers ?? [], 'content-type'), 'application/sdp');
  story.advance(1000);
  assert.deepEqual(story.statuses(), [200, 200]);
  story.hangUp();
  assert.equal(story.lastRequest('BYE').requestUri, 'sip:bob@192.0.2.60');
});

test('RFC 3311 §5.2: two UPDATEs at once: the second gets 500 with Retry-After, with an offer or without', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('UPDATE', { cseq: 1, sdp: 'v=0\r\n' });
  story.peerRequest('UPDATE', { cseq: 2 });
  story.peerRequest('UPDATE', { cseq: 3, sdp: 'v=0\r\n' });
  assert.deepEqual(story.statuses(), [500, 500]);
  assert.ok(headerValue(story.sent.at(-1)?.message.headers ?? [], 'retry-after') !== undefined);
  story.run(story.agent.answerOffer('call-1', '1 UPDATE', answer, 0));
  story.peerRequest('UPDATE', { cseq: 4 });
  assert.deepEqual(story.statuses(), [500, 500, 200, 200]);
  const reInvite = new Story();
  reInvite.answeredCall();
  reInvite.peerRequest('INVITE', { cseq: 1, sdp: 'v=0\r\n' });
  reInvite.peerRequest('UPDATE', { cseq: 2 });
  assert.deepEqual(reInvite.statuses(), [200]);
});

test('RFC 3311 §5.2: UPDATE with an offer while our own is unanswered gets 491', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 183);
  story.peerRequest('UPDATE', { cseq: 1, sdp: 'v=0\r\n' });
  story.peerRequest('UPDATE', { cseq: 1 });
  assert.deepEqual(story.statuses(), [491, 200]);
});

test('RFC 3311 §5.1: UPDATE with an offer in an early dialog whose answer came reliably is answered, the next one waits', () => {
  const story = new Story();
  const invite = story.invite();
  const reliable = ['Contact: <sip:bob@192.0.2.20>', 'Require: 100rel', 'RSeq: 1'];
  story.reply(invite, 183, { headers: reliable, sdp: 'v=0\r\nearly' });
  story.peerRequest('UPDATE', { cseq: 1, sdp: 'v=0\r\nmoved', headers: ['Contact: <sip:bob@192.0.2.61>'] });
  assert.deepEqual(story.events.at(-1), { type: 'offer-received', offerId: '1 UPDATE', sdp: 'v=0\r\nmoved', atMs: 0 });
  story.peerRequest('UPDATE', { cseq: 2, sdp: 'v=0\r\n' });
  story.run(story.agent.answerOffer('call-1', '1 UPDATE', answer, 0));
  assert.deepEqual(story.statuses(), [500, 200]);
  assert.equal(new TextDecoder().decode(story.sent.at(-1)?.message.body), answer);
  story.peerRequest('UPDATE', { cseq: 3, sdp: 'v=0\r\nbad' });
  story.run(story.agent.answerOffer('call-1', '3 UPDATE', undefined, 0));
  story.peerRequest('INVITE', { cseq: 4, sdp: 'v=0\r\n' });
  assert.deepEqual(story.statuses(), [500, 200, 488, 491]);
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\nearly' });
  const answered = story.events.at(-1);
  // What the peer said last of its side is what holds.
  assert.equal(answered?.type === 'answered' && answered.sdp, 'v=0\r\nmoved');
});

test('RFC 3311 §5.2: UPDATE without an offer moves the target of its early dialog', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  story.peerRequest('UPDATE', { cseq: 1, headers: ['Contact: <sip:bob@192.0.2.62>'] });
  story.reply(invite, 180, { headers: ['Contact: <sip:bob@192.0.2.20>', 'Require: 100rel', 'RSeq: 1'] });
  assert.equal(story.lastRequest('PRACK').requestUri, 'sip:bob@192.0.2.62');
});

test('RFC 3261 §12.2.2: sequence numbers rise, strangers and unknown dialogs get 481', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('INFO', { cseq: 10 });
  story.peerRequest('INFO', { cseq: 9 });
  story.peerRequest('BYE', { cseq: 11, fromTag: 'stranger' });
  story.peerRequest('BYE', { cseq: 11, toTag: 'stranger' });
  assert.deepEqual(story.statuses(), [200, 500, 481, 481]);
  assert.equal(story.eventTypes().includes('bye-received'), false);
  assert.equal(story.sent.at(-1)?.message.toTag, 'stranger');
});

test('RFC 3261 §8.2.1, RFC 6086 §4.2: methods in the dialog', () => {
  const story = new Story();
  story.answeredCall();
  const methods = ['OPTIONS', 'INFO', 'NOTIFY', 'REFER', 'PRACK', 'MESSAGE', 'SING'];
  for (const [index, method] of methods.entries()) story.peerRequest(method, { cseq: index + 1 });
  story.peerRequest('INFO', { cseq: 20, headers: ['Info-Package: dtmf'] });
  assert.deepEqual(story.statuses(), [200, 200, 489, 603, 405, 405, 501, 469]);
  const refused = story.sent.find(({ message }) => message.kind === 'response' && message.status === 405);
  assert.match(headerValue(refused?.message.headers ?? [], 'allow') ?? '', /BYE/);
});

test('RFC 6086 §2: keys by INFO in both usual types are told once each, whatever else an INFO says is not', () => {
  const story = new Story();
  story.answeredCall();
  const info = (cseq: number, type: string, body: string): void => {
    story.peerRequest('INFO', { cseq, headers: [`Content-Type: ${type}`], body });
  };
  info(1, 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n');
  info(2, 'Application/DTMF-Relay;charset=utf-8', 'Duration = 250\r\nsignal= #');
  info(3, 'application/dtmf-relay', 'Signal=10\nDuration=100\n');
  info(4, 'application/dtmf', 'd\r\n');
  info(5, 'application/dtmf', '11');
  info(6, 'application/dtmf', 'Signal=7\r\n');
  // A flash, two keys, nonsense, too much, something else.
  info(7, 'application/dtmf-relay', 'Signal=16\r\n');
  info(8, 'application/dtmf', '12 3');
  info(9, 'application/dtmf-relay', 'constructor');
  info(10, 'application/dtmf', `${' '.repeat(300)}1`);
  info(11, 'text/plain', '1');
  const keys = story.events.flatMap((event) => (event.type === 'key-received' ? [event.key] : []));
  assert.deepEqual(keys, ['5', '#', '*', 'D', '#', '7']);
  assert.deepEqual(
    story.statuses(),
    Array.from({ length: 11 }, () => 200),
  );
  assert.deepEqual(
    story.dropped,
    Array.from({ length: 4 }, () => 'unreadable-key'),
  );
});

test('RFC 6086 §2: a repeated INFO is one key', () => {
  const story = new Story();
  story.answeredCall();
  const headers = ['Content-Type: application/dtmf'];
  const text = story.peerRequest('INFO', { cseq: 1, headers, body: '4' });
  story.receive(text);
  assert.equal(story.events.filter(({ type }) => type === 'key-received').length, 1);
  assert.deepEqual(story.statuses(), [200, 200]);
});

test('RFC 3261 §15.1.2: BYE while a re-INVITE waits ends both', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('INVITE', { cseq: 1, sdp: 'v=0\r\n' });
  story.peerRequest('BYE', { cseq: 2 });
  assert.deepEqual(story.statuses(), [200, 487]);
  assert.equal(story.eventTypes().at(-1), 'bye-received');
});

test('RFC 3261 §9.2: CANCEL withdraws a re-INVITE, an unknown one gets 481', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('INVITE', { cseq: 1, sdp: 'v=0\r\n', branch: 'z9hG4bKc1' });
  story.peerRequest('CANCEL', { cseq: 1, branch: 'z9hG4bKc1' });
  story.peerRequest('CANCEL', { cseq: 1, branch: 'z9hG4bKc2' });
  assert.deepEqual(story.statuses(), [200, 487, 481]);
  story.run(story.agent.answerOffer('call-1', '1 INVITE', answer, 0));
  assert.equal(story.statuses().length, 3);
});

test('RFC 3261 §15: both hang up at once', () => {
  const story = new Story();
  story.answeredCall();
  story.hangUp();
  story.peerRequest('BYE');
  story.reply(story.lastRequest('BYE'), 481);
  assert.deepEqual(story.eventTypes(), ['invited', 'answered', 'bye-received']);
  story.advance(40_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §8.2: requests outside a dialog are answered without being remembered', () => {
  const story = new Story();
  const request = (line: string, method: string, extra: readonly string[] = []): number => {
    story.receive(
      [
        `${line} SIP/2.0`,
        'Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKq',
        'From: <sip:x@y>;tag=1',
        'To: <sip:z@y>',
        'Call-ID: stranger',
        `CSeq: 1 ${method}`,
        ...extra,
        '\r\n',
      ].join('\r\n'),
    );
    return story.statuses().at(-1) ?? 0;
  };
  assert.equal(request('OPTIONS sip:x@y', 'OPTIONS'), 200);
  const tag = story.sent.at(-1)?.message.toTag;
  assert.equal(request('OPTIONS sip:x@y', 'OPTIONS'), 200);
  assert.equal(story.sent.at(-1)?.message.toTag, tag);
  assert.match(tag ?? '', /^[\da-f]{16}$/);
  assert.equal(request('INVITE sip:x@y', 'INVITE'), 403);
  assert.equal(request('BYE sip:x@y', 'BYE'), 481);
  assert.equal(request('CANCEL sip:x@y', 'CANCEL'), 481);
  assert.equal(request('REGISTER sip:y', 'REGISTER'), 405);
  assert.equal(request('OPTIONS urn:service:sos', 'OPTIONS'), 416);
  assert.equal(request('INVITE sip:x@y', 'INVITE', ['Require: 100rel, timer']), 420);
  assert.deepEqual(listValues(story.sent.at(-1)?.message.headers ?? [], 'unsupported'), ['100rel', 'timer']);
  const before = story.sent.length;
  request('ACK sip:x@y', 'ACK');
  assert.equal(story.sent.length, before);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('keep-alives and garbage cost nothing but a count', () => {
  const story = new Story();
  story.receive('\r\n\r\n');
  assert.deepEqual(story.dropped, []);
  story.receive('garbage');
  story.receive('SIP/2.0 200 OK\r\n\r\n');
  assert.deepEqual(story.dropped, ['malformed', 'malformed']);
  assert.equal(story.sent.length, 0);
});
