import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerValue } from '../syntax/header.ts';
import { Story } from './story.fixture.ts';

const target = 'sip:agent@198.51.100.99';

test('RFC 3515 §2.4.2: a REFER of the peer is declined without harm', () => {
  const story = new Story();
  story.answeredCall();
  story.peerRequest('REFER', { cseq: 1, headers: [`Refer-To: <${target}>`] });
  assert.deepEqual(story.statuses(), [603]);
  story.peerRequest('OPTIONS', { cseq: 2 });
  assert.deepEqual(story.statuses(), [603, 200]);
  assert.deepEqual(story.eventTypes(), ['invited', 'answered']);
  story.receive(
    `REFER sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKq\r\nFrom: <sip:x@y>;tag=1\r\nTo: <sip:z@y>\r\nCall-ID: stranger\r\nCSeq: 1 REFER\r\nRefer-To: <${target}>\r\n\r\n`,
  );
  assert.deepEqual(story.statuses(), [603, 200, 603]);
});

test('RFC 3515 §2.4: a REFER of the peer, where it is accepted: 202, NOTIFYs, and the end of the subscription', () => {
  const story = new Story({ acceptsRefers: true });
  story.answeredCall();
  story.peerRequest('REFER', { cseq: 4, headers: [`Refer-To: <${target}>`, 'Contact: <sip:bob@192.0.2.20>'] });
  const asked = story.events.at(-1);
  assert.ok(asked?.type === 'refer-received');
  assert.equal(asked.refer.target, target);
  story.peerRequest('REFER', { cseq: 5, headers: [`Refer-To: <${target}>`] });
  story.run(story.agent.notifyRefer('call-1', asked.referId, 100, 0));
  assert.equal(story.requests('NOTIFY').length, 0);
  story.run(story.agent.answerRefer('call-1', asked.referId, 202, 0));
  story.run(story.agent.answerRefer('call-1', asked.referId, 603, 0));
  assert.deepEqual(story.statuses(), [491, 202]);
  story.run(story.agent.notifyRefer('call-1', asked.referId, 180, 0));
  story.run(story.agent.notifyRefer('call-1', asked.referId, 200, 0));
  story.run(story.agent.notifyRefer('call-1', asked.referId, 200, 0));
  const sent = story.requests('NOTIFY').map(({ message }) => ({
    event: headerValue(message.headers, 'event'),
    state: headerValue(message.headers, 'subscription-state'),
    body: new TextDecoder().decode(message.body),
  }));
  assert.deepEqual(sent, [
    { event: 'refer;id=4', state: 'active;expires=300', body: 'SIP/2.0 180 Ringing\r\n' },
    { event: 'refer;id=4', state: 'terminated;reason=noresource', body: 'SIP/2.0 200 OK\r\n' },
  ]);
});

test('RFC 3515 §2.4.1: a REFER without exactly one Refer-To is malformed; one that waits is given up with the call', () => {
  const story = new Story({ acceptsRefers: true });
  story.answeredCall();
  story.peerRequest('REFER', { cseq: 1 });
  story.peerRequest('REFER', { cseq: 2, headers: ['Refer-To: <sip:a@b>, <sip:c@d>'] });
  story.peerRequest('REFER', { cseq: 3, headers: ['Refer-To: nonsense'] });
  assert.deepEqual(story.statuses(), [400, 400, 400]);
  story.peerRequest('REFER', { cseq: 4, headers: ['Refer-To: <sip:a@b>'] });
  story.peerRequest('BYE', { cseq: 5 });
  assert.deepEqual(story.statuses().slice(3), [200, 487]);
  story.advance(60_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 4488 §4: a REFER that asks for no news gets none, and another one may follow at once', () => {
  const story = new Story({ acceptsRefers: true });
  story.answeredCall();
  story.peerRequest('REFER', { cseq: 1, headers: [`Refer-To: <${target}>`, 'Refer-Sub: false'] });
  story.run(story.agent.answerRefer('call-1', '1', 202, 0));
  assert.equal(headerValue(story.sent.at(-1)?.message.headers ?? [], 'refer-sub'), 'false');
  story.run(story.agent.notifyRefer('call-1', '1', 200, 0));
  assert.equal(story.requests('NOTIFY').length, 0);
  story.peerRequest('REFER', { cseq: 2, headers: [`Refer-To: <${target}>`, 'Refer-Sub: true'] });
  story.run(story.agent.answerRefer('call-1', '2', 202, 0));
  assert.equal(headerValue(story.sent.at(-1)?.message.headers ?? [], 'refer-sub'), undefined);
  story.run(story.agent.notifyRefer('call-1', '2', 200, 0));
  assert.equal(story.requests('NOTIFY').length, 1);
});

for (const status of [408, 481, 503]) {
  test(`RFC 5057 §5.1, RFC 6665 §4.2.2: ${status} to a NOTIFY ends its subscription, not the call`, () => {
    const story = new Story({ acceptsRefers: true });
    story.answeredCall();
    story.peerRequest('REFER', { cseq: 1, headers: [`Refer-To: <${target}>`] });
    story.run(story.agent.answerRefer('call-1', '1', 202, 0));
    story.run(story.agent.notifyRefer('call-1', '1', 100, 0));
    story.reply(story.lastRequest('NOTIFY'), status);
    story.run(story.agent.notifyRefer('call-1', '1', 200, 0));
    assert.equal(story.requests('NOTIFY').length, 1);
    assert.equal(story.eventTypes().at(-1), 'refer-received');
    story.peerRequest('OPTIONS', { cseq: 2 });
    assert.equal(story.statuses().at(-1), 200);
  });
}

test('RFC 4320 §4.1: a REFER that nobody has answered in 3.5 s gets 100', () => {
  const story = new Story({ acceptsRefers: true });
  story.answeredCall();
  story.peerRequest('REFER', { cseq: 1, headers: [`Refer-To: <${target}>`] });
  story.advance(3499);
  assert.deepEqual(story.statuses(), []);
  story.advance(1);
  assert.deepEqual(story.statuses(), [100]);
  story.run(story.agent.answerRefer('call-1', '1', 202, story.nowMs));
  assert.deepEqual(story.statuses(), [100, 202]);
});

/** A REFER outside any dialog, with these headers. */
function referOutside(story: Story, headers: readonly string[]): void {
  story.receive(
    [
      'REFER sip:alice@198.51.100.7:5070 SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKoutside',
      'From: <sip:bob@192.0.2.20>;tag=refer-1',
      'To: <sip:alice@198.51.100.7>',
      'Call-ID: refer-call',
      'CSeq: 9 REFER',
      'Contact: <sip:bob@192.0.2.21>',
      `Refer-To: <${target}>`,
      ...headers,
      '\r\n',
    ].join('\r\n'),
  );
}

test('RFC 4538 §3, §7: a REFER outside the dialog that names it is about that call; its news go where it came from', () => {
  const story = new Story({ acceptsRefers: true });
  story.answeredCall();
  const dialog = `Target-Dialog: call-1;local-tag=peer-1;remote-tag=${story.localTag()}`;
  referOutside(story, ['Require: tdialog', dialog]);
  const asked = story.events.at(-1);
  assert.ok(asked?.type === 'refer-received');
  story.run(story.agent.answerRefer('call-1', asked.referId, 202, 0));
  assert.deepEqual(story.statuses(), [202]);
  story.run(story.agent.notifyRefer('call-1', asked.referId, 100, 0));
  const first = story.lastRequest('NOTIFY');
  assert.deepEqual([first.callId, first.toTag, first.requestUri], ['refer-call', 'refer-1', 'sip:bob@192.0.2.21']);
  story.reply(first, 200);
  story.run(story.agent.notifyRefer('call-1', asked.referId, 200, 0));
  const last = story.lastRequest('NOTIFY');
  assert.deepEqual([first.cseq.number, last.cseq.number], [1, 2]);
  story.reply(last, 200);
  assert.deepEqual(story.dropped, []);
  story.hangUp();
  assert.deepEqual([story.lastRequest('BYE').callId, story.lastRequest('BYE').cseq.number], ['call-1', 2]);
});

test('RFC 4538 §7: a wrong tag, another call, or no call at all is declined, and so is all of it by default', () => {
  const own = (story: Story): string => story.localTag();
  for (const dialog of [
    (story: Story) => [`Target-Dialog: call-1;local-tag=other;remote-tag=${own(story)}`],
    () => ['Target-Dialog: call-1;local-tag=peer-1;remote-tag=other'],
    (story: Story) => [`Target-Dialog: call-2;local-tag=peer-1;remote-tag=${own(story)}`],
    () => ['Target-Dialog: call-1'],
    () => [],
  ]) {
    const story = new Story({ acceptsRefers: true });
    story.answeredCall();
    referOutside(story, dialog(story));
    assert.deepEqual(story.statuses(), [603]);
  }
  const closed = new Story();
  closed.answeredCall();
  referOutside(closed, [`Target-Dialog: call-1;local-tag=peer-1;remote-tag=${own(closed)}`]);
  assert.deepEqual(closed.statuses(), [603]);
});
