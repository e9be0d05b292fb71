import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerValue, listValues } from '../syntax/header.ts';
import { Story, withBody } from './story.fixture.ts';

const sdp = 'v=0\r\n';

function incomingStory(): Story {
  return new Story({ acceptsCalls: true });
}

function invite(story: Story, options: { branch?: string; callId?: string; cseq?: string } = {}): void {
  const { branch = 'z9hG4bKin', callId = 'call-1', cseq = '5 INVITE' } = options;
  const method = cseq.split(' ')[1] ?? '';
  story.receive(
    withBody(
      [
        `${method} sip:alice@198.51.100.7:5070 SIP/2.0`,
        `Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=${branch}`,
        'Record-Route: <sip:p1.example.net;lr>, <sip:p2.example.net;lr>',
        'Max-Forwards: 70',
        'From: "Bob" <sip:bob@192.0.2.20>;tag=peer-1',
        'To: <sip:alice@198.51.100.7>',
        `Call-ID: ${callId}`,
        `CSeq: ${cseq}`,
        'Contact: <sip:bob@192.0.2.20:5099>',
      ],
      sdp,
    ),
  );
}

function lastMessage(story: Story) {
  const message = story.sent.at(-1)?.message;
  assert.ok(message);
  return message;
}

test('RFC 3261 §13.3.1: an incoming call rings, is answered and ended by us along the route set', () => {
  const story = incomingStory();
  invite(story);
  const [{ headers, ...call } = assert.fail()] = story.calls;
  assert.ok(headers.some(({ name, value }) => name === 'Call-ID' && value === 'call-1'));
  assert.deepEqual(
    [call],
    [
      {
        legId: 'call-1',
        requestUri: 'sip:alice@198.51.100.7:5070',
        from: 'sip:bob@192.0.2.20',
        to: 'sip:alice@198.51.100.7',
        sdp,
        source: { transport: 'udp', host: '192.0.2.20', port: 5060 },
      },
    ],
  );
  story.advance(200);
  invite(story);
  story.run(story.agent.ring('call-1', story.nowMs));
  invite(story);
  assert.deepEqual(story.statuses(), [100, 100, 180, 180]);
  story.run(story.agent.accept('call-1', sdp, story.nowMs));
  const ok = lastMessage(story);
  assert.deepEqual(listValues(ok.headers, 'record-route'), ['<sip:p1.example.net;lr>', '<sip:p2.example.net;lr>']);
  assert.equal(headerValue(ok.headers, 'contact'), '<sip:alice@198.51.100.7:5070>');
  story.advance(500);
  assert.deepEqual(story.statuses().slice(4), [200, 200]);
  story.hangUp();
  assert.equal(story.requests('BYE').length, 0, 'BYE waits for the ACK');
  story.peerRequest('ACK', { cseq: 5, toTag: ok.toTag ?? '' });
  const bye = story.lastRequest('BYE');
  assert.equal(bye.requestUri, 'sip:bob@192.0.2.20:5099');
  assert.deepEqual(listValues(bye.headers, 'route'), ['<sip:p1.example.net;lr>', '<sip:p2.example.net;lr>']);
  assert.equal(bye.toTag, 'peer-1');
  assert.equal(bye.fromTag, ok.toTag);
  story.reply(bye, 200);
  assert.deepEqual(story.eventTypes(), ['accepted', 'bye-finished']);
  story.advance(60_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §13.3.1.4: 64·T1 without ACK ends an accepted call by BYE', () => {
  const story = incomingStory();
  invite(story);
  story.run(story.agent.accept('call-1', sdp, 0));
  story.advance(32_000);
  assert.deepEqual(
    story.sent.filter(({ message }) => message.kind === 'response').map(({ atMs }) => atMs),
    // The 100 and the 200, then the 200 again and again.
    [0, 0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
  );
  assert.equal(story.requests('BYE').length, 1);
});

test('RFC 3261 §9.2: the caller cancels', () => {
  const story = incomingStory();
  invite(story);
  story.run(story.agent.ring('call-1', 0));
  invite(story, { cseq: '5 CANCEL' });
  assert.deepEqual(story.statuses(), [100, 180, 200, 487]);
  assert.deepEqual(story.eventTypes(), ['cancelled']);
  story.advance(500);
  assert.equal(story.statuses().length, 5);
  invite(story, { cseq: '5 ACK' });
  story.run(story.agent.accept('call-1', sdp, story.nowMs));
  story.advance(60_000);
  assert.equal(story.statuses().length, 5);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §17.2.1: a refusal is repeated until its ACK, for 64·T1 at most', () => {
  const story = incomingStory();
  invite(story);
  story.run(story.agent.reject('call-1', 486, 0));
  story.advance(40_000);
  assert.equal(story.statuses().filter((status) => status === 486).length, 11);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §8.2.2.2: the same call by another way is a loop', () => {
  const story = incomingStory();
  invite(story);
  invite(story, { branch: 'z9hG4bKother' });
  assert.deepEqual(story.statuses(), [100, 482]);
  assert.equal(story.calls.length, 1);
});

test('hanging up an unanswered incoming call declines it', () => {
  const story = incomingStory();
  invite(story);
  story.hangUp();
  assert.deepEqual(story.statuses(), [100, 603]);
  assert.deepEqual(story.eventTypes(), ['cancelled']);
});

test('RFC 3261 §15: the caller ends an early dialog by BYE', () => {
  const story = incomingStory();
  invite(story);
  story.run(story.agent.ring('call-1', 0));
  story.peerRequest('BYE', { cseq: 6, toTag: lastMessage(story).toTag ?? '' });
  assert.deepEqual(story.statuses(), [100, 180, 200, 487]);
  assert.deepEqual(story.eventTypes(), ['bye-received']);
});
