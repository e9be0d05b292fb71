import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { authParameter, parseAuthValues } from '../auth/auth-value.ts';
import type { SipCredentials } from '../contract.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { Story } from './story.fixture.ts';

const alice: SipCredentials = { username: 'alice', password: { reveal: () => 'hush' } };
const hash = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');
const md5 = (text: string): string => hash('md5', text);
const answerHeaders = ['Contact: <sip:bob@192.0.2.20>'];

/** An answered call whose INVITE was challenged like this. */
class AuthenticatedCall extends Story {
  readonly invitation: SipRequest;

  constructor(challenge: string, credentials: readonly SipCredentials[] = [alice]) {
    super({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
    this.reply(this.invite({ credentials }), 401, { headers: [`WWW-Authenticate: Digest ${challenge}`] });
    this.invitation = this.lastRequest('INVITE');
  }

  /** The peer answers the INVITE, saying this of its credentials. */
  answer(info: string, sdp = 'v=0\r\n'): void {
    this.reply(this.invitation, 200, { headers: [...answerHeaders, `Authentication-Info: ${info}`], sdp });
  }

  bye(): string[] {
    this.hangUp();
    const bye = this.lastRequest('BYE');
    return [read(bye, 'nonce'), read(bye, 'nc')];
  }
}

function read(request: SipRequest, name: string): string {
  const [value] = parseAuthValues(headerValue(request.headers, 'authorization') ?? '');
  return (value === undefined ? undefined : authParameter(value, name)) ?? '';
}

/** What the server answers with when it knows the password (RFC 7616 §3.5). */
function proof(request: SipRequest, body: string, qop: 'auth' | 'auth-int' = 'auth'): string {
  const target = qop === 'auth' ? md5(`:${request.requestUri}`) : md5(`:${request.requestUri}:${md5(body)}`);
  const secret = md5(`alice:${read(request, 'realm')}:hush`);
  const middle = `${read(request, 'nonce')}:${read(request, 'nc')}:${read(request, 'cnonce')}:${qop}`;
  return md5(`${secret}:${middle}:${target}`);
}

const auth = 'realm="trunk", nonce="n1", qop="auth"';

test('RFC 7616 §3.5: the next request is given to the nonce that nextnonce names, counted from one', () => {
  const call = new AuthenticatedCall(auth);
  call.answer('nextnonce="n2"');
  assert.deepEqual(call.bye(), ['n2', '00000001']);
  const bye = call.lastRequest('BYE');
  const target = md5(`BYE:${bye.requestUri}`);
  const expected = md5(`${md5('alice:trunk:hush')}:n2:00000001:${read(bye, 'cnonce')}:auth:${target}`);
  assert.equal(read(bye, 'response'), expected);
  assert.deepEqual(call.dropped, []);
});

test('RFC 7616 §3.4: without nextnonce the nonce is used on and its count rises', () => {
  const call = new AuthenticatedCall(auth);
  call.answer('qop=auth, nc=00000001');
  assert.deepEqual(call.bye(), ['n1', '00000002']);
});

test('RFC 7616 §3.5: a 2xx that comes again names no second nextnonce, so that no count is used twice', () => {
  const call = new AuthenticatedCall(auth);
  call.answer('nextnonce="n2"');
  call.run(call.agent.offer('call-1', 'v=0\r\n', call.nowMs));
  assert.deepEqual(
    [read(call.lastRequest('INVITE'), 'nonce'), read(call.lastRequest('INVITE'), 'nc')],
    ['n2', '00000001'],
  );
  call.answer('nextnonce="n2"');
  call.reply(call.lastRequest('INVITE'), 200, { headers: answerHeaders, sdp: 'v=0\r\n' });
  assert.deepEqual(call.bye(), ['n2', '00000002']);
});

test('RFC 7616 §3.5: the server proves itself by rspauth, over its body with auth-int', () => {
  for (const qop of ['auth', 'auth-int'] as const) {
    const call = new AuthenticatedCall(`realm="trunk", nonce="n1", qop="${qop}"`);
    const given = proof(call.invitation, 'v=0\r\n', qop);
    call.answer(`rspauth="${given}", qop=${qop}, nc=00000001, nextnonce="n2"`);
    assert.deepEqual(call.dropped, [], qop);
    assert.deepEqual(call.bye(), ['n2', '00000001'], qop);
  }
});

test('RFC 7616 §3.5: who proves itself wrongly is told of, and is believed no nextnonce', () => {
  const call = new AuthenticatedCall(auth);
  call.answer(
    `rspauth="${proof(call.invitation, '').replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}", nextnonce="n2"`,
  );
  assert.deepEqual(call.dropped, ['bad-server-proof']);
  assert.deepEqual(call.eventTypes(), ['invited', 'answered']);
  assert.deepEqual(call.bye(), ['n1', '00000002']);
});

test('RFC 7616 §3.4.2: the session key of -sess stays that of the first nonce and cnonce', () => {
  const call = new AuthenticatedCall('realm="trunk", nonce="n1", qop="auth", algorithm=SHA-256-sess');
  call.answer('nextnonce="n2"');
  assert.deepEqual(call.bye(), ['n2', '00000001']);
  const bye = call.lastRequest('BYE');
  const sha = (text: string): string => hash('sha256', text);
  const cnonce = read(bye, 'cnonce');
  assert.equal(cnonce, read(call.invitation, 'cnonce'));
  const secret = sha(`${sha('alice:trunk:hush')}:n1:${cnonce}`);
  assert.equal(read(bye, 'response'), sha(`${secret}:n2:00000001:${cnonce}:auth:${sha(`BYE:${bye.requestUri}`)}`));
});

test('RFC 7615 §4: Proxy-Authentication-Info is for the answer to the proxy', () => {
  const call = new Story({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  call.reply(call.invite({ credentials: [alice] }), 407, { headers: [`Proxy-Authenticate: Digest ${auth}`] });
  const headers = [...answerHeaders, 'Authentication-Info: nextnonce="x"', 'Proxy-Authentication-Info: nextnonce="n2"'];
  call.reply(call.lastRequest('INVITE'), 200, { headers, sdp: 'v=0\r\n' });
  call.hangUp();
  assert.match(headerValue(call.lastRequest('BYE').headers, 'proxy-authorization') ?? '', /nonce="n2".*nc=00000001/);
});

test('RFC 3261 §22.3: credentials of the realm go before those of every realm, and a realm without any is left alone', () => {
  const users = (credentials: readonly SipCredentials[]): string[] => {
    const call = new Story({ digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
    const challenges = ['a', 'b'].map((realm) => `Proxy-Authenticate: Digest realm="${realm}", nonce="n", qop="auth"`);
    call.reply(call.invite({ credentials }), 407, { headers: challenges });
    return call
      .lastRequest('INVITE')
      .headers.filter(({ key }) => key === 'proxy-authorization')
      .map(({ value }) => /username="(\w+)", realm="(\w+)"/.exec(value)?.slice(1).join(' at ') ?? '');
  };
  const bob = { ...alice, username: 'bob', realm: 'b' };
  assert.deepEqual(users([alice, bob]), ['alice at a', 'bob at b']);
  assert.deepEqual(users([bob, { ...alice, realm: '*' }]), ['alice at a', 'bob at b']);
  assert.deepEqual(users([bob]), ['bob at b']);
});
