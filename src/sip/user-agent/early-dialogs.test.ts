import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { headerValue, listValues } from '../syntax/header.ts';
import { Story } from './story.fixture.ts';

const contact = 'Contact: <sip:bob@192.0.2.21:5066>';
const reliable = (rseq: number): readonly string[] => ['Require: 100rel', `RSeq: ${rseq}`, contact];

function racks(story: Story): (string | undefined)[] {
  return story.requests('PRACK').map(({ message }) => headerValue(message.headers, 'rack'));
}

test('RFC 3262 §4: 100rel is always supported, and required where the order says so', () => {
  const usual = new Story().invite();
  assert.ok(listValues(usual.headers, 'supported').includes('100rel'));
  assert.equal(headerValue(usual.headers, 'require'), undefined);
  const strict = new Story().invite({ requiresReliability: true });
  assert.deepEqual(listValues(strict.headers, 'require'), ['100rel']);
});

test('RFC 3262 §4, §7.2: a reliable 180 is acknowledged inside its early dialog by PRACK with the right RAck', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180, { headers: [...reliable(776656), 'Record-Route: <sip:192.0.2.9;lr>'] });
  const prack = story.lastRequest('PRACK');
  assert.equal(headerValue(prack.headers, 'rack'), '776656 1 INVITE');
  assert.equal(prack.requestUri, 'sip:bob@192.0.2.21:5066');
  assert.deepEqual(listValues(prack.headers, 'route'), ['<sip:192.0.2.9;lr>']);
  assert.deepEqual(story.requests('PRACK')[0]?.to, { transport: 'udp', host: '192.0.2.9', port: 5060 });
  assert.equal(prack.toTag, 'peer-1');
  assert.equal(prack.fromTag, invite.fromTag);
  assert.equal(prack.cseq.number, 2);
  assert.notEqual(prack.via.parameters[0]?.value, invite.via.parameters[0]?.value);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional']);
});

test('RFC 3262 §4: what comes again is not acknowledged again, what is ahead of a gap is dropped', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 183, { headers: reliable(10) });
  story.reply(invite, 183, { headers: reliable(10) });
  assert.deepEqual(racks(story), ['10 1 INVITE']);
  story.reply(invite, 180, { headers: reliable(12) });
  assert.deepEqual(racks(story), ['10 1 INVITE']);
  assert.deepEqual(story.dropped, ['rseq-gap']);
  story.reply(invite, 183, { headers: reliable(11) });
  story.reply(invite, 180, { headers: reliable(12) });
  assert.deepEqual(racks(story), ['10 1 INVITE', '11 1 INVITE', '12 1 INVITE']);
  const told = story.events.map((event) => (event.type === 'provisional' ? event.status : 0));
  assert.deepEqual(told, [0, 183, 183, 180]);
});

test('RFC 3262 §4: each early dialog counts RSeq and CSeq for itself', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180, { toTag: 'a', headers: reliable(100) });
  story.reply(invite, 180, { toTag: 'b', headers: reliable(5) });
  story.reply(invite, 183, { toTag: 'a', headers: reliable(101) });
  const sent = story.requests('PRACK').map(({ message }) => message);
  assert.deepEqual(
    sent.map(({ toTag, cseq, headers }) => [toTag, cseq.number, headerValue(headers, 'rack')]),
    [
      ['a', 2, '100 1 INVITE'],
      ['b', 2, '5 1 INVITE'],
      ['a', 3, '101 1 INVITE'],
    ],
  );
});

test('RFC 3262 §3: 100 and answers without RSeq are never acknowledged', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 100, { headers: reliable(1) });
  story.reply(invite, 180, { headers: ['Require: 100rel', contact] });
  story.reply(invite, 180, { headers: ['Require: 100rel', 'RSeq: 0', contact] });
  story.reply(invite, 180, { headers: ['RSeq: 1', contact] });
  assert.deepEqual(racks(story), []);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'provisional', 'provisional']);
});

test('RFC 3262 §4: PRACK is repeated until it is answered, and its loss does not end the call', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180, { headers: reliable(1) });
  story.advance(1500);
  assert.equal(story.requests('PRACK').length, 3);
  assert.equal(new Set(story.requests('PRACK').map(({ text }) => text)).size, 1);
  story.advance(40_000);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional']);
  story.reply(invite, 200, { headers: [contact] });
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'answered']);
});

test('RFC 3261 §22, RFC 3262 §4: a challenged PRACK is sent again with credentials and the next number', () => {
  const credentials = [{ username: 'u', password: { reveal: () => 'p' } }];
  const story = new Story({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  const invite = story.invite({ credentials });
  story.reply(invite, 180, { headers: ['Require: 100rel', 'RSeq: 1', 'Contact: <sip:bob@192.0.2.20>'] });
  story.reply(story.lastRequest('PRACK'), 407, {
    headers: ['Proxy-Authenticate: Digest realm="r", nonce="n", algorithm=MD5'],
  });
  const again = story.lastRequest('PRACK');
  assert.equal(again.cseq.number, 3);
  assert.match(headerValue(again.headers, 'proxy-authorization') ?? '', /^Digest username="u"/);
  assert.equal(headerValue(again.headers, 'rack'), '1 1 INVITE');
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  story.hangUp();
  assert.equal(story.lastRequest('BYE').cseq.number, 4);
});

test('RFC 3261 §13.2.2.4: the ACK has the number of the INVITE, what follows counts on from the PRACKs', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 183, { headers: reliable(1) });
  story.reply(invite, 180, { headers: reliable(2) });
  story.reply(invite, 200, { headers: [contact] });
  assert.equal(story.lastRequest('ACK').cseq.number, 1);
  story.hangUp();
  assert.equal(story.lastRequest('BYE').cseq.number, 4);
});

test('RFC 3261 §13.2.2.4: a fork that answers late is ended with a number above its PRACK; after 64·T1 nobody is known', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 180, { toTag: 'late', headers: reliable(1) });
  story.reply(invite, 180, { toTag: 'first', headers: [contact] });
  story.reply(invite, 200, { toTag: 'first', headers: [contact] });
  story.advance(31_000);
  story.reply(invite, 200, { toTag: 'late', headers: [contact] });
  assert.equal(story.requests('ACK').length, 2);
  const bye = story.lastRequest('BYE');
  assert.equal(bye.toTag, 'late');
  assert.equal(bye.cseq.number, 3);
  story.reply(bye, 200);
  story.advance(1000);
  story.reply(invite, 200, { toTag: 'too-late', headers: [contact] });
  assert.equal(story.requests('ACK').length, 2);
  assert.ok(story.dropped.includes('stray-response'));
});

test('RFC 3261 §13.2.1: a reliable 1xx brings the answer, and what the 2xx describes is ignored', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 183, { headers: reliable(1), sdp: 'v=0\r\nearly' });
  story.reply(invite, 180, { headers: reliable(2), sdp: 'v=0\r\nother' });
  story.reply(invite, 200, { headers: [contact], sdp: 'v=0\r\nthird' });
  const sdps = story.events.map((event) => ('sdp' in event ? event.sdp : undefined));
  assert.deepEqual(sdps, [undefined, 'v=0\r\nearly', undefined, 'v=0\r\nearly']);
  assert.deepEqual(story.dropped, ['second-answer']);
  const silent = new Story();
  const second = silent.invite();
  silent.reply(second, 183, { headers: reliable(1), sdp: 'v=0\r\nearly' });
  silent.reply(second, 200, { headers: [contact] });
  const answered = silent.events.at(-1);
  assert.equal(answered?.type === 'answered' && answered.sdp, 'v=0\r\nearly');
});

test('RFC 3261 §13.2.1: each fork has an answer of its own, and the call has that of the winner', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 183, { toTag: 'a', headers: reliable(1), sdp: 'v=0\r\nof a' });
  story.reply(invite, 183, { toTag: 'b', headers: reliable(1), sdp: 'v=0\r\nof b' });
  story.reply(invite, 200, { toTag: 'b', headers: [contact] });
  assert.deepEqual(
    story.events.flatMap((event) => (event.type === 'provisional' ? [[event.remoteTag, event.sdp]] : [])),
    [
      ['a', 'v=0\r\nof a'],
      ['b', 'v=0\r\nof b'],
    ],
  );
  const answered = story.events.at(-1);
  assert.equal(answered?.type === 'answered' && answered.sdp, 'v=0\r\nof b');
});

test('RFC 3261 §13.2.1: of an unreliable 1xx and the 2xx, the 2xx counts; the 1xx where the 2xx says nothing', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 183, { headers: [contact], sdp: 'v=0\r\nannouncement' });
  story.reply(invite, 200, { headers: [contact], sdp: 'v=0\r\nphone' });
  const answered = story.events.at(-1);
  assert.equal(answered?.type === 'answered' && answered.sdp, 'v=0\r\nphone');
  const bare = new Story();
  const second = bare.invite();
  bare.reply(second, 183, { headers: [contact], sdp: 'v=0\r\nphone' });
  bare.reply(second, 200, { headers: [contact] });
  const last = bare.events.at(-1);
  assert.equal(last?.type === 'answered' && last.sdp, 'v=0\r\nphone');
});

test('RFC 6228 §4: 199 ends its early dialog and says which', () => {
  const story = new Story();
  const invite = story.invite();
  story.reply(invite, 183, { toTag: 'a', headers: [contact], sdp: 'v=0\r\nof a' });
  story.reply(invite, 199, { toTag: 'a' });
  const told = story.events.at(-1);
  assert.deepEqual(told?.type === 'provisional' && [told.status, told.remoteTag], [199, 'a']);
  story.peerRequest('UPDATE', { fromTag: 'a' });
  assert.deepEqual(story.statuses(), [481]);
  story.reply(invite, 180, { toTag: 'b', headers: [contact] });
  story.peerRequest('UPDATE', { fromTag: 'b' });
  assert.deepEqual(story.statuses(), [481, 200]);
});

test('RFC 5009 §8: P-Early-Media says whether anything may be heard before the answer', () => {
  for (const [value, isBarred] of [
    ['inactive', true],
    ['recvonly', true],
    ['sendonly', false],
    ['sendrecv, gated', false],
  ] as const) {
    const story = new Story();
    const invite = story.invite();
    story.reply(invite, 183, { headers: [contact, `P-Early-Media: ${value}`], sdp: 'v=0\r\n' });
    const told = story.events.at(-1);
    assert.equal(told?.type === 'provisional' && told.isMediaBarred === true, isBarred, value);
  }
});

test('limit: a seventeenth fork is not followed', () => {
  const story = new Story();
  const invite = story.invite();
  for (let fork = 0; fork < 17; fork++) story.reply(invite, 180, { toTag: `fork-${fork}`, headers: reliable(1) });
  assert.equal(story.requests('PRACK').length, 16);
  assert.deepEqual(story.dropped, ['too-many-forks']);
});
