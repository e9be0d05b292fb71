import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { Story } from './story.fixture.ts';

const hold = 'v=0\r\na=sendonly\r\n';

class Offering extends Story {
  constructor() {
    super();
    this.answeredCall();
  }

  offer(sdp = hold): void {
    this.run(this.agent.offer('call-1', sdp, this.nowMs));
  }

  reInvite(): SipRequest {
    return this.lastRequest('INVITE');
  }

  /** Numbers of the INVITEs so far, without their retransmissions. */
  numbers(): number[] {
    return [...new Set(this.requests('INVITE').map(({ message }) => message.cseq.number))];
  }

  /** The events since the call was answered. */
  told(): string[] {
    return this.events
      .slice(2)
      .map((event) => (event.type === 'offer-refused' ? `${event.type} ${event.status}` : event.type));
  }
}

test('RFC 3261 §14.1: a re-INVITE in the dialog with its next number; the 2xx is ACKed, again when it comes again', () => {
  const story = new Offering();
  story.offer();
  const invite = story.reInvite();
  assert.equal(invite.cseq.number, 2);
  assert.equal(invite.toTag, 'peer-1');
  assert.equal(new TextDecoder().decode(invite.body), hold);
  story.reply(invite, 100);
  story.reply(invite, 200, { sdp: 'v=0\r\nanswer', headers: ['Contact: <sip:bob@192.0.2.77>'] });
  assert.deepEqual(story.events.at(-1), { type: 'offer-accepted', sdp: 'v=0\r\nanswer', atMs: 0 });
  const ack = story.lastRequest('ACK');
  assert.deepEqual([ack.cseq.number, ack.requestUri], [2, 'sip:bob@192.0.2.77']);
  story.reply(invite, 200, { sdp: 'v=0\r\nanswer' });
  const acks = story.requests('ACK').map(({ text }) => text);
  assert.equal(acks.length, 3);
  assert.equal(acks[1], acks[2]);
  assert.deepEqual(story.told(), ['offer-accepted']);
  story.hangUp();
  assert.deepEqual(
    [story.lastRequest('BYE').cseq.number, story.lastRequest('BYE').requestUri],
    [3, 'sip:bob@192.0.2.77'],
  );
  story.reply(story.lastRequest('BYE'), 200);
  story.advance(60_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §14.1: glare; who made the Call-ID waits 2.1 to 4 s and offers again', () => {
  const story = new Offering();
  story.offer();
  story.reply(story.reInvite(), 491);
  story.advance(2099);
  assert.deepEqual(story.numbers(), [1, 2]);
  story.advance(1902);
  assert.deepEqual(story.numbers(), [1, 2, 3]);
  story.reply(story.reInvite(), 200, { sdp: hold });
  assert.deepEqual(story.told(), ['offer-accepted']);
});

test('RFC 3261 §14.1: glare that does not end is given up after 10 s', () => {
  const story = new Offering();
  story.offer();
  for (let round = 0; round < 10; round += 1) {
    story.reply(story.reInvite(), 491);
    story.advance(4000);
  }
  assert.deepEqual(story.told(), ['offer-refused 491']);
  const count = story.numbers().length;
  assert.ok(count >= 4 && count <= 6, String(count));
  story.offer();
  assert.equal(story.numbers().length, count + 1);
});

test('RFC 3261 §14.2: an offer of the peer during ours gets 491, and ours waits for the end of its own', () => {
  const story = new Offering();
  story.offer();
  story.peerRequest('INVITE', { cseq: 1, sdp: hold });
  story.peerRequest('UPDATE', { cseq: 2, sdp: hold });
  assert.deepEqual(story.statuses(), [491, 491]);
  story.reply(story.reInvite(), 200, { sdp: hold });

  const waiting = new Offering();
  waiting.peerRequest('INVITE', { cseq: 1, sdp: hold });
  waiting.offer();
  waiting.advance(1000);
  assert.equal(waiting.requests('INVITE').length, 1);
  waiting.run(waiting.agent.answerOffer('call-1', '1 INVITE', hold, waiting.nowMs));
  waiting.advance(1000);
  assert.equal(waiting.requests('INVITE').length, 1);
  waiting.peerRequest('ACK', { cseq: 1 });
  waiting.advance(250);
  assert.equal(waiting.requests('INVITE').length, 2);
});

for (const status of [403, 488, 500, 503, 606]) {
  test(`RFC 6141 §3.1: ${status} leaves the session as it was`, () => {
    const story = new Offering();
    story.offer();
    story.reply(story.reInvite(), status);
    assert.deepEqual(story.told(), [`offer-refused ${status}`]);
    assert.equal(story.lastRequest('ACK').cseq.number, 2);
    story.hangUp();
    assert.equal(story.requests('BYE').length, 1);
  });
}

test('RFC 3261 §14.1, §12.2.1.2: 481, 408 and silence mean that the dialog is lost', () => {
  for (const [status, byes] of [
    [481, 0],
    [408, 1],
  ] as const) {
    const story = new Offering();
    story.offer();
    story.reply(story.reInvite(), status);
    assert.deepEqual(story.told(), ['dialog-lost']);
    assert.equal(story.requests('BYE').length, byes);
  }
  const silent = new Offering();
  silent.offer();
  silent.advance(32_000);
  assert.deepEqual(silent.told(), ['dialog-lost']);
  assert.equal(silent.requests('BYE').length, 1);
  silent.advance(60_000);
  assert.equal(silent.agent.deadlineMs(), undefined);
});

test('RFC 3261 §13.2.2.4: the call ends during the re-INVITE; its 2xx is ACKed all the same', () => {
  const story = new Offering();
  story.offer();
  const invite = story.reInvite();
  story.hangUp();
  story.reply(invite, 200, { sdp: hold });
  assert.equal(story.lastRequest('ACK').cseq.number, 2);
  story.reply(story.lastRequest('BYE'), 200);
  assert.deepEqual(story.told(), ['bye-finished']);

  const ended = new Offering();
  ended.offer();
  ended.peerRequest('BYE');
  ended.reply(ended.reInvite(), 200, { sdp: hold });
  assert.equal(ended.lastRequest('ACK').cseq.number, 2);
  assert.deepEqual(ended.told(), ['bye-received']);
  ended.advance(60_000);
  assert.equal(ended.agent.deadlineMs(), undefined);
});

test('RFC 3261 §22.2: a challenge to the re-INVITE is answered', () => {
  const story = new Story({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  const credentials = { username: 'alice', password: { reveal: () => 'hush' } };
  story.reply(story.invite({ credentials: [credentials] }), 200, {
    headers: ['Contact: <sip:bob@192.0.2.20>'],
    sdp: 'v=0\r\n',
  });
  story.run(story.agent.offer('call-1', hold, 0));
  story.reply(story.lastRequest('INVITE'), 401, { headers: ['WWW-Authenticate: Digest realm="t", nonce="n"'] });
  const second = story.lastRequest('INVITE');
  assert.equal(second.cseq.number, 3);
  assert.match(headerValue(second.headers, 'authorization') ?? '', /nonce="n"/);
  story.reply(second, 200, { sdp: hold });
  assert.equal(story.events.at(-1)?.type, 'offer-accepted');
});

test('RFC 3261 §8.1.3.1: an offer that the transport refuses; one offer at a time, in an answered call', () => {
  const story = new Offering();
  story.offer();
  story.offer();
  assert.deepEqual(story.told(), ['offer-refused 491']);
  story.run(story.agent.sendFailed({ transport: 'udp', host: '192.0.2.20', port: 5060 }, 'No route.', 0));
  assert.deepEqual(story.told(), ['offer-refused 491', 'offer-refused 503']);
  const early = new Story();
  early.invite();
  early.run(early.agent.offer('call-1', hold, 0));
  assert.equal(early.events.at(-1)?.type, 'offer-refused');
});
