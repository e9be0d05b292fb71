import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ReferOrder } from '../contract.ts';
import type { LegEvent } from '../leg-event.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { Story } from './story.fixture.ts';

const target = 'sip:agent@198.51.100.99';
const order: ReferOrder = { target, noticeTimeoutMs: 60_000 };

class Referral extends Story {
  constructor(options: ConstructorParameters<typeof Story>[0] = {}) {
    super(options);
    this.answeredCall();
  }

  refer(more: Partial<ReferOrder> = {}): SipRequest {
    this.run(this.agent.refer('call-1', { ...order, ...more }, this.nowMs));
    return this.lastRequest('REFER');
  }

  #peerNumber = 0;

  /** A NOTIFY with this start line as its fragment; `headers` stand in place of the usual ones of the same name. */
  notify(fragment: string | undefined, state = 'active;expires=60', event = 'refer', type = 'message/sipfrag'): void {
    this.#peerNumber += 1;
    const headers = [`Event: ${event}`, `Subscription-State: ${state}`];
    this.peerRequest('NOTIFY', {
      cseq: this.#peerNumber,
      headers: fragment === undefined ? headers : [...headers, `Content-Type: ${type}`],
      ...(fragment === undefined ? {} : { body: `${fragment}\r\n` }),
    });
  }

  /** The events since the call was answered, in short. */
  told(): string[] {
    return this.events.slice(2).map(tell);
  }

  notified(): number[] {
    return this.statuses();
  }
}

function tell(event: LegEvent): string {
  switch (event.type) {
    case 'refer-accepted':
      return `accepted ${event.status}`;
    case 'refer-progress':
      return `progress ${event.status}`;
    case 'refer-done':
      return `done ${event.status}`;
    case 'refer-failed':
      return `failed ${event.cause} ${event.status ?? '-'}`;
    default:
      return event.type;
  }
}

test('RFC 3515 §2.1, RFC 3892 §2.1: REFER inside the dialog names the target and who asks', () => {
  const story = new Referral();
  const refer = story.refer({ headers: [{ name: 'X-Call', value: '7' }] });
  assert.equal(refer.requestUri, 'sip:bob@192.0.2.20');
  assert.equal(headerValue(refer.headers, 'refer-to'), `<${target}>`);
  assert.equal(headerValue(refer.headers, 'referred-by'), '<sip:alice@198.51.100.7>');
  assert.equal(headerValue(refer.headers, 'contact'), '<sip:alice@198.51.100.7:5070>');
  assert.equal(headerValue(refer.headers, 'x-call'), '7');
  assert.equal(refer.toTag, 'peer-1');
  assert.equal(refer.cseq.number, 2);
  const other = new Referral().refer({ headers: [{ name: 'Referred-By', value: '<sip:boss@example.net>' }] });
  assert.deepEqual(
    other.headers.filter(({ key }) => key === 'referred-by').map(({ value }) => value),
    ['<sip:boss@example.net>'],
  );
});

test('RFC 5589 §6.1: 202, then 100, 180 and 200 of the target, each NOTIFY answered', () => {
  const story = new Referral();
  story.reply(story.refer(), 202);
  story.notify('SIP/2.0 100 Trying');
  story.notify('SIP/2.0 180 Ringing', 'active;expires=50');
  story.notify('SIP/2.0 200 OK', 'terminated;reason=noresource');
  assert.deepEqual(story.told(), ['accepted 202', 'progress 100', 'progress 180', 'done 200']);
  assert.deepEqual(story.notified(), [200, 200, 200]);
  story.hangUp();
  assert.equal(story.lastRequest('BYE').cseq.number, 3);
  story.reply(story.lastRequest('BYE'), 200);
  story.advance(60_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

for (const [fragment, told] of [
  ['SIP/2.0 200 OK\r\nTo: <sip:x@y>\r\n\r\nwhatever', 'done 200'],
  ['SIP/2.0 302 Moved Temporarily', 'failed target 302'],
  ['SIP/2.0 486 Busy Here', 'failed target 486'],
  ['SIP/2.0 503 Service Unavailable', 'failed target 503'],
  ['SIP/2.0 603 Decline', 'failed target 603'],
  ['sip/2.0 200', 'done 200'],
  ['\r\n\r\nSIP/2.0 200 OK', 'done 200'],
] as const) {
  test(`RFC 3515 §2.4.5: the fragment ${JSON.stringify(fragment)} ends it`, () => {
    const story = new Referral();
    story.reply(story.refer(), 202);
    story.notify(fragment, 'terminated;reason=noresource');
    assert.deepEqual(story.told(), ['accepted 202', told]);
  });
}

for (const fragment of [
  'SIP/2.0 99 Odd',
  'SIP/2.0 700 Odd',
  'SIP/3.0 200 OK',
  'INVITE sip:a@b SIP/2.0',
  'SIP/2.0 2000 OK',
  '200 OK',
  '\u0000\u00ff',
  '',
]) {
  test(`RFC 3420 §2: ${JSON.stringify(fragment)} is no status; the subscription may go on or end without a result`, () => {
    const story = new Referral();
    story.reply(story.refer(), 202);
    story.notify(fragment);
    assert.deepEqual(story.told(), ['accepted 202']);
    story.notify(fragment, 'terminated;reason=timeout');
    assert.deepEqual(story.told(), ['accepted 202', 'failed no-result -']);
    assert.deepEqual(story.notified(), [200, 200]);
  });
}

test('RFC 3515 §2.4.4: the NOTIFY may come before the 202, which then is no news', () => {
  const story = new Referral();
  const refer = story.refer();
  story.notify('SIP/2.0 100 Trying');
  story.reply(refer, 202);
  story.notify('SIP/2.0 200 OK', 'terminated');
  assert.deepEqual(story.told(), ['accepted 202', 'progress 100', 'done 200']);
  const whole = new Referral();
  const first = whole.refer();
  whole.notify('SIP/2.0 200 OK', 'terminated');
  whole.reply(first, 202);
  assert.deepEqual(whole.told(), ['accepted 202', 'done 200']);
});

test('RFC 3515 §2.4.4: a 202 that is lost is made good by a NOTIFY', () => {
  const story = new Referral();
  story.refer();
  story.notify('SIP/2.0 100 Trying');
  story.advance(33_000);
  assert.deepEqual(story.told(), ['accepted 202', 'progress 100']);
  story.notify('SIP/2.0 200 OK', 'terminated');
  assert.equal(story.told().at(-1), 'done 200');
});

for (const status of [302, 400, 403, 405, 501, 503, 603]) {
  test(`RFC 3515 §2.4.2: ${status} refuses the REFER and leaves the call alone`, () => {
    const story = new Referral();
    story.reply(story.refer(), status);
    assert.deepEqual(story.told(), [`failed refused ${status}`]);
    story.peerRequest('OPTIONS', { cseq: 9 });
    assert.deepEqual(story.statuses(), [200]);
    story.reply(story.refer(), 202);
    assert.equal(story.told().at(-1), 'accepted 202');
  });
}

test('RFC 3261 §12.2.1.2: 481 means that the peer has lost the call', () => {
  const story = new Referral();
  story.reply(story.refer(), 481);
  assert.deepEqual(story.told(), ['dialog-lost']);
  assert.equal(story.requests('BYE').length, 0);
});

test('RFC 3261 §17.1.2.2: no answer to the REFER; the call stands', () => {
  const story = new Referral();
  story.refer();
  story.advance(31_999);
  assert.deepEqual(story.told(), []);
  story.advance(1);
  assert.deepEqual(story.told(), ['failed no-response 408']);
  assert.ok(story.requests('REFER').length > 5);
  const refused = new Referral();
  refused.refer();
  refused.run(refused.agent.sendFailed({ transport: 'udp', host: '192.0.2.20', port: 5060 }, 'No route.', 0));
  assert.deepEqual(refused.told(), ['failed no-response 408']);
});

test('RFC 6665 §4.1.2.4: accepted and never a NOTIFY; each NOTIFY begins the wait anew', () => {
  const story = new Referral();
  story.reply(story.refer({ noticeTimeoutMs: 10_000 }), 202);
  story.advance(9999);
  story.notify('SIP/2.0 180 Ringing');
  story.advance(9999);
  assert.deepEqual(story.told(), ['accepted 202', 'progress 180']);
  story.advance(1);
  assert.deepEqual(story.told(), ['accepted 202', 'progress 180', 'failed no-result -']);
  // What it says now is of no subscription any more.
  story.notify('SIP/2.0 200 OK', 'terminated');
  assert.deepEqual(story.told().length, 3);
  assert.equal(story.notified().at(-1), 481);
});

test('RFC 6665 §4.4.1: a result in a subscription that goes on; what follows is answered and means nothing', () => {
  const story = new Referral();
  story.reply(story.refer(), 202);
  story.notify('SIP/2.0 486 Busy Here', 'active;expires=10');
  story.notify('SIP/2.0 200 OK', 'active;expires=5');
  story.notify(undefined, 'terminated;reason=timeout');
  story.notify('SIP/2.0 200 OK');
  assert.deepEqual(story.told(), ['accepted 202', 'failed target 486']);
  assert.deepEqual(story.notified(), [200, 200, 200, 481]);
});

test('RFC 6665 §4.1.3: a NOTIFY of another package, another id, another body, or of nothing', () => {
  const story = new Referral();
  story.notify('SIP/2.0 200 OK', 'terminated');
  const refer = story.refer();
  story.reply(refer, 202);
  story.notify('SIP/2.0 200 OK', 'terminated', 'presence');
  story.notify('SIP/2.0 200 OK', 'terminated', `refer;id=${refer.cseq.number + 7}`);
  story.notify('SIP/2.0 200 OK', 'terminated', 'refer', 'text/plain');
  assert.deepEqual(story.notified(), [481, 489, 481, 415]);
  assert.deepEqual(story.told(), ['accepted 202']);
  story.notify('SIP/2.0 200 OK', 'terminated', `refer;id=${refer.cseq.number}`, 'message/sipfrag;version=2.0');
  assert.equal(story.told().at(-1), 'done 200');
});

test('RFC 5057 §4.1: behind our BYE the last NOTIFY is answered', () => {
  const story = new Referral();
  story.reply(story.refer(), 202);
  story.hangUp();
  story.notify('SIP/2.0 200 OK', 'terminated');
  assert.deepEqual(story.notified(), [200]);
  assert.deepEqual(story.told(), ['accepted 202']);
});

test('RFC 3261 §15.1.2: the peer hangs up while its transfer is under way', () => {
  const story = new Referral();
  const refer = story.refer();
  story.peerRequest('BYE', { cseq: 50 });
  story.reply(refer, 202);
  assert.deepEqual(story.told(), ['bye-received']);
  story.advance(60_000);
  assert.equal(story.agent.deadlineMs(), undefined);
  const later = new Referral();
  later.reply(later.refer(), 202);
  later.peerRequest('BYE', { cseq: 50 });
  assert.deepEqual(later.told(), ['accepted 202', 'bye-received']);
});

test('RFC 3261 §22.2: a challenge to the REFER is answered once; the subscription has the number of the second', () => {
  const story = new Referral({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  const withPassword = new Story({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  const challenge = ['Proxy-Authenticate: Digest realm="trunk", nonce="n1", qop="auth"'];
  story.reply(story.refer(), 407, { headers: challenge });
  assert.deepEqual(story.told(), ['failed refused 407']);

  const credentials = { username: 'alice', password: { reveal: () => 'hush' } };
  withPassword.reply(withPassword.invite({ credentials: [credentials] }), 200, {
    headers: ['Contact: <sip:bob@192.0.2.20>'],
    sdp: 'v=0\r\n',
  });
  withPassword.run(withPassword.agent.refer('call-1', order, 0));
  withPassword.reply(withPassword.lastRequest('REFER'), 407, { headers: challenge });
  const second = withPassword.lastRequest('REFER');
  assert.match(headerValue(second.headers, 'proxy-authorization') ?? '', /username="alice"/);
  assert.equal(second.cseq.number, 3);
  withPassword.reply(second, 202);
  withPassword.peerRequest('NOTIFY', {
    headers: ['Event: refer;id=3', 'Subscription-State: terminated', 'Content-Type: message/sipfrag'],
    body: 'SIP/2.0 200 OK\r\n',
  });
  assert.deepEqual(withPassword.events.slice(2).map(tell), ['accepted 202', 'done 200']);
  withPassword.hangUp();
  assert.equal(withPassword.lastRequest('BYE').cseq.number, 4);
});

test('one transfer at a time, in an answered call, to a target that can be one', () => {
  const early = new Story();
  early.invite();
  early.run(early.agent.refer('call-1', order, 0));
  assert.deepEqual(early.events.slice(1).map(tell), ['failed not-sent -']);
  const story = new Referral();
  for (const bad of ['sip:a@b\r\nVia: x', 'sip:a@b?Replaces=x', 'http://a', 'sip:a@b>;x=<sip:c@d', '']) {
    story.run(story.agent.refer('call-1', { ...order, target: bad }, 0));
    assert.equal(story.told().at(-1), 'failed not-sent -', bad);
  }
  assert.equal(story.requests('REFER').length, 0);
  story.refer();
  story.run(story.agent.refer('call-1', order, 0));
  assert.equal(story.requests('REFER').length, 1);
  assert.equal(story.told().at(-1), 'failed not-sent -');
});

const data = '56a3;encoding=hex';
for (const [what, more, header, value] of [
  ['its own header', { userToUser: { value: data, place: 'user-to-user' } }, 'user-to-user', data],
  [
    'Contact',
    { userToUser: { value: data, place: 'contact' } },
    'contact',
    '<sip:alice@198.51.100.7:5070?User-to-User=56a3%3Bencoding%3Dhex>',
  ],
  [
    'Refer-To',
    { userToUser: { value: data, place: 'refer-to' } },
    'refer-to',
    `<${target}?User-to-User=56a3%3Bencoding%3Dhex>`,
  ],
  [
    'Refer-To of a number',
    { userToUser: { value: data, place: 'refer-to' }, target: 'tel:+39-06;ext=7' },
    'refer-to',
    '<tel:+39-06;ext=7;User-to-User=56a3%3Bencoding%3Dhex>',
  ],
  [
    'a quoted string',
    { userToUser: { value: 'call "back" me', place: 'user-to-user' } },
    'user-to-user',
    '"call \\"back\\" me"',
  ],
  ['UTF-8', { userToUser: { value: '"è"', place: 'refer-to' } }, 'refer-to', `<${target}?User-to-User=%22%C3%A8%22>`],
] as const) {
  test(`RFC 7433 §4.1: user-to-user information in ${what}`, () => {
    const refer = new Referral().refer(more);
    assert.equal(headerValue(refer.headers, header), value);
  });
}

test('RFC 7433 §4.1: user-to-user information that is too long or could forge a header sends nothing', () => {
  for (const value of ['x'.repeat(1025), 'a\r\nVia: x', '']) {
    const story = new Referral();
    story.run(story.agent.refer('call-1', { ...order, userToUser: { value, place: 'user-to-user' } }, 0));
    assert.equal(story.requests('REFER').length, 0);
    assert.deepEqual(story.told(), ['failed not-sent -']);
  }
});

test('headers that the stack writes itself cannot be added', () => {
  const story = new Referral();
  const headers = ['Refer-To', 'r', 'Via', 'Contact', 'Replaces', 'Event', 'X y'].map((name) => ({
    name,
    value: '<x>',
  }));
  const refer = story.refer({ headers: [...headers, { name: 'X-A', value: 'a\nb' }] });
  assert.equal(refer.headers.filter(({ key }) => key === 'refer-to').length, 1);
  assert.equal(headerValue(refer.headers, 'refer-to'), `<${target}>`);
  assert.deepEqual(
    story.dropped,
    Array.from({ length: 8 }, () => 'bad-extra-header'),
  );
});

test('RFC 4488 §4: a peer that makes no subscription will send no news; that it took the REFER counts', () => {
  const story = new Referral();
  story.reply(story.refer(), 202, { headers: ['Refer-Sub: false'] });
  assert.deepEqual(story.told(), ['accepted 202', 'done 202']);
  story.advance(100_000);
  assert.deepEqual(story.told().length, 2);
  const usual = new Referral();
  usual.reply(usual.refer(), 202, { headers: ['Refer-Sub: true'] });
  assert.deepEqual(usual.told(), ['accepted 202']);
});

test('RFC 3515 §2.4.6: each REFER has a subscription of its own; a NOTIFY without an id is about the first', () => {
  const story = new Referral();
  const first = story.refer();
  story.reply(first, 202);
  story.notify('SIP/2.0 486 Busy Here', 'active;expires=60', `refer;id=${first.cseq.number}`);
  const second = story.refer();
  story.reply(second, 202);
  story.notify('SIP/2.0 200 OK', 'active;expires=60');
  story.notify('SIP/2.0 200 OK', 'active;expires=60', `refer;id=${first.cseq.number}`);
  assert.deepEqual(story.told(), ['accepted 202', 'failed target 486', 'accepted 202']);
  story.notify(undefined, 'terminated;reason=timeout', `refer;id=${first.cseq.number}`);
  story.notify('SIP/2.0 180 Ringing', 'active;expires=60');
  story.notify('SIP/2.0 200 OK', 'terminated', `refer;id=${second.cseq.number}`);
  assert.deepEqual(story.told().slice(3), ['progress 180', 'done 200']);
  story.notify('SIP/2.0 200 OK', 'terminated', `refer;id=${first.cseq.number}`);
  assert.deepEqual(story.notified(), [200, 200, 200, 200, 200, 200, 481]);
});
