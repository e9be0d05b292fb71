import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { header } from '../syntax/header.ts';
import { type AuthValue, parseAuthValues, printAuthValue } from './auth-value.ts';
import { usableChallenges } from './digest-challenge.ts';

const bare = new Set(['algorithm', 'stale']);

test('RFC 3261 §20.44: a challenge, its quotes and its escapes', () => {
  const [value, ...others] = parseAuthValues(
    'Digest realm="at \\"home\\", \\\\ or away", nonce="n,=1" ,Opaque = "" , stale=FALSE, algorithm=MD5, qop="auth,auth-int"',
  );
  assert.deepEqual(others, []);
  assert.equal(value?.scheme, 'Digest');
  assert.deepEqual(
    value?.parameters.map(({ name, value: text }) => [name, text]),
    [
      ['realm', 'at "home", \\ or away'],
      ['nonce', 'n,=1'],
      ['opaque', ''],
      ['stale', 'FALSE'],
      ['algorithm', 'MD5'],
      ['qop', 'auth,auth-int'],
    ],
  );
});

test('RFC 7235 §4.1: several challenges in one line, among them schemes that nobody knows here', () => {
  const line =
    'Negotiate, NTLM TlRMTVNTUAAB==, Digest realm="a", nonce="1", Basic realm="b",Digest realm="c",nonce="2"';
  assert.deepEqual(
    parseAuthValues(line).map(({ scheme, parameters }) => [scheme, parameters.length]),
    [
      ['Negotiate', 0],
      ['NTLM', 0],
      ['Digest', 2],
      ['Basic', 1],
      ['Digest', 2],
    ],
  );
  assert.deepEqual(
    usableChallenges([header('WWW-Authenticate', line)]).map(({ realm }) => realm),
    ['a', 'c'],
  );
});

test('RFC 8760 §2.4: the strongest algorithm of a realm, of equal ones the first; unknown ones do not count', () => {
  const digest = (realm: string, rest: string) => header('WWW-Authenticate', `Digest realm="${realm}", ${rest}`);
  const chosen = usableChallenges([
    digest('a', 'nonce="1", algorithm=MD5'),
    digest('a', 'nonce="2", algorithm=SHA-256'),
    digest('a', 'nonce="3", algorithm=sha-256-sess'),
    digest('a', 'nonce="4", algorithm=SHA3-512'),
    digest('b', 'nonce="5", algorithm="SHA-512-256", qop="auth-int"'),
    digest('b', 'nonce="6", algorithm=SHA-256'),
    digest('c', 'nonce="7", qop="auth-conf"'),
    digest('d', 'opaque="no nonce"'),
    header('Proxy-Authenticate', 'Digest realm="a", nonce="8", stale=TRUE'),
    header('Proxy-Authenticate', 'Basic realm="e"'),
  ]);
  assert.deepEqual(
    chosen.map(({ from, nonce, hash, qop, isStale }) => [from, nonce, hash, qop, isStale]),
    [
      ['server', '2', 'sha256', undefined, false],
      ['server', '5', 'sha512-256', 'auth-int', false],
      ['proxy', '8', 'md5', undefined, true],
    ],
  );
});

test('a challenge with a control character in what would be given back is ignored', () => {
  assert.deepEqual(usableChallenges([header('WWW-Authenticate', 'Digest realm="a\u0000", nonce="1"')]), []);
  assert.deepEqual(usableChallenges([header('WWW-Authenticate', 'Digest realm="a", nonce="1\u007f"')]), []);
});

const word = fc.stringMatching(/^[a-z][a-z\d-]{0,10}$/);
const plain = { noNullPrototype: true };
const parameter = fc.record({ name: word, value: fc.string({ unit: 'grapheme' }) }, plain);
const authValue: fc.Arbitrary<AuthValue> = fc.record(
  { scheme: word, parameters: fc.array(parameter, { maxLength: 8 }) },
  plain,
);

test('print and parse give the same values back, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(authValue, { maxLength: 5 }), (values) => {
      const line = values.map((value) => printAuthValue(value, bare)).join(', ');
      assert.deepEqual(parseAuthValues(line), values);
    }),
  );
});

test('hostile challenges give values or nothing, and never throw', () => {
  const piece = fc.constantFrom(
    'Digest ',
    'realm',
    'nonce',
    '=',
    '"',
    '\\',
    ',',
    ' ',
    '\t',
    'a',
    '=="',
    'qop="auth"',
    '\u00fc',
    '\udc80',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      const text = pieces.join('');
      for (const { scheme, parameters } of parseAuthValues(text)) {
        assert.ok(text.includes(scheme));
        assert.ok(parameters.length <= 32);
      }
      usableChallenges([header('Proxy-Authenticate', text)]);
    }),
  );
});

test('what one header may ask for is bounded: 16 values of 32 parameters', () => {
  const [value] = parseAuthValues(`Digest ${'a=1,'.repeat(2000)}`);
  assert.equal(value?.parameters.length, 32);
  assert.equal(parseAuthValues('Digest a=1,'.repeat(700)).length, 16);
  // Each of these would be looked at again and again by a parser that goes back.
  for (const hostile of ['"', '\\', ',', ' ', '=', 'Digest ', 'a="', '" "', 'a=b"', ', ,"']) {
    assert.ok(parseAuthValues(hostile.repeat(200_000 / hostile.length)).length <= 16);
  }
});
