// INVITEs without an offer: the peer offers in a reliable 1xx or in its 2xx.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipRequest } from '../syntax/message.ts';
import { headerValue } from '../syntax/header.ts';
import { Story } from './story.fixture.ts';

const contact = 'Contact: <sip:bob@192.0.2.20>';
const bodyOf = (request: SipRequest): string => new TextDecoder().decode(request.body);

/** Places a call without an offer. */
function offerless(story: Story): SipRequest {
  story.run(
    story.agent.invite(
      { legId: 'call-1', to: 'sip:bob@192.0.2.20', from: 'sip:alice@198.51.100.7', routes: [], ringTimeoutMs: 60_000 },
      story.nowMs,
    ),
  );
  return story.lastRequest('INVITE');
}

function answer(story: Story, sdp: string | undefined): void {
  const offered = story.events.findLast((event) => 'offerId' in event && event.offerId !== undefined);
  assert.ok(offered !== undefined && 'offerId' in offered);
  story.run(story.agent.answerOffer('call-1', offered.offerId ?? '', sdp, story.nowMs));
}

test('RFC 3261 §13.2.1: an INVITE without an offer has no body and no Content-Type', () => {
  const invite = offerless(new Story());
  assert.equal(invite.body.length, 0);
  assert.equal(headerValue(invite.headers, 'content-type'), undefined);
});

test('RFC 3261 §13.2.2.4: an offer in the 2xx is answered in the ACK, which waits for the answer and is repeated as it was', () => {
  const story = new Story();
  const invite = offerless(story);
  story.reply(invite, 180, { headers: [contact] });
  const success = { headers: [contact], sdp: 'v=0\r\noffer' };
  story.reply(invite, 200, success);
  const answered = story.events.at(-1);
  assert.equal(answered?.type === 'answered' && answered.sdp, 'v=0\r\noffer');
  story.reply(invite, 200, success);
  assert.equal(story.requests('ACK').length, 0);
  assert.equal(story.snapshots.length, 1);
  answer(story, 'v=0\r\nanswer');
  assert.equal(story.snapshots.length, 2);
  const ack = story.lastRequest('ACK');
  assert.equal(bodyOf(ack), 'v=0\r\nanswer');
  assert.equal(headerValue(ack.headers, 'content-type'), 'application/sdp');
  assert.equal(ack.cseq.number, invite.cseq.number);
  story.reply(invite, 200, success);
  assert.deepEqual(
    story.requests('ACK').map(({ text }) => text),
    [story.requests('ACK')[0]?.text, story.requests('ACK')[0]?.text],
  );
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'answered']);
});

test('RFC 3261 §15: hung up before the answer was given, the ACK goes first and then the BYE', () => {
  const story = new Story();
  const invite = offerless(story);
  story.reply(invite, 200, { headers: [contact], sdp: 'v=0\r\noffer' });
  story.hangUp();
  const methods = story.sent.flatMap(({ message }) => (message.kind === 'request' ? [message.method] : []));
  assert.deepEqual(methods, ['INVITE', 'ACK', 'BYE']);
});

test('RFC 3262 §5: an offer in a reliable 1xx is answered in its PRACK, and the 2xx brings no other', () => {
  const story = new Story();
  const invite = offerless(story);
  const progress = { headers: [contact, 'Require: 100rel', 'RSeq: 41'], sdp: 'v=0\r\noffer' };
  story.reply(invite, 183, progress);
  story.reply(invite, 183, progress);
  assert.equal(story.requests('PRACK').length, 0);
  assert.deepEqual(story.eventTypes(), ['invited', 'provisional', 'offer-received']);
  answer(story, 'v=0\r\nanswer');
  const prack = story.lastRequest('PRACK');
  assert.equal(bodyOf(prack), 'v=0\r\nanswer');
  assert.equal(headerValue(prack.headers, 'rack'), '41 1 INVITE');
  story.reply(prack, 200);
  story.reply(invite, 180, { headers: [contact, 'Require: 100rel', 'RSeq: 42'] });
  assert.equal(bodyOf(story.lastRequest('PRACK')), '');
  story.reply(invite, 200, { headers: [contact] });
  const answered = story.events.at(-1);
  assert.deepEqual(answered?.type === 'answered' && [answered.sdp, answered.offerId], ['v=0\r\noffer', undefined]);
  assert.equal(bodyOf(story.lastRequest('ACK')), '');
});

test('RFC 3262 §5: SDP in an unreliable 1xx is no offer', () => {
  const story = new Story();
  const invite = offerless(story);
  story.reply(invite, 183, { headers: [contact], sdp: 'v=0\r\nearly' });
  const told = story.events.at(-1);
  assert.equal(told?.type === 'provisional' && told.sdp, undefined);
  story.reply(invite, 200, { headers: [contact], sdp: 'v=0\r\noffer' });
  const answered = story.events.at(-1);
  assert.equal(answered?.type === 'answered' && answered.sdp, 'v=0\r\noffer');
});

test('RFC 3261 §9.1, §13.2.2.4: offers of calls that are cancelled, and of forks that come late, are acknowledged at once', () => {
  const story = new Story();
  const invite = offerless(story);
  story.reply(invite, 180, { headers: [contact] });
  story.hangUp();
  story.reply(invite, 183, { headers: [contact, 'Require: 100rel', 'RSeq: 1'], sdp: 'v=0\r\noffer' });
  assert.equal(story.requests('PRACK').length, 1);
  story.reply(invite, 200, { headers: [contact], sdp: 'v=0\r\noffer' });
  assert.equal(story.requests('ACK').length, 1);
  assert.equal(story.requests('BYE').length, 1);
  const forked = new Story();
  const second = offerless(forked);
  forked.reply(second, 200, { toTag: 'a', headers: [contact], sdp: 'v=0\r\noffer' });
  forked.reply(second, 200, { toTag: 'b', headers: [contact], sdp: 'v=0\r\noffer' });
  assert.equal(forked.lastRequest('BYE').toTag, 'b');
  assert.equal(forked.lastRequest('ACK').toTag, 'b');
  answer(forked, 'v=0\r\nanswer');
  assert.equal(forked.lastRequest('ACK').toTag, 'a');
});

test('a 2xx without SDP to an INVITE without SDP is acknowledged at once', () => {
  const story = new Story();
  story.reply(offerless(story), 200, { headers: [contact] });
  assert.equal(story.requests('ACK').length, 1);
  const answered = story.events.at(-1);
  assert.deepEqual(answered?.type === 'answered' && [answered.sdp, answered.offerId], [undefined, undefined]);
});
