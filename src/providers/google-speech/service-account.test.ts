/** A key file against a token. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { createAuthorizationBook } from '../../authorization/index.ts';
import { type HttpPostOrder, ok } from '../../kit/index.ts';
import { grantOf } from './service-account.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const file = {
  type: 'service_account',
  private_key_id: 'k1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  client_email: 'gateway@project.iam.gserviceaccount.com',
  token_uri: 'https://evil.example/token',
};
const wallMs = Date.UTC(2026, 0, 1);
const fileOf = (content: unknown) => ({ kind: 'key-file', text: { reveal: () => JSON.stringify(content) } }) as const;
const partOf = (jwt: string, index: number): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString('utf8'));

test('a signed assertion goes to the usual place, whatever the file says, once for many requests', async () => {
  const orders: HttpPostOrder[] = [];
  const book = createAuthorizationBook({
    clock: { nowMs: () => 0 },
    post: async (order) => {
      orders.push(order);
      return ok({ status: 200, bodyText: '{"access_token":"T1","expires_in":3599}' });
    },
  });
  const ask = () => book.authorizationBy(grantOf(fileOf(file), () => wallMs)).header(new AbortController().signal);
  assert.deepEqual([await ask(), await ask()], [ok('Bearer T1'), ok('Bearer T1')]);
  const [order, ...others] = orders;
  assert.deepEqual([order?.url, others], ['https://oauth2.googleapis.com/token', []]);
  const form = new URLSearchParams(order?.body);
  assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
  const jwt = form.get('assertion') ?? '';
  assert.deepEqual(partOf(jwt, 0), { alg: 'RS256', typ: 'JWT', kid: 'k1' });
  assert.deepEqual(partOf(jwt, 1), {
    iss: file.client_email,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: 'https://oauth2.googleapis.com/token',
    iat: wallMs / 1000,
    exp: wallMs / 1000 + 3600,
  });
  const [head, claims, signature = ''] = jwt.split('.');
  const signed = Buffer.from(`${head}.${claims}`);
  assert.ok(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url')));
});

test('what is no key file is refused without any of it', () => {
  const { privateKey: elliptic } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (const content of [
    'C4NARY',
    {},
    { ...file, client_email: 7 },
    { ...file, private_key: 'C4NARY' },
    { ...file, private_key: elliptic.export({ type: 'pkcs8', format: 'pem' }) },
  ]) {
    assert.throws(
      () => grantOf(fileOf(content), () => 0),
      (error: Error) => /no key file of a service account/.test(error.message) && !/C4NARY|PRIVATE/.test(error.message),
    );
  }
});
