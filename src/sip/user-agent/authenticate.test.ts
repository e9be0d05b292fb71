import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { authParameter, parseAuthValues } from '../auth/auth-value.ts';
import type { InviteOrder, SipCredentials } from '../contract.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { checkInfo } from './info.ts';
import { encoder, peer, type Sent, Story, withBody } from './story.fixture.ts';

const password = 'hush-7f3';
const alice: SipCredentials = { username: 'alice', password: { reveal: () => password } };
const credentials = [alice];

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

class Call extends Story {
  constructor() {
    super({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  }

  dial(order: Partial<InviteOrder> = {}): SipRequest {
    return this.invite({ credentials, ...order });
  }

  /** The peer answers our last request of this method with challenges. */
  challenge(status: 401 | 407, challenges: readonly string[], method = 'INVITE'): void {
    const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    const headers = challenges.map((challenge) => (challenge.includes(': ') ? challenge : `${name}: ${challenge}`));
    this.reply(this.lastRequest(method), status, { headers });
  }
}

const digest = (realm: string, nonce: string, more = ', qop="auth"'): string =>
  `Digest realm="${realm}", nonce="${nonce}"${more}`;

interface Given {
  readonly header: string;
  readonly realm: string | undefined;
  readonly nonce: string | undefined;
  readonly nc: string | undefined;
  readonly uri: string | undefined;
  readonly response: string | undefined;
  readonly cnonce: string | undefined;
}

/** The credentials a request carries. */
function given(request: SipRequest): Given[] {
  return request.headers
    .filter(({ key }) => key === 'authorization' || key === 'proxy-authorization')
    .map(({ name, value }) => {
      const [parsed, ...others] = parseAuthValues(value);
      assert.ok(parsed !== undefined && others.length === 0);
      const read = (parameter: string): string | undefined => authParameter(parsed, parameter);
      return {
        header: name,
        realm: read('realm'),
        nonce: read('nonce'),
        nc: read('nc'),
        uri: read('uri'),
        response: read('response'),
        cnonce: read('cnonce'),
      };
    });
}

function requestOf({ message }: Sent): SipRequest {
  assert.ok(message.kind === 'request');
  return message;
}

/** Header, nonce and count of what the INVITEs or BYEs carried, one list for each. */
function used(call: Call, method: string): string[][] {
  return call
    .requests(method)
    .map((sent) => given(requestOf(sent)).map(({ header, nonce, nc }) => `${header} ${nonce ?? ''} ${nc ?? '-'}`));
}

test('RFC 3261 §22.2: a 401 is ACKed, then the INVITE goes again with credentials, as a new request of the same call', () => {
  const call = new Call();
  const first = call.dial();
  assert.deepEqual(given(first), []);
  call.challenge(401, [digest('trunk', 'n1')]);
  assert.deepEqual(
    call.sent.map(({ message }) => message.kind === 'request' && `${message.method} ${message.cseq.number}`),
    ['INVITE 1', 'ACK 1', 'INVITE 2'],
  );
  const second = call.lastRequest('INVITE');
  assert.equal(second.callId, first.callId);
  assert.equal(second.fromTag, first.fromTag);
  assert.equal(second.toTag, undefined);
  assert.notEqual(headerValue(second.headers, 'via'), headerValue(first.headers, 'via'));
  assert.deepEqual(second.body, first.body);
  const same = (request: SipRequest): unknown[] =>
    request.headers
      .filter(({ key }) => !['via', 'cseq', 'authorization'].includes(key))
      .map(({ name, value }) => `${name}: ${value}`);
  assert.deepEqual(same(second), same(first));
  const [answer] = given(second);
  assert.deepEqual([answer?.header, answer?.uri, answer?.nc], ['Authorization', second.requestUri, '00000001']);
  const expected = md5(
    `${md5(`alice:trunk:${password}`)}:n1:00000001:${answer?.cnonce ?? ''}:auth:${md5('INVITE:sip:bob@192.0.2.20')}`,
  );
  assert.equal(answer?.response, expected);
  assert.match(answer?.cnonce ?? '', /^[\da-f]{32}$/);
  assert.deepEqual(call.eventTypes(), ['invited']);
});

test('RFC 3261 §22.3: 407 is answered with Proxy-Authorization', () => {
  const call = new Call();
  call.dial();
  call.challenge(407, [digest('proxy', 'n1', ', algorithm=SHA-256')]);
  assert.deepEqual(used(call, 'INVITE'), [[], ['Proxy-Authorization n1 -']]);
  assert.match(headerValue(call.lastRequest('INVITE').headers, 'proxy-authorization') ?? '', /response="[\da-f]{64}"/);
});

test('RFC 3261 §22.3: several realms of one response, in both headers and in one line, are all answered', () => {
  const call = new Call();
  call.dial();
  call.challenge(407, [
    `${digest('a', 'na')}, Basic realm="x", ${digest('b', 'nb')}`,
    digest('c', 'nc', ', algorithm=unheard-of'),
    `WWW-Authenticate: ${digest('a', 'nw')}`,
  ]);
  assert.deepEqual(used(call, 'INVITE')[1], [
    'Proxy-Authorization na 00000001',
    'Proxy-Authorization nb 00000001',
    'Authorization nw 00000001',
  ]);
});

test('RFC 3261 §22.3: a proxy, then the server behind it: two rounds, the first answer stays', () => {
  const call = new Call();
  call.dial();
  call.challenge(407, [digest('proxy', 'n1')]);
  call.challenge(401, [digest('server', 'n2')]);
  assert.deepEqual(used(call, 'INVITE')[2], ['Proxy-Authorization n1 00000002', 'Authorization n2 00000001']);
  assert.equal(call.lastRequest('INVITE').cseq.number, 3);
  call.challenge(401, [digest('third', 'n3')]);
  assert.equal(call.requests('INVITE').length, 3);
  assert.deepEqual(call.eventTypes(), ['invited', 'rejected']);
});

test('RFC 7616 §3.3: stale=true is tried once more and is no failure', () => {
  const call = new Call();
  call.dial();
  call.challenge(407, [digest('proxy', 'n1')]);
  call.challenge(407, [digest('proxy', 'n2', ', stale=TRUE, qop="auth"')]);
  call.challenge(401, [digest('server', 'n3')]);
  assert.deepEqual(used(call, 'INVITE').slice(1), [
    ['Proxy-Authorization n1 00000001'],
    ['Proxy-Authorization n2 00000001'],
    ['Proxy-Authorization n2 00000002', 'Authorization n3 00000001'],
  ]);
  call.reply(call.lastRequest('INVITE'), 200, { headers: ['Contact: <sip:bob@192.0.2.20>'] });
  assert.deepEqual(call.eventTypes(), ['invited', 'answered']);
});

test('a server that calls every nonce stale is not asked for ever', () => {
  const call = new Call();
  call.dial();
  for (let nonce = 1; nonce < 20; nonce += 1) call.challenge(401, [digest('trunk', `n${nonce}`, ', stale=true')]);
  assert.equal(call.requests('INVITE').length, 4);
  assert.deepEqual(call.eventTypes(), ['invited', 'rejected']);
});

for (const [what, again, invites] of [
  ['the same nonce', 'n1', 2],
  ['a new nonce each time', 'n2', 3],
] as const) {
  test(`RFC 3261 §22.1: a wrong password stops (${what})`, () => {
    const call = new Call();
    call.dial();
    call.challenge(401, [digest('trunk', 'n1')]);
    call.challenge(401, [digest('trunk', again)]);
    if (call.events.length === 1) call.challenge(401, [digest('trunk', 'n3')]);
    assert.equal(call.requests('INVITE').length, invites);
    const last = call.events.at(-1);
    assert.ok(last?.type === 'rejected');
    assert.equal(last.status, 401);
    assert.equal(last.detail, 'The user name or the password was refused.');
    call.advance(60_000);
    assert.equal(call.agent.deadlineMs(), undefined);
  });
}

test('a challenge that cannot be answered ends the call and says why', () => {
  const detailOf = (order: Partial<InviteOrder>, challenge: string): string | undefined => {
    const call = new Call();
    call.invite(order);
    call.challenge(401, [challenge]);
    assert.equal(call.requests('INVITE').length, 1);
    const last = call.events.at(-1);
    assert.ok(last?.type === 'rejected' && last.status === 401);
    return last.detail;
  };
  assert.match(detailOf({}, digest('trunk', 'n')) ?? '', /No credentials/);
  assert.match(detailOf({ credentials }, 'Basic realm="x"') ?? '', /No challenge is Digest/);
  assert.match(detailOf({ credentials }, digest('t', 'n', ', algorithm=AKAv1-MD5')) ?? '', /No challenge is Digest/);
  assert.match(detailOf({ credentials: [{ ...alice, realm: 'ours' }] }, digest('t', 'n')) ?? '', /another realm/);
  const story = new Story();
  story.invite({ credentials });
  story.reply(story.lastRequest('INVITE'), 401, { headers: [`WWW-Authenticate: ${digest('t', 'n')}`] });
  assert.equal(story.requests('INVITE').length, 1);
});

test('credentials of one realm leave the others alone', () => {
  const call = new Call();
  call.dial({ credentials: [{ ...alice, realm: 'ours' }] });
  call.challenge(407, [digest('theirs', 'n1'), digest('ours', 'n2')]);
  assert.deepEqual(used(call, 'INVITE')[1], ['Proxy-Authorization n2 00000001']);
});

test('RFC 3261 §22.1, §22.2: the ACK repeats the credentials of its INVITE, the BYE counts on', () => {
  const call = new Call();
  call.dial();
  call.challenge(401, [digest('trunk', 'n1')]);
  const invite = call.lastRequest('INVITE');
  call.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20:5066>'], sdp: 'v=0\r\n' });
  const ack = call.lastRequest('ACK');
  assert.equal(ack.cseq.number, 2);
  assert.deepEqual(given(ack), given(invite));
  call.hangUp();
  const [bye] = given(call.lastRequest('BYE'));
  assert.deepEqual([bye?.nonce, bye?.nc, bye?.uri], ['n1', '00000002', 'sip:bob@192.0.2.20:5066']);
  assert.equal(bye?.cnonce, given(invite)[0]?.cnonce);
  assert.notEqual(bye?.response, given(invite)[0]?.response);
  assert.equal(call.lastRequest('BYE').cseq.number, 3);
});

test('RFC 3261 §22.2: a challenge to BYE is answered once', () => {
  const call = new Call();
  call.dial();
  call.reply(call.lastRequest('INVITE'), 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  call.hangUp();
  call.challenge(407, [digest('proxy', 'n1')], 'BYE');
  assert.deepEqual(call.eventTypes(), ['invited', 'answered']);
  assert.deepEqual(used(call, 'BYE'), [[], ['Proxy-Authorization n1 00000001']]);
  assert.deepEqual(
    call.requests('BYE').map((sent) => requestOf(sent).cseq.number),
    [2, 3],
  );
  call.challenge(407, [digest('proxy', 'n2', ', stale=true')], 'BYE');
  assert.equal(call.requests('BYE').length, 2);
  const last = call.events.at(-1);
  assert.ok(last?.type === 'bye-finished' && last.status === 407);
  call.advance(40_000);
  assert.equal(call.agent.deadlineMs(), undefined);
});

test('a BYE with a stale nonce is repeated with the new one', () => {
  const call = new Call();
  call.dial();
  call.challenge(401, [digest('trunk', 'n1')]);
  call.reply(call.lastRequest('INVITE'), 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  call.hangUp();
  call.challenge(401, [digest('trunk', 'n2', ', stale=true, qop="auth"')], 'BYE');
  call.reply(call.lastRequest('BYE'), 200);
  assert.deepEqual(used(call, 'BYE'), [['Authorization n1 00000002'], ['Authorization n2 00000001']]);
  const last = call.events.at(-1);
  assert.ok(last?.type === 'bye-finished' && last.status === 200);
});

test('a BYE to a call that was answered too late is authenticated too', () => {
  const call = new Call();
  call.dial();
  call.reply(call.lastRequest('INVITE'), 180);
  call.hangUp();
  call.reply(call.lastRequest('INVITE'), 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  call.challenge(401, [digest('trunk', 'n1')], 'BYE');
  assert.deepEqual(used(call, 'BYE'), [[], ['Authorization n1 00000001']]);
  call.reply(call.lastRequest('BYE'), 200);
  assert.equal(call.events.at(-1)?.type, 'bye-finished');
});

test('RFC 3261 §17.1.1.2: a challenge that comes again is ACKed again and answered no second time', () => {
  const call = new Call();
  const first = call.dial();
  const headers = [`WWW-Authenticate: ${digest('trunk', 'n1')}`];
  call.reply(first, 401, { headers });
  call.reply(first, 401, { headers });
  assert.equal(call.requests('ACK').length, 2);
  assert.equal(call.requests('INVITE').length, 2);
  call.advance(1600);
  const texts = call.requests('INVITE').map(({ text }) => text);
  assert.equal(texts.length, 4);
  assert.equal(new Set(texts.slice(1)).size, 1, 'a retransmission is the same bytes, with the same nonce count');
});

test('the ring time is one for all attempts', () => {
  const call = new Call();
  call.dial({ ringTimeoutMs: 10_000 });
  call.reply(call.lastRequest('INVITE'), 100);
  call.advance(6000);
  call.challenge(401, [digest('trunk', 'n1')]);
  call.reply(call.lastRequest('INVITE'), 180);
  call.advance(3999);
  assert.equal(call.requests('CANCEL').length, 0);
  call.advance(1);
  assert.equal(call.requests('CANCEL').length, 1);
  call.reply(call.lastRequest('INVITE'), 487);
  assert.deepEqual(call.eventTypes(), ['invited', 'provisional', 'ring-timeout']);
});

test('RFC 3261 §9.1: CANCEL during the second attempt is for that one, and carries no credentials', () => {
  const call = new Call();
  call.dial();
  call.reply(call.lastRequest('INVITE'), 100);
  call.challenge(401, [digest('trunk', 'n1')]);
  call.hangUp();
  assert.equal(call.requests('CANCEL').length, 0, 'the second INVITE has no provisional answer yet');
  const second = call.lastRequest('INVITE');
  call.reply(second, 180);
  const cancel = call.lastRequest('CANCEL');
  assert.equal(cancel.cseq.number, 2);
  assert.equal(headerValue(cancel.headers, 'via'), headerValue(second.headers, 'via'));
  assert.deepEqual(given(cancel), []);
  call.challenge(401, [digest('trunk', 'n2')], 'CANCEL');
  assert.equal(call.requests('CANCEL').length, 1);
  call.reply(second, 487);
  assert.equal(call.events.at(-1)?.type, 'cancelled');
});

test('a call that is being given up answers no challenge', () => {
  const hungUp = new Call();
  hungUp.dial();
  hungUp.hangUp();
  hungUp.challenge(401, [digest('trunk', 'n1')]);
  assert.equal(hungUp.requests('INVITE').length, 1);
  assert.equal(hungUp.events.at(-1)?.type, 'cancelled');
  const timedOut = new Call();
  timedOut.dial({ ringTimeoutMs: 100 });
  timedOut.advance(200);
  timedOut.challenge(401, [digest('trunk', 'n1')]);
  assert.equal(timedOut.requests('INVITE').length, 1);
  assert.equal(timedOut.events.at(-1)?.type, 'ring-timeout');
});

test('only the next hop of the INVITE is given credentials, by its name and by the address that answers for it', () => {
  const call = new Call();
  call.dial({ outboundProxy: { transport: 'udp', host: 'Trunk.example.net', port: 5060 } });
  call.challenge(407, [digest('proxy', 'n1')]);
  assert.equal(used(call, 'INVITE')[1]?.length, 1);
  call.reply(call.lastRequest('INVITE'), 200, {
    headers: ['Contact: <sip:bob@203.0.113.9>', `Record-Route: <sip:${peer.host};lr>`],
    sdp: 'v=0\r\n',
  });
  assert.equal(given(call.lastRequest('ACK')).length, 1);

  const strayed = new Call();
  strayed.dial({ outboundProxy: { transport: 'udp', host: 'trunk.example.net', port: 5060 } });
  strayed.challenge(407, [digest('proxy', 'n1')]);
  strayed.reply(strayed.lastRequest('INVITE'), 200, { headers: ['Contact: <sip:bob@203.0.113.9>'], sdp: 'v=0\r\n' });
  assert.deepEqual(given(strayed.lastRequest('ACK')), []);
  strayed.hangUp();
  const bye = strayed.lastRequest('BYE');
  assert.deepEqual(given(bye), []);
  const lines = [
    'SIP/2.0 401 Unauthorized',
    `Via: ${headerValue(bye.headers, 'via') ?? ''}`,
    ...['From', 'To'].map((name) => `${name}: ${headerValue(bye.headers, name.toLowerCase()) ?? ''}`),
    `Call-ID: ${bye.callId}`,
    `CSeq: ${bye.cseq.number} BYE`,
    `WWW-Authenticate: ${digest('proxy', 'chosen')}`,
  ];
  const elsewhere = { transport: 'udp', host: '203.0.113.9', port: 5060 } as const;
  strayed.run(strayed.agent.receive(encoder.encode(withBody(lines, undefined)), elsewhere, strayed.nowMs));
  assert.equal(strayed.requests('BYE').length, 1);
});

test('the password stands in no effect, and a user name cannot forge a header', () => {
  const call = new Call();
  call.dial();
  call.challenge(401, [digest('trunk', 'n1')]);
  call.challenge(401, [digest('trunk', 'n1')]);
  const everything = JSON.stringify([call.sent.map(({ text }) => text), call.events, call.dropped]);
  assert.ok(everything.includes('alice') && !everything.includes(password));
  const forged = new Story();
  const effects = forged.agent.invite(
    {
      legId: 'x',
      to: 'sip:bob@192.0.2.20',
      from: 'sip:a@b',
      routes: [],
      sdp: '',
      ringTimeoutMs: 1,
      credentials: [{ ...alice, username: 'a\r\nX-Forged: 1' }],
    },
    0,
  );
  assert.deepEqual(
    effects.map((effect) => effect.type === 'leg' && effect.event.type),
    ['unreachable'],
  );
});

test('a challenged INFO is sent again with the next number of the dialog, whatever went out meanwhile', () => {
  const call = new Call();
  call.reply(call.dial(), 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  const { info } = checkInfo([], 'hello');
  call.run(call.agent.info('call-1', info, 0));
  const first = call.lastRequest('INFO');
  call.run(call.agent.info('call-1', info, 0));
  call.reply(first, 401, { headers: [`WWW-Authenticate: ${digest('trunk', 'n1')}`] });
  const again = call.lastRequest('INFO');
  assert.deepEqual([first.cseq.number, again.cseq.number], [2, 4]);
  assert.equal(given(again).length, 1);
  assert.deepEqual(again.body, first.body);
  call.reply(again, 401, { headers: [`WWW-Authenticate: ${digest('trunk', 'n2')}`] });
  assert.deepEqual(call.events.at(-1), { type: 'info-answered', status: 401, atMs: 0 });
  call.hangUp();
  assert.equal(call.lastRequest('BYE').cseq.number, 5);
});
