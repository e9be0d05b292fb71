import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { seededRandom } from '../../kit/index.ts';
import { type Header, header, headerValue } from '../syntax/header.ts';
import { authParameter, parseAuthValues } from './auth-value.ts';
import { answerChallenge } from './digest-answer.ts';
import { type Digest, type DigestChallenge, usableChallenges } from './digest-challenge.ts';
import {
  createDigestCheck,
  type DigestAccount,
  type DigestCheck,
  type DigestVerdict,
  nonceLifeMs,
} from './digest-check.ts';

const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex');
const account: DigestAccount = {
  username: 'apikey',
  password: { reveal: () => 's3cret' },
  realm: 'vgw',
  algorithms: 'both',
};
const source = '192.0.2.20';
const uri = 'sip:+390612340001@198.51.100.7';
const noBody = new Uint8Array(0);

const newCheck = (seed = 1): DigestCheck => createDigestCheck(digest, seededRandom(seed));

function ask(
  check: DigestCheck,
  headers: readonly Header[],
  nowMs: number,
  from = source,
  who = account,
): DigestVerdict {
  return check.check({ method: 'INVITE', headers }, from, who, nowMs);
}

/** The challenges of the verdict, as a caller reads them. */
function challenges(verdict: DigestVerdict): readonly DigestChallenge[] {
  assert.equal(verdict.type, 'challenge');
  return verdict.headers.flatMap((each) => usableChallenges([each]));
}

interface Answering {
  readonly algorithm?: string;
  readonly password?: string;
  readonly username?: string;
  readonly nonceCount?: number;
  readonly method?: string;
}

function answerTo(
  verdict: DigestVerdict,
  { algorithm = 'SHA-256', nonceCount = 1, ...given }: Answering = {},
): Header[] {
  const challenge = challenges(verdict).find((each) => each.algorithm === algorithm);
  assert.ok(challenge);
  const { username = account.username, password = 's3cret', method = 'INVITE' } = given;
  const credentials = { username, password: { reveal: () => password } };
  const request = { method, requestUri: uri, body: noBody };
  return [
    header('Authorization', answerChallenge({ challenge, credentials, request, cnonce: 'c0', nonceCount }, digest)),
  ];
}

const why = (verdict: DigestVerdict): string => (verdict.type === 'challenge' ? verdict.why : verdict.type);

test('RFC 8760 §2.3: the stronger algorithm is offered first, MD5 after it', () => {
  const verdict = ask(newCheck(), [], 0);
  assert.equal(why(verdict), 'absent');
  assert.deepEqual(
    challenges(verdict).map(({ algorithm, qop, realm, isStale }) => ({ algorithm, qop, realm, isStale })),
    [
      { algorithm: 'SHA-256', qop: 'auth', realm: 'vgw', isStale: false },
      { algorithm: 'MD5', qop: 'auth', realm: 'vgw', isStale: false },
    ],
  );
});

test('RFC 3261 §22.4: the right answer passes, with either algorithm', () => {
  for (const algorithm of ['SHA-256', 'MD5']) {
    const check = newCheck();
    assert.equal(why(ask(check, answerTo(ask(check, [], 0), { algorithm }), 100)), 'authenticated');
  }
});

test('RFC 8760 §2.4: what is not offered is not taken', () => {
  for (const [algorithms, name, other] of [
    ['sha-256', 'SHA-256', 'MD5'],
    ['md5', 'MD5', 'SHA-256'],
  ] as const) {
    const check = newCheck();
    const verdict = ask(check, [], 0, source, { ...account, algorithms });
    assert.deepEqual(
      challenges(verdict).map(({ algorithm }) => algorithm),
      [name],
    );
    const answer = answerTo(ask(check, [], 0), { algorithm: other });
    assert.equal(why(ask(check, answer, 0, source, { ...account, algorithms })), 'wrong');
    assert.equal(
      why(ask(check, answerTo(verdict, { algorithm: name }), 0, source, { ...account, algorithms })),
      'authenticated',
    );
  }
});

test('RFC 7616 §3.4: another password, user name, method or realm does not pass', () => {
  const check = newCheck();
  const first = ask(check, [], 0);
  assert.equal(why(ask(check, answerTo(first, { password: 's3creT' }), 0)), 'wrong');
  assert.equal(why(ask(check, answerTo(first, { username: 'apikez' }), 0)), 'wrong');
  assert.equal(why(ask(check, answerTo(first, { username: '' }), 0)), 'wrong');
  assert.equal(why(ask(check, answerTo(first, { method: 'BYE' }), 0)), 'wrong');
  assert.equal(why(ask(check, answerTo(first), 0, source, { ...account, realm: 'other' })), 'absent');
  assert.equal(why(ask(check, answerTo(first), 0)), 'authenticated');
});

test('RFC 7616 §3.4: an answer without its parts is wrong and no reason to stumble', () => {
  const check = newCheck();
  const [good] = answerTo(ask(check, [], 0));
  const value = good?.value ?? '';
  for (const name of ['nonce', 'uri', 'response', 'cnonce', 'nc', 'qop', 'username']) {
    const without = value.replace(new RegExp(`, ${name}=("[^"]*"|[^,]*)|${name}=("[^"]*"|[^,]*), `), '');
    assert.notEqual(without, value, name);
    assert.equal(why(ask(check, [header('Authorization', without)], 0)), 'wrong', name);
  }
  for (const [from, to] of [
    ['algorithm=SHA-256', 'algorithm=SHA-512-256'],
    ['qop=auth', 'qop=auth-int'],
    ['nc=00000001', 'nc=1'],
    ['nc=00000001', 'nc=zzzzzzzz'],
  ] as const) {
    assert.equal(why(ask(check, [header('Authorization', value.replace(from, to))], 0)), 'wrong', to);
  }
  assert.equal(why(ask(check, [header('Authorization', 'Digest')], 0)), 'absent');
  assert.equal(why(ask(check, [header('Authorization', 'Basic YTpi')], 0)), 'absent');
});

test('RFC 7616 §3.4: a count that does not rise is a replay; the caller may try again with a new nonce', () => {
  const check = newCheck();
  const first = ask(check, [], 0);
  assert.equal(why(ask(check, answerTo(first, { nonceCount: 1 }), 0)), 'authenticated');
  const replayed = ask(check, answerTo(first, { nonceCount: 1 }), 0);
  assert.equal(why(replayed), 'stale');
  assert.equal(challenges(replayed)[0]?.isStale, true);
  assert.equal(why(ask(check, answerTo(first, { nonceCount: 3 }), 0)), 'authenticated');
  assert.equal(why(ask(check, answerTo(first, { nonceCount: 2 }), 0)), 'stale');
  assert.equal(why(ask(check, answerTo(replayed), 0)), 'authenticated');
});

test('RFC 2617 §3.2.2: an answer without qop is taken once for a nonce', () => {
  const check = newCheck();
  const [challenge] = challenges(ask(check, [], 0));
  assert.ok(challenge);
  const credentials = { username: 'apikey', password: account.password };
  const request = { method: 'INVITE', requestUri: uri, body: noBody };
  const plain = { ...challenge, qop: undefined };
  const value = answerChallenge({ challenge: plain, credentials, request, cnonce: '', nonceCount: 1 }, digest);
  assert.equal(why(ask(check, [header('Authorization', value)], 0)), 'authenticated');
  assert.equal(why(ask(check, [header('Authorization', value)], 0)), 'stale');
});

test('RFC 7616 §3.3: a nonce grows old, and is good for its address and this process alone', () => {
  const check = newCheck();
  const first = ask(check, [], 5000);
  assert.equal(why(ask(check, answerTo(first), 5001 + nonceLifeMs)), 'stale');
  assert.equal(why(ask(check, answerTo(first), 5000, '192.0.2.21')), 'stale');
  assert.equal(why(ask(newCheck(2), answerTo(first), 5000)), 'stale');
  const forged = answerTo(first)[0]?.value.replace(/nonce="./, 'nonce="f') ?? '';
  assert.notEqual(why(ask(check, [header('Authorization', forged)], 5000)), 'authenticated');
  assert.equal(why(ask(check, answerTo(first), 5000)), 'authenticated');
});

test('nothing is kept of those who do not authenticate, and not much of those who do', () => {
  const check = newCheck();
  for (let each = 0; each < 20_000; each += 1) ask(check, [], each);
  const wrong = answerTo(ask(check, [], 20_000), { password: 'x' });
  for (let each = 0; each < 1000; each += 1) ask(check, wrong, 20_000);
  assert.equal(check.keptNonces, 0);
  const atMs = 30_000;
  const first = answerTo(ask(check, [], atMs), { nonceCount: 1 });
  assert.equal(why(ask(check, first, atMs)), 'authenticated');
  for (let each = 0; each < 10_000; each += 1) {
    assert.equal(why(ask(check, answerTo(ask(check, [], atMs + 2000)), atMs + 2000)), 'authenticated');
  }
  assert.equal(check.keptNonces, 10_000);
  // The one that was forgotten cannot be used again for that.
  assert.equal(why(ask(check, first, atMs + 2000)), 'stale');
  ask(check, answerTo(ask(check, [], atMs + 4000 + nonceLifeMs)), atMs + 4000 + nonceLifeMs);
  assert.equal(check.keptNonces, 1);
});

test('the password is in no header of a challenge', () => {
  const verdict = ask(newCheck(), [], 0);
  assert.equal(verdict.type, 'challenge');
  for (const { value } of verdict.headers) assert.doesNotMatch(value, /s3cret|apikey/);
  assert.equal(
    authParameter(parseAuthValues(headerValue(verdict.headers, 'www-authenticate') ?? '')[0] ?? assert.fail(), 'realm'),
    'vgw',
  );
});
