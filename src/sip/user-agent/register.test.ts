import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { authParameter, parseAuthValues } from '../auth/auth-value.ts';
import type { RegisterOrder } from '../contract.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { peer, Story } from './story.fixture.ts';

const credentials = [{ username: 'alice', password: { reveal: () => 'hush' } }];
const ownContact = '<sip:alice@198.51.100.7:5070>';

class Registered extends Story {
  constructor() {
    super({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  }

  register(order: Partial<RegisterOrder> = {}): SipRequest {
    this.run(
      this.agent.register(
        {
          registrationId: 'reg-1',
          registrar: { ...peer, transport: 'udp' },
          addressOfRecord: 'sip:alice@example.net',
          expiresS: 600,
          credentials,
          ...order,
        },
        this.nowMs,
      ),
    );
    return this.lastRequest('REGISTER');
  }

  unregister(): void {
    this.run(this.agent.unregister('reg-1', this.nowMs));
  }

  accept(headers: readonly string[] = [`Contact: ${ownContact};expires=600`]): void {
    this.reply(this.lastRequest('REGISTER'), 200, { headers });
  }

  /** Lets time pass until another REGISTER leaves; gives how long that took, to the second. */
  untilNext(): number {
    const { number } = this.lastRequest('REGISTER').cseq;
    const beganAtMs = this.nowMs;
    while (this.lastRequest('REGISTER').cseq.number === number) {
      assert.ok(this.nowMs - beganAtMs < 3_600_000, 'no other REGISTER within the hour');
      this.advance(1000);
    }
    return this.nowMs - beganAtMs;
  }

  told(): string[] {
    return this.registrations.map(({ type }) => type);
  }

  field(name: string): string | undefined {
    return headerValue(this.lastRequest('REGISTER').headers, name);
  }
}

test('RFC 3261 §10.2: REGISTER names the domain, the address of record and where we are reached', () => {
  const story = new Registered();
  const request = story.register();
  assert.equal(request.requestUri, 'sip:example.net');
  assert.equal(story.field('to'), '<sip:alice@example.net>');
  assert.equal(story.field('from'), `<sip:alice@example.net>;tag=${request.fromTag ?? ''}`);
  assert.deepEqual([request.callId, story.field('cseq')], ['reg-1', '1 REGISTER']);
  assert.deepEqual([story.field('contact'), story.field('expires')], [ownContact, '600']);
  assert.deepEqual(story.sent[0]?.to, { ...peer, transport: 'udp' });
  story.accept();
  assert.deepEqual(story.told(), ['registered']);
});

test('RFC 3261 §10.2.4: it is renewed with the same Call-ID and the next number, before the time is over', () => {
  const story = new Registered();
  const first = story.register();
  story.accept();
  for (const cseq of [2, 3]) {
    const waitedMs = story.untilNext();
    assert.ok(waitedMs >= 480_000 && waitedMs <= 541_000, String(waitedMs));
    const next = story.lastRequest('REGISTER');
    assert.deepEqual([next.callId, next.fromTag, next.cseq.number], [first.callId, first.fromTag, cseq]);
    if (cseq === 2) story.accept();
  }
  assert.deepEqual(story.told(), ['registered', 'registered']);
});

test('RFC 3261 §22.2: a challenge is answered, and renewals carry the answer from the start with a rising count', () => {
  const story = new Registered();
  const challenge = 'WWW-Authenticate: Digest realm="example.net", nonce="n1", qop="auth", algorithm=SHA-256';
  story.reply(story.register(), 401, { headers: [challenge] });
  const answered = (): string[] => {
    const [value] = parseAuthValues(story.field('authorization') ?? '');
    return ['nonce', 'nc', 'uri'].map((name) => (value === undefined ? '' : (authParameter(value, name) ?? '')));
  };
  assert.deepEqual(answered(), ['n1', '00000001', 'sip:example.net']);
  story.accept();
  story.untilNext();
  assert.deepEqual(answered(), ['n1', '00000002', 'sip:example.net']);
  assert.equal(story.field('cseq'), '3 REGISTER');
  const stale = 'WWW-Authenticate: Digest realm="example.net", nonce="n2", qop="auth", algorithm=SHA-256, stale=true';
  story.reply(story.lastRequest('REGISTER'), 401, { headers: [stale] });
  assert.deepEqual(answered(), ['n2', '00000001', 'sip:example.net']);
  story.accept();
  assert.deepEqual(story.told(), ['registered', 'registered']);
});

test('RFC 3261 §22.1: a wrong password is told without a word of it, and waited out', () => {
  const story = new Registered();
  const challenge = 'WWW-Authenticate: Digest realm="example.net", nonce="n1", qop="auth"';
  story.reply(story.register(), 401, { headers: [challenge] });
  story.reply(story.lastRequest('REGISTER'), 401, { headers: [challenge] });
  const [told] = story.registrations;
  assert.ok(told?.type === 'failed');
  assert.deepEqual([told.status, told.isBound], [401, false]);
  assert.equal(told.detail, '401 Word. The user name or the password was refused.');
  assert.ok(story.untilNext() >= 150_000);
});

test('RFC 3261 §10.2.8: 423 with Min-Expires is asked again for that', () => {
  const story = new Registered();
  story.reply(story.register({ expiresS: 60 }), 423, { headers: ['Min-Expires: 1800'] });
  assert.equal(story.field('expires'), '1800');
  assert.equal(story.field('cseq'), '2 REGISTER');
  story.accept([`Contact: ${ownContact};expires=1800`]);
  assert.deepEqual(story.told(), ['registered']);
});

test('RFC 3261 §10.2.4: of several contacts our own one counts, however it is spelled', () => {
  const grantedOf = (...headers: string[]): number | undefined => {
    const story = new Registered();
    story.register();
    story.accept(headers);
    const [told] = story.registrations;
    return told?.type === 'registered' ? told.grantedS : undefined;
  };
  assert.equal(grantedOf('Contact: <sip:alice@192.0.2.99>;expires=11, <SIP:alice@198.51.100.7:5070>;expires=60'), 60);
  assert.equal(grantedOf(`Contact: ${ownContact}`, 'Expires: 120'), 120);
  assert.equal(grantedOf('Contact: <sip:alice@192.0.2.99>;expires=11'), 600);
  assert.equal(grantedOf(), 600);
  assert.equal(grantedOf(`Contact: ${ownContact};expires=soon`), 600);
});

test('RFC 3608 §6.1: calls take the way that the registrar names, but for those with a route of their own', () => {
  const story = new Registered();
  story.register();
  story.accept([
    `Contact: ${ownContact};expires=600`,
    'Service-Route: <sip:edge.example.net;lr>, <sip:core.example.net;lr>',
  ]);
  const outboundProxy = { host: 'trunk.example.net', port: 5060, transport: 'udp' } as const;
  const routesOf = (request: SipRequest): string[] =>
    request.headers.filter(({ key }) => key === 'route').map(({ value }) => value);
  const registrationIds = ['unknown', 'reg-1'];
  const routed = story.invite({ outboundProxy, registrationIds });
  assert.deepEqual(routesOf(routed), ['<sip:edge.example.net;lr>', '<sip:core.example.net;lr>']);
  assert.equal(story.sent.at(-1)?.to.host, 'edge.example.net');
  const own = story.invite({ legId: 'call-2', routes: ['<sip:mine.example.net;lr>'], registrationIds });
  assert.deepEqual(routesOf(own), ['<sip:mine.example.net;lr>']);
  assert.deepEqual(routesOf(story.invite({ legId: 'call-3', outboundProxy })), []);
  story.nowMs = 700_000;
  assert.deepEqual(routesOf(story.invite({ legId: 'call-4', outboundProxy, registrationIds })), [], 'it has run out');
});

test('RFC 3261 §17.1.2.2: a registrar that is silent is tried again after Timer F and a pause', () => {
  const story = new Registered();
  story.register();
  story.advance(32_000);
  assert.deepEqual(story.registrations.at(-1), {
    type: 'failed',
    detail: 'The registrar did not answer.',
    isBound: false,
    retryInMs: (story.registrations.at(-1) as { retryInMs: number }).retryInMs,
    atMs: 32_000,
  });
  assert.ok(story.untilNext() <= 31_000);
  story.accept();
  assert.deepEqual(story.told(), ['failed', 'registered']);
});

test('RFC 3261 §20.33: 503 with Retry-After is waited out', () => {
  const story = new Registered();
  story.reply(story.register(), 503, { headers: ['Retry-After: 120'] });
  const waitedMs = story.untilNext();
  assert.ok(waitedMs >= 120_000 && waitedMs <= 124_000, String(waitedMs));
});

test('RFC 3261 §10.2.2: unregister asks for zero seconds, and ends with the answer', () => {
  const story = new Registered();
  story.register();
  story.accept();
  story.unregister();
  assert.deepEqual([story.field('expires'), story.field('contact')], ['0', ownContact]);
  assert.deepEqual(story.told(), ['registered']);
  story.accept([]);
  assert.deepEqual(story.told(), ['registered', 'ended']);
  story.advance(3_600_000);
  assert.equal(story.requests('REGISTER').length, 2);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('an order that cannot be carried out is told at once, and leaves nothing behind', () => {
  for (const [order, said] of [
    [{ addressOfRecord: 'tel:+391234' }, /no sip: URI/],
    [{ addressOfRecord: 'sip:a@b\r\nX: 1' }, /control character/],
    [{ registrar: { ...peer, transport: 'tcp' } }, /reached by tcp/],
    [{ credentials: [{ username: 'a\r\n', password: { reveal: () => 'x' } }] }, /user name/],
  ] as const) {
    const story = new Registered();
    assert.throws(() => story.register(order), /no REGISTER was sent/);
    const [told] = story.registrations;
    assert.match(told?.type === 'failed' ? told.detail : '', said);
    assert.equal(story.agent.deadlineMs(), undefined);
  }
});

test('a registration that was refused for now leaves no call and no transaction behind', () => {
  const story = new Registered();
  story.reply(story.register(), 403);
  story.unregister();
  assert.deepEqual(story.told(), ['failed', 'ended']);
  story.advance(60_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});
