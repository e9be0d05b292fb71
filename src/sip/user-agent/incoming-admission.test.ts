import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Admission } from '../contract.ts';
import { headerValue } from '../syntax/header.ts';
import { encoder, peer, Story, withBody } from './story.fixture.ts';

const sdp = 'v=0\r\n';

interface InviteText {
  readonly method?: string;
  readonly branch?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly fromTag?: string;
  readonly headers?: readonly string[];
  readonly sdp?: string | undefined;
}

function request(given: InviteText = {}): string {
  const {
    method = 'INVITE',
    branch = 'z9hG4bKin',
    callId = 'in-1',
    cseq = 1,
    fromTag = 'peer-1',
    headers = [],
  } = given;
  return withBody(
    [
      `${method} sip:+390612340001@198.51.100.7:5070 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=${branch}`,
      'Max-Forwards: 70',
      `From: <sip:bob@192.0.2.20>;tag=${fromTag}`,
      'To: <sip:+390612340001@198.51.100.7>',
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...(method === 'INVITE' ? ['Contact: <sip:bob@192.0.2.20:5099>'] : []),
      ...headers,
    ],
    'sdp' in given ? given.sdp : method === 'INVITE' ? sdp : undefined,
  );
}

const door = (admission: Admission): Story => new Story({ acceptsCalls: () => admission });

test('RFC 3261 §22.2: a refused INVITE gets its answer each time and leaves no state', () => {
  const headers = [{ name: 'WWW-Authenticate', value: 'Digest realm="vgw", nonce="n"' }];
  const story = door({ type: 'refused', status: 401, headers, told: { what: 'challenged', detail: 'It was.' } });
  for (let copy = 0; copy < 3; copy += 1) story.receive(request());
  assert.deepEqual(story.statuses(), [401, 401, 401]);
  const tags = new Set(story.sent.map(({ message }) => (message.kind === 'response' ? message.toTag : undefined)));
  assert.equal(tags.size, 1, 'RFC 3261 §8.2.7: the same tag for the same request');
  assert.equal(headerValue(story.sent[0]?.message.headers ?? [], 'www-authenticate'), headers[0]?.value);
  assert.deepEqual(story.dropped, ['challenged', 'challenged', 'challenged']);
  assert.deepEqual(story.calls, []);
  assert.equal(story.agent.deadlineMs(), undefined);
  // The answer to the challenge is a new request of the same Call-ID (§22.2).
  story.receive(request({ method: 'ACK' }));
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('an INVITE that is dropped gets no answer and leaves no state', () => {
  const story = door({ type: 'dropped', what: 'unwanted', detail: 'Nobody asked for it.' });
  story.receive(request());
  assert.deepEqual(story.sent, []);
  assert.deepEqual(story.dropped, ['unwanted']);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §17.2.1: what is let in is answered 100 at once, and a retransmission is not judged again', () => {
  let judged = 0;
  const story = new Story({
    acceptsCalls: (invite, source) => {
      judged += 1;
      assert.equal(invite.callId, 'in-1');
      assert.deepEqual(source, peer);
      return { type: 'let-in' };
    },
  });
  story.receive(request({ headers: ['X-Account: 7'] }));
  assert.deepEqual(story.statuses(), [100]);
  story.receive(request({ headers: ['X-Account: 7'] }));
  assert.deepEqual(story.statuses(), [100, 100]);
  assert.equal(judged, 1);
  assert.equal(story.calls.length, 1);
  assert.ok(story.calls[0]?.headers.some(({ name, value }) => name === 'X-Account' && value === '7'));
});

test('strangers that are screened get no answer: INVITE, OPTIONS, stray BYE and CANCEL, malformed, unknown method', () => {
  const asked: (string | undefined)[] = [];
  const story = new Story({
    acceptsCalls: true,
    screen: ({ source, method, userAgent }) => {
      assert.deepEqual(source, peer);
      asked.push(method === undefined ? undefined : `${method} ${userAgent ?? ''}`.trim());
      return 'untrusted';
    },
  });
  story.receive(request({ headers: ['User-Agent: friendly-scanner'] }));
  for (const method of ['OPTIONS', 'CANCEL', 'REGISTER', 'NONSENSE']) story.receive(request({ method }));
  story.receive(request({ method: 'BYE' }).replace('7>\r\nCall-ID', '7>;tag=x\r\nCall-ID'));
  story.receive(request().replace('CSeq: 1 INVITE', 'CSeq: 1 BYE'));
  story.receive('\0\0\0rubbish');
  assert.deepEqual(story.sent, []);
  assert.deepEqual(story.calls, []);
  assert.equal(story.agent.deadlineMs(), undefined);
  assert.deepEqual(asked, ['INVITE friendly-scanner', 'OPTIONS', 'CANCEL', 'REGISTER', 'NONSENSE', 'BYE', undefined]);
  assert.deepEqual(
    story.dropped.filter((what) => what === 'untrusted'),
    asked.map(() => 'untrusted'),
  );
});

test('requests and answers of a call are never screened, wherever they come from', () => {
  let asked = 0;
  const story = new Story({
    acceptsCalls: true,
    screen: () => {
      asked += 1;
      return 'untrusted';
    },
  });
  story.answeredCall();
  story.peerRequest('OPTIONS');
  story.peerRequest('BYE', { cseq: 2 });
  assert.deepEqual(story.statuses(), [200, 200]);
  assert.deepEqual(story.eventTypes().at(-1), 'bye-received');
  assert.equal(asked, 0);
});

test('RFC 3261 §8.2.2.2: a merged request is a loop, also after the first copy was refused', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request());
  story.receive(request({ branch: 'z9hG4bKother' }));
  assert.deepEqual(story.statuses(), [100, 482]);
  story.run(story.agent.reject('in-1', 486, story.nowMs));
  story.receive(request({ branch: 'z9hG4bKthird' }));
  assert.deepEqual(story.statuses(), [100, 482, 486, 482]);
  assert.equal(story.calls.length, 1);
});

test('RFC 3261 §8.1.3.5: a caller that was refused may try again under the same Call-ID', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request());
  story.run(story.agent.reject('in-1', 503, story.nowMs, [{ name: 'Retry-After', value: '5' }]));
  assert.equal(headerValue(story.sent.at(-1)?.message.headers ?? [], 'retry-after'), '5');
  story.receive(request({ branch: 'z9hG4bKagain', cseq: 2 }));
  assert.deepEqual(story.statuses(), [100, 503, 100]);
  assert.equal(story.calls.length, 2);
  story.run(story.agent.accept('in-1', sdp, story.nowMs));
  assert.equal(story.statuses().at(-1), 200);
  // The first refusal is still repeated until its ACK comes; that disturbs nothing.
  story.advance(400_000);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('RFC 3261 §13.3.1: an INVITE that expires before it is answered is answered 487', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request({ headers: ['Expires: 20'] }));
  story.run(story.agent.ring('in-1', 0));
  story.advance(19_999);
  assert.deepEqual(story.statuses(), [100, 180]);
  story.advance(1);
  assert.deepEqual(story.statuses(), [100, 180, 487]);
  assert.deepEqual(story.eventTypes(), ['cancelled']);
  story.run(story.agent.accept('in-1', sdp, story.nowMs));
  assert.ok(!story.statuses().includes(200));
});

test('RFC 3261 §13.3.1: an answer in time is not undone by Expires', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request({ headers: ['Expires: 20'] }));
  story.run(story.agent.accept('in-1', sdp, 0));
  const ok = story.sent.at(-1)?.message;
  story.peerRequestOf('in-1', 'ACK', { cseq: 1, toTag: ok?.toTag ?? '' });
  story.advance(60_000);
  assert.deepEqual(story.statuses(), [100, 200]);
  assert.deepEqual(story.eventTypes(), ['accepted']);
});

test('RFC 3261 §13.3.1.4: that no ACK came is told before the BYE goes', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request());
  story.run(story.agent.accept('in-1', sdp, 0));
  story.advance(32_000);
  assert.deepEqual(story.eventTypes(), ['accepted', 'unacknowledged']);
  assert.equal(story.requests('BYE').length, 1);
  assert.equal(story.snapshots.length, 1);
  assert.equal(story.snapshots[0]?.['phase'], 'confirmed');
});

test('what would end an answered call in another life is kept before its 200 leaves', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request());
  const effects = story.agent.accept('in-1', sdp, 0);
  assert.deepEqual(
    effects.map(({ type }) => type),
    ['dialog', 'send', 'leg'],
  );
  const [kept] = effects;
  assert.ok(kept?.type === 'dialog');
  const other = new Story();
  const ended = other.agent.endOrphan({ legId: 'in-1', snapshot: kept.snapshot }, 0);
  assert.ok(ended.isKnown);
  other.run(ended.effects);
  const bye = other.lastRequest('BYE');
  assert.equal(bye.requestUri, 'sip:bob@192.0.2.20:5099');
  assert.equal(bye.toTag, 'peer-1');
  assert.equal(bye.callId, 'in-1');
});

test('RFC 3261 §16.3: Max-Forwards 0 is for proxies; who is called takes the call', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request().replace('Max-Forwards: 70', 'Max-Forwards: 0'));
  assert.equal(story.calls.length, 1);
});

test('RFC 3261 §8.2.2.3, §8.2.3, §8.2.1: what cannot be served is refused before anybody is asked', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [420, 'unsupported', request({ headers: ['Require: 100rel, foo'] })],
    [415, 'accept', request().replace('application/sdp', 'text/plain')],
    [415, 'accept-encoding', request({ headers: ['Content-Encoding: gzip'] })],
    [406, 'server', request({ headers: ['Accept: text/plain'] })],
    [416, 'server', request().replace('INVITE sip:+390612340001@198.51.100.7:5070', 'INVITE nobodyknows:x')],
    [405, 'allow', request({ method: 'REGISTER' })],
    [501, 'allow', request({ method: 'NONSENSE' })],
  ];
  for (const [status, key, text] of cases) {
    const story = new Story({ acceptsCalls: () => assert.fail('asked') });
    story.run(story.agent.receive(encoder.encode(text), peer, 0));
    assert.deepEqual(story.statuses(), [status]);
    assert.ok(headerValue(story.sent[0]?.message.headers ?? [], key) !== undefined, key);
    assert.equal(story.agent.deadlineMs(), undefined);
  }
});

test('RFC 3261 §13.2.1: an INVITE without an offer is answered with one', () => {
  const story = new Story({ acceptsCalls: true });
  story.receive(request({ sdp: undefined }));
  assert.equal(story.calls[0]?.sdp, undefined);
  story.run(story.agent.accept('in-1', sdp, 0));
  assert.match(story.sent.at(-1)?.text ?? '', /\r\n\r\nv=0\r\n$/);
});
