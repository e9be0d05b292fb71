import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import type { SessionTimerOptions } from './session-timer.ts';
import { Story } from './story.fixture.ts';

const contact = 'Contact: <sip:bob@192.0.2.20>';
const withUpdate = 'Allow: INVITE, ACK, BYE, UPDATE';
const sdp = 'v=0\r\nours';

class Session extends Story {
  constructor(options: Partial<SessionTimerOptions> = {}) {
    super({
      sessionTimer: { mode: 'request', intervalS: 1800, minimumS: 90, ...options },
      digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex'),
    });
  }

  /** Answered with this Session-Expires; without one when undefined. */
  answered(sessionExpires: string | undefined, ...more: readonly string[]): this {
    const headers = [contact, ...more, ...(sessionExpires === undefined ? [] : [`Session-Expires: ${sessionExpires}`])];
    this.reply(this.invite({ sdp }), 200, { headers, sdp: 'v=0\r\n' });
    return this;
  }

  count(method: string): number {
    return this.requests(method).length;
  }
}

const expires = ({ headers }: { readonly headers: SipRequest['headers'] }): string | undefined =>
  headerValue(headers, 'session-expires');

test('RFC 4028 §7.1: the INVITE says that timers are known, and asks for one where it should', () => {
  const asking = new Session({ minimumS: 120 }).invite();
  assert.match(headerValue(asking.headers, 'supported') ?? '', /\btimer\b/);
  assert.deepEqual([expires(asking), headerValue(asking.headers, 'min-se')], ['1800', '120']);
  const accepting = new Session({ mode: 'accept' }).invite();
  assert.match(headerValue(accepting.headers, 'supported') ?? '', /\btimer\b/);
  assert.equal(expires(accepting), undefined);
  const off = new Story().invite();
  assert.doesNotMatch(headerValue(off.headers, 'supported') ?? '', /timer/);
  assert.equal(expires(off), undefined);
});

test('RFC 4028 §7.3: 422 is tried again with its Min-SE, a new number and the same call, three times at most', () => {
  const story = new Session();
  const first = story.invite();
  story.reply(first, 422, { headers: ['Min-SE: 3600'] });
  const second = story.lastRequest('INVITE');
  assert.deepEqual([expires(second), headerValue(second.headers, 'min-se')], ['3600', '3600']);
  assert.deepEqual([second.cseq.number, second.callId, second.fromTag], [2, first.callId, first.fromTag]);
  assert.equal(second.toTag, undefined);
  assert.equal(story.count('ACK'), 1);
  story.reply(second, 422, { headers: ['Min-SE: 3700'] });
  story.reply(story.lastRequest('INVITE'), 422, { headers: ['Min-SE: 3800'] });
  story.reply(story.lastRequest('INVITE'), 422, { headers: ['Min-SE: 3900'] });
  assert.equal(story.count('INVITE'), 4);
  assert.deepEqual(story.eventTypes(), ['invited', 'rejected']);
});

test('RFC 4028 §7.3: 422 without a Min-SE, with one of more than a day, or without timers of ours is final', () => {
  for (const headers of [[], ['Min-SE: many'], ['Min-SE: 86401']]) {
    const story = new Session();
    story.reply(story.invite(), 422, { headers });
    assert.deepEqual(story.eventTypes(), ['invited', 'rejected']);
  }
  const off = new Story();
  off.reply(off.invite(), 422, { headers: ['Min-SE: 200'] });
  assert.deepEqual(off.eventTypes(), ['invited', 'rejected']);
});

test('RFC 4028 §10: as refresher, UPDATE without an offer half way through, again and again', () => {
  const story = new Session().answered('1800;refresher=uac', withUpdate, 'Require: timer');
  story.advance(899_999);
  assert.equal(story.count('UPDATE'), 0);
  story.advance(1);
  const update = story.lastRequest('UPDATE');
  assert.deepEqual([expires(update), update.body.length], ['1800;refresher=uac', 0]);
  assert.ok(headerValue(update.headers, 'contact') !== undefined);
  story.reply(update, 200, { headers: ['Contact: <sip:bob@192.0.2.77>', 'Session-Expires: 600;refresher=uac'] });
  story.advance(300_000);
  const next = story.lastRequest('UPDATE');
  assert.deepEqual([expires(next), next.requestUri], ['600;refresher=uac', 'sip:bob@192.0.2.77']);
  assert.deepEqual(story.eventTypes(), ['invited', 'answered']);
});

test('RFC 4028 §7.4: without UPDATE a re-INVITE repeats the same description, o= version and all', () => {
  const story = new Session().answered('1800;refresher=uac', 'Allow: INVITE, ACK, BYE');
  story.advance(900_000);
  const again = story.lastRequest('INVITE');
  assert.equal(new TextDecoder().decode(again.body), sdp);
  assert.equal(expires(again), '1800;refresher=uac');
  story.reply(again, 200, { headers: [contact, 'Session-Expires: 1800;refresher=uac'], sdp: 'v=0\r\nmoved' });
  assert.deepEqual(story.events.at(-1), { type: 'answer-changed', sdp: 'v=0\r\nmoved', atMs: 900_000 });
  assert.equal(story.eventTypes().includes('offer-accepted'), false);
  story.advance(900_000);
  assert.equal(story.count('INVITE'), 3);
});

test('RFC 4028 §7.4: what was agreed on last is what a refresh repeats', () => {
  const story = new Session().answered('1800;refresher=uac', 'Allow: INVITE');
  story.run(story.agent.offer('call-1', 'v=0\r\nhold', 0));
  story.reply(story.lastRequest('INVITE'), 200, { headers: ['Session-Expires: 1800;refresher=uac'], sdp: 'v=0\r\n' });
  story.run(story.agent.offer('call-1', 'v=0\r\nrefused', 0));
  story.reply(story.lastRequest('INVITE'), 488);
  story.advance(900_000);
  assert.equal(new TextDecoder().decode(story.lastRequest('INVITE').body), 'v=0\r\nhold');
});

test('RFC 4028 §10: nobody refreshes, and the call is ended a third of its interval, 32 s at most, before its end', () => {
  for (const [interval, endsAtMs] of [
    [1800, 1_768_000],
    [90, 60_000],
  ] as const) {
    const story = new Session().answered(`${interval};refresher=uas`);
    story.advance(endsAtMs - 1);
    assert.deepEqual([story.count('BYE'), story.count('UPDATE')], [0, 0]);
    story.advance(1);
    assert.equal(story.count('BYE'), 1);
    assert.deepEqual(story.events.at(-1), {
      type: 'dialog-lost',
      status: 408,
      detail: 'Nobody refreshed the session in time.',
      atMs: endsAtMs,
    });
    story.reply(story.lastRequest('BYE'), 200);
    story.advance(60_000);
    assert.equal(story.agent.deadlineMs(), undefined);
  }
});

test('RFC 4028 §9: a refresh of the peer begins the session anew, by UPDATE and by re-INVITE', () => {
  const story = new Session().answered('90;refresher=uas');
  story.advance(45_000);
  const asks = ['Supported: timer', 'Session-Expires: 90;refresher=uac'];
  story.peerRequest('UPDATE', { cseq: 1, headers: asks });
  const answer = story.sent.at(-1)?.message;
  assert.deepEqual(
    [answer?.kind === 'response' && answer.status, headerValue(answer?.headers ?? [], 'require')],
    [200, 'timer'],
  );
  assert.equal(expires(answer ?? assert.fail()), '90;refresher=uac');
  story.advance(59_999);
  assert.equal(story.count('BYE'), 0);
  story.peerRequest('INVITE', { cseq: 2, headers: asks, sdp: 'v=0\r\n' });
  story.run(story.agent.answerOffer('call-1', '2 INVITE', sdp, story.nowMs));
  story.peerRequest('ACK', { cseq: 2 });
  story.advance(59_999);
  assert.equal(story.count('BYE'), 0);
  story.advance(1);
  assert.equal(story.count('BYE'), 1);
});

test('RFC 4028 §9, Table 2: who refreshes, by what the peer asks for and whether it knows timers', () => {
  for (const [headers, said, isOurs] of [
    [['Supported: timer', 'Session-Expires: 200;refresher=uac'], '200;refresher=uac', false],
    [['Supported: timer', 'Session-Expires: 200;refresher=uas'], '200;refresher=uas', true],
    [['Supported: timer', 'x: 200'], '200;refresher=uac', false],
    [['Supported: 100rel', 'Session-Expires: 200'], '200;refresher=uas', true],
    [['Supported: timer'], '1800;refresher=uas', true],
    [['Supported: 100rel'], undefined, false],
  ] as const) {
    const story = new Session().answered(undefined, withUpdate);
    story.peerRequest('UPDATE', { cseq: 1, headers });
    assert.equal(expires(story.sent.at(-1)?.message ?? assert.fail()), said);
    story.advance(900_000);
    assert.equal(story.count('UPDATE') > 0, isOurs, headers.join());
  }
});

test('RFC 4028 §5: less than we take is answered 422 with Min-SE, unless the peer does not know timers', () => {
  const story = new Session({ minimumS: 300 }).answered(undefined);
  story.peerRequest('INVITE', { cseq: 1, headers: ['Supported: timer', 'Session-Expires: 299'], sdp: 'v=0\r\n' });
  assert.deepEqual(story.statuses(), [422]);
  assert.equal(headerValue(story.sent.at(-1)?.message.headers ?? [], 'min-se'), '300');
  assert.equal(story.eventTypes().includes('offer-received'), false);
  story.peerRequest('UPDATE', { cseq: 2, headers: ['Supported: timer', 'Session-Expires: 300'] });
  story.peerRequest('UPDATE', { cseq: 3, headers: ['Session-Expires: 100'] });
  assert.deepEqual(story.statuses(), [422, 200, 200]);
});

test('RFC 4028 §5: an incoming call with less than we take is answered 422, one with enough gets its timer', () => {
  const call = (sessionExpires: string): Story => {
    const story = new Story({
      acceptsCalls: true,
      sessionTimer: { mode: 'accept', intervalS: 1800, minimumS: 90 },
    });
    story.receive(
      'INVITE sip:alice@198.51.100.7:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKin\r\n' +
        'From: <sip:bob@192.0.2.20>;tag=peer-1\r\nTo: <sip:alice@198.51.100.7>\r\nCall-ID: call-1\r\nCSeq: 1 INVITE\r\n' +
        `Contact: <sip:bob@192.0.2.20>\r\nSupported: timer\r\nAllow: UPDATE\r\nSession-Expires: ${sessionExpires}\r\n\r\n`,
    );
    return story;
  };
  assert.deepEqual(call('89').statuses(), [422]);
  const story = call('180;refresher=uas');
  story.run(story.agent.accept('call-1', sdp, 0));
  assert.equal(expires(story.sent.at(-1)?.message ?? assert.fail()), '180;refresher=uas');
  story.peerRequest('ACK', { cseq: 1 });
  story.advance(90_000);
  assert.equal(story.requests('UPDATE').length, 1);
});

test('RFC 4028 §7.2: an answer without an interval means no timer; with mode always we refresh alone, without an end', () => {
  const story = new Session().answered(undefined, withUpdate);
  story.advance(10_000_000);
  assert.deepEqual([story.count('UPDATE'), story.count('BYE')], [0, 0]);
  const alone = new Session({ mode: 'always' }).answered(undefined, withUpdate);
  for (const _ of [1, 2, 3]) {
    alone.advance(900_000);
    alone.reply(alone.lastRequest('UPDATE'), 200);
  }
  assert.deepEqual([alone.count('UPDATE'), alone.count('BYE')], [3, 0]);
  alone.advance(900_000 + 32_000);
  assert.equal(alone.count('BYE'), 1);
  assert.equal(alone.eventTypes().at(-1), 'dialog-lost');
});

for (const [status, isByeSent] of [
  [481, false],
  [408, true],
] as const) {
  test(`RFC 4028 §10: ${status} to a refresh ends the call`, () => {
    for (const [method, allow] of [
      ['UPDATE', withUpdate],
      ['INVITE', 'Allow: INVITE'],
    ] as const) {
      const story = new Session().answered('90;refresher=uac', allow);
      story.advance(45_000);
      story.reply(story.lastRequest(method), status);
      assert.equal(story.eventTypes().at(-1), 'dialog-lost');
      assert.equal(story.count('BYE') === 1, isByeSent);
    }
  });
}

test('RFC 4028 §10: another refusal keeps the call, which is refreshed again, and ends with its session', () => {
  const story = new Session().answered('180;refresher=uac', withUpdate);
  story.advance(90_000);
  story.reply(story.lastRequest('UPDATE'), 500, { headers: ['Retry-After: 20'] });
  story.advance(19_999);
  assert.equal(story.count('UPDATE'), 1);
  story.advance(1);
  assert.equal(story.count('UPDATE'), 2);
  story.reply(story.lastRequest('UPDATE'), 403);
  story.advance(10_000);
  story.reply(story.lastRequest('UPDATE'), 200, { headers: ['Session-Expires: 180;refresher=uac'] });
  story.advance(90_000);
  story.reply(story.lastRequest('UPDATE'), 500, { headers: ['Retry-After: 1000'] });
  story.advance(58_000);
  assert.equal(story.eventTypes().at(-1), 'dialog-lost');
});

test('RFC 3311 §5.1: a peer that does not do UPDATE after all is refreshed by re-INVITE', () => {
  const story = new Session().answered('90;refresher=uac', withUpdate);
  story.advance(45_000);
  story.reply(story.lastRequest('UPDATE'), 405);
  story.advance(0);
  assert.deepEqual([story.count('UPDATE'), story.count('INVITE')], [1, 2]);
});

test('RFC 4028 §7.3: 422 to a refresh raises its interval', () => {
  for (const [method, allow] of [
    ['UPDATE', withUpdate],
    ['INVITE', 'Allow: INVITE'],
  ] as const) {
    const story = new Session().answered('90;refresher=uac', allow);
    story.advance(45_000);
    story.reply(story.lastRequest(method), 422, { headers: ['Min-SE: 240'] });
    story.advance(0);
    const raised = story.lastRequest(method);
    assert.deepEqual([expires(raised), headerValue(raised.headers, 'min-se')], ['240;refresher=uac', '240']);
  }
});

test('RFC 3261 §22.2: a challenge to a refresh is answered', () => {
  const story = new Session();
  const credentials = { username: 'alice', password: { reveal: () => 'hush' } };
  story.reply(story.invite({ credentials: [credentials] }), 200, {
    headers: [contact, withUpdate, 'Session-Expires: 90;refresher=uac'],
    sdp: 'v=0\r\n',
  });
  story.advance(45_000);
  story.reply(story.lastRequest('UPDATE'), 401, { headers: ['WWW-Authenticate: Digest realm="r", nonce="n"'] });
  const again = story.lastRequest('UPDATE');
  assert.match(headerValue(again.headers, 'authorization') ?? '', /username="alice"/);
  story.reply(again, 200, { headers: ['Session-Expires: 90;refresher=uac'] });
  story.advance(45_000);
  assert.equal(story.count('UPDATE'), 3);
});

test('RFC 3261 §14.1: an offer that meets a refresh waits for its end, and refreshes by itself when none is out', () => {
  const story = new Session().answered('90;refresher=uac', 'Allow: INVITE');
  story.advance(45_000);
  const refresh = story.lastRequest('INVITE');
  story.run(story.agent.offer('call-1', 'v=0\r\nhold', story.nowMs));
  assert.equal(story.count('INVITE'), 2);
  story.run(story.agent.offer('call-1', 'v=0\r\nthird', story.nowMs));
  assert.equal(story.eventTypes().at(-1), 'offer-refused');
  story.reply(refresh, 200, { headers: ['Session-Expires: 90;refresher=uac'], sdp: 'v=0\r\n' });
  const hold = story.lastRequest('INVITE');
  assert.equal(new TextDecoder().decode(hold.body), 'v=0\r\nhold');
  story.reply(hold, 200, { headers: ['Session-Expires: 90;refresher=uac'], sdp: 'v=0\r\n' });
  assert.equal(story.eventTypes().at(-1), 'offer-accepted');
});

test('RFC 3261 §14.1: glare with a refresh is waited out, and its 488 is no news', () => {
  const story = new Session().answered('300;refresher=uac', 'Allow: INVITE');
  story.advance(150_000);
  story.reply(story.lastRequest('INVITE'), 491);
  story.advance(4000);
  assert.equal(story.lastRequest('INVITE').cseq.number, 3);
  story.reply(story.lastRequest('INVITE'), 488);
  assert.deepEqual(story.eventTypes(), ['invited', 'answered']);
  story.advance(10_000);
  assert.equal(story.lastRequest('INVITE').cseq.number, 4);
});

test('a hostile interval wakes nobody more often than every 5 s', () => {
  for (const value of ['0', '1', '5;refresher=uac']) {
    const story = new Session().answered(value, withUpdate);
    story.advance(4999);
    assert.equal(story.count('UPDATE'), 0);
  }
  for (const value of ['99999999999', '-1', 'x', ';refresher=uac', '1800;refresher="']) {
    const story = new Session().answered(value, withUpdate);
    story.advance(1_000_000);
    assert.equal(story.count('UPDATE') + story.count('BYE'), 0, value);
  }
});

test('RFC 3261 §8.2.2.3: what a peer requires is refused unless it is known', () => {
  const story = new Session().answered(undefined);
  story.peerRequest('UPDATE', { cseq: 1, headers: ['Require: timer'] });
  story.peerRequest('UPDATE', { cseq: 2, headers: ['Require: timer, precondition'] });
  assert.deepEqual(story.statuses(), [200, 420]);
  assert.equal(headerValue(story.sent.at(-1)?.message.headers ?? [], 'unsupported'), 'precondition');
  const off = new Story();
  off.answeredCall();
  off.peerRequest('UPDATE', { cseq: 1, headers: ['Require: timer'] });
  assert.deepEqual(off.statuses(), [420]);
});
