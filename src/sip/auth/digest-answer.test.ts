import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { header } from '../syntax/header.ts';
import { authParameter, parseAuthValues } from './auth-value.ts';
import { answerChallenge } from './digest-answer.ts';
import { type Digest, type DigestChallenge, usableChallenges } from './digest-challenge.ts';

const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex');

function challengeOf(text: string): DigestChallenge {
  const [challenge] = usableChallenges([header('WWW-Authenticate', text)]);
  assert.ok(challenge !== undefined);
  return challenge;
}

interface Case {
  readonly challenge: string;
  readonly username?: string;
  readonly password?: string;
  readonly method?: string;
  readonly uri?: string;
  readonly body?: string;
  readonly cnonce?: string;
  readonly nonceCount?: number;
}

function answer(given: Case): string {
  const { username = 'Mufasa', password = 'Circle of Life', method = 'GET', uri = '/dir/index.html' } = given;
  const { cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ', nonceCount = 1, body = '' } = given;
  const request = { method, requestUri: uri, body: new TextEncoder().encode(body) };
  const credentials = { username, password: { reveal: () => password } };
  return answerChallenge({ challenge: challengeOf(given.challenge), credentials, request, cnonce, nonceCount }, digest);
}

const parameter = (text: string, name: string): string | undefined => {
  const [value] = parseAuthValues(text);
  return value === undefined ? undefined : authParameter(value, name);
};
const response = (given: Case): string | undefined => parameter(answer(given), 'response');

const nonce7616 = 'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"';
const realm7616 = `realm="http-auth@example.org", qop="auth, auth-int", ${nonce7616}`;

test('RFC 2617 §3.5: its example', () => {
  const challenge =
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"';
  assert.equal(
    response({ challenge, password: 'Circle Of Life', cnonce: '0a4f113b' }),
    '6629fae49393a05397450978507c4ef1',
  );
});

test('RFC 7616 §3.9.1: its examples with MD5 and SHA-256', () => {
  assert.equal(response({ challenge: `Digest ${realm7616}, algorithm=MD5` }), '8ca523f5e9506fed4657c9700eebdbec');
  assert.equal(
    response({ challenge: `Digest ${realm7616}, algorithm=SHA-256` }),
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  );
});

test('RFC 7616 §3.9.2: its example with SHA-512-256 and a name outside ASCII, as its erratum 4897 has it', () => {
  const challenge =
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", userhash=true, charset=UTF-8';
  const text = answer({
    challenge,
    username: 'J\u00e4s\u00f8n Doe',
    password: 'Secret, or not?',
    uri: '/doe.json',
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  });
  assert.equal(parameter(text, 'response'), '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5');
  assert.equal(parameter(text, 'username'), 'J\u00e4s\u00f8n Doe');
});

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const invite = { method: 'INVITE', uri: 'sip:bob@example.net', username: 'u', password: 'p', cnonce: 'cc' };

test('RFC 2617 §3.2.2.1: a challenge without qop is answered as RFC 2069 did', () => {
  const text = answer({ ...invite, challenge: 'Digest realm="r", nonce="n"' });
  const expected = md5(`${md5('u:r:p')}:n:${md5('INVITE:sip:bob@example.net')}`);
  assert.equal(text, `Digest username="u", realm="r", nonce="n", uri="sip:bob@example.net", response="${expected}"`);
});

test('RFC 7616 §3.4.2: -sess hashes nonce and cnonce into the secret, with and without qop', () => {
  const secret = md5(`${md5('u:r:p')}:n:cc`);
  const target = md5('INVITE:sip:bob@example.net');
  assert.equal(
    response({ ...invite, challenge: 'Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"', nonceCount: 2 }),
    md5(`${secret}:n:00000002:cc:auth:${target}`),
  );
  const withoutQop = answer({ ...invite, challenge: 'Digest realm="r", nonce="n", algorithm=MD5-sess' });
  assert.equal(parameter(withoutQop, 'response'), md5(`${secret}:n:${target}`));
  assert.equal(parameter(withoutQop, 'cnonce'), 'cc');
});

test('RFC 7616 §3.4.3: auth-int hashes the body, and is taken only when auth is not offered', () => {
  const challenge = 'Digest realm="r", nonce="n", qop="auth-int"';
  const text = answer({ ...invite, challenge, body: 'v=0\r\n' });
  const target = md5(`INVITE:sip:bob@example.net:${md5('v=0\r\n')}`);
  assert.equal(parameter(text, 'response'), md5(`${md5('u:r:p')}:n:00000001:cc:auth-int:${target}`));
  assert.match(text, /qop=auth-int/);
  assert.match(answer({ ...invite, challenge: 'Digest realm="r", nonce="n", qop="auth-int,auth"' }), /qop=auth,/);
});

test('RFC 7616 §3.4: what is quoted, what is not, and what is given back as it came', () => {
  const challenge = 'Digest realm="say \\"hi\\"", nonce="a\\\\b", opaque="", algorithm=md5, qop="auth", charset=UTF-8';
  const text = answer({ ...invite, username: 'a"b\\c', challenge, nonceCount: 0xabc });
  const expected = md5(`${md5('a"b\\c:say "hi":p')}:a\\b:00000abc:cc:auth:${md5('INVITE:sip:bob@example.net')}`);
  assert.equal(
    text,
    `Digest username="a\\"b\\\\c", realm="say \\"hi\\"", nonce="a\\\\b", uri="sip:bob@example.net", response="${expected}", algorithm=md5, cnonce="cc", opaque="", qop=auth, nc=00000abc`,
  );
});
