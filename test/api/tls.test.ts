/** HTTPS beside HTTP, from PEM files and from a PKCS#12 key store, with what goes wrong and its fix. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect, type SecureVersion } from 'node:tls';
import { listenSecurely, type TlsIdentity } from '../../src/api/index.ts';
import { Secret } from '../../src/config/index.ts';
import { readTlsIdentity } from '../../src/host/index.ts';
import { createWorld, startCallUrl } from './api-world.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../../../test/fixtures/tls', name);
const tlsKeyFile = fixture('test-only.key.pem');
const tlsCertificateFile = fixture('test-only.cert.pem');
const keyStoreFile = fixture('test-only.p12');
const ca = readFileSync(tlsCertificateFile, 'utf8');
const keyPassphrase = new Secret('test-only');
const timeouts = { headersMs: 300, requestMs: 400, checkEveryMs: 50, keepAliveMs: 200 };

function identityOf(files: Parameters<typeof readTlsIdentity>[0]): TlsIdentity {
  const read = readTlsIdentity(files);
  assert.ok(read.ok, read.ok ? '' : read.error);
  return read.value ?? assert.fail('no identity');
}

async function open(t: TestContext, identity: TlsIdentity, maxConnections = 100) {
  const world = createWorld({ timeouts });
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const secure = await listenSecurely(world.app, identity, { host: '127.0.0.1', port: 0, maxConnections, timeouts });
  t.after(async () => {
    await secure.close();
    await world.app.close();
  });
  const address = world.app.server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { world, url: secure.url, port: Number(new URL(secure.url).port), httpPort: address.port };
}

function startCall(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${startCallUrl('x')}`,
      { method: 'POST', ca, agent: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject).end('{"to":"tel:+15551234"}');
  });
}

for (const [name, files] of [
  ['PEM', { tlsKeyFile, tlsCertificateFile }],
  [
    'PEM with an encrypted key',
    { tlsKeyFile: fixture('test-only.encrypted.key.pem'), tlsCertificateFile, keyPassphrase },
  ],
  ['PKCS#12', { keyStoreFile, keyStoreType: 'pkcs12', keyPassphrase }],
  ['PKCS#12 told from the file', { keyStoreFile, keyPassphrase }],
] as const) {
  test(`${name}: the same API answers over HTTPS and over HTTP`, async (t) => {
    const { world, url, httpPort } = await open(t, identityOf(files));
    assert.equal(await startCall(url), 200);
    const plain = await fetch(`http://127.0.0.1:${httpPort}${startCallUrl('x')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"to":"tel:+15551234"}',
    });
    assert.equal(plain.status, 200);
    await plain.arrayBuffer();
    assert.equal(world.orders.length, 2);
  });
}

test('without a key there is no identity', () => {
  assert.deepEqual(readTlsIdentity({}), { ok: true, value: undefined });
});

test('every file that cannot be used is told with its fix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-tls-'));
  const write = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const jks = write('store.jks', Buffer.from('feedfeed00000002000000010000', 'hex'));
  const table: readonly (readonly [Parameters<typeof readTlsIdentity>[0], RegExp])[] = [
    [
      { keyStoreFile: jks, keyPassphrase },
      /keytool -importkeystore -srckeystore \S+store\.jks -destkeystore \S+store\.p12/,
    ],
    [{ keyStoreFile, keyStoreType: 'jks', keyPassphrase }, /keytool -importkeystore/],
    [{ keyStoreFile }, /passphrase is wrong or missing .*SSL_PASSPHRASE/],
    [{ keyStoreFile, keyPassphrase: new Secret('c4n4ry') }, /passphrase is wrong or missing .*SSL_PASSPHRASE/],
    [{ keyStoreFile: fixture('test-only.legacy.p12'), keyPassphrase }, /openssl pkcs12 -legacy/],
    [{ keyStoreFile: write('rubbish.p12', 'rubbish') }, /PKCS#12/],
    [{ keyStoreFile: write('empty.p12', '') }, /SSL_KEY_TRUST_STORE_FILE/],
    [{ keyStoreFile: join(folder, 'none.p12') }, /SSL_KEY_TRUST_STORE_FILE=\S+ cannot be read: ENOENT/],
    [{ tlsKeyFile: join(folder, 'none'), tlsCertificateFile }, /OUTDIAL_TLS_KEY_FILE=\S+ cannot be read/],
    [{ tlsKeyFile, tlsCertificateFile: join(folder, 'none') }, /OUTDIAL_TLS_CERTIFICATE_FILE=\S+ cannot be read/],
    [{ tlsKeyFile: write('key', 'rubbish'), tlsCertificateFile }, /cannot be used/],
    [{ tlsKeyFile, tlsCertificateFile: write('cert', 'rubbish') }, /cannot be used: .*PEM/],
    [{ tlsKeyFile: fixture('test-only.encrypted.key.pem'), tlsCertificateFile }, /SSL_PASSPHRASE/],
  ];
  for (const [files, says] of table) {
    const read = readTlsIdentity(files);
    assert.ok(!read.ok);
    assert.match(read.error, says);
    assert.doesNotMatch(read.error, /c4n4ry/);
  }
  rmSync(folder, { recursive: true });
});

test('TLS 1.2 is the oldest version that is spoken', async (t) => {
  const { port } = await open(t, identityOf({ tlsKeyFile, tlsCertificateFile }));
  const handshake = (version: SecureVersion): Promise<string | null> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, ca, minVersion: version, maxVersion: version };
      // Old versions are behind security level 0 on the client's side too.
      const socket = connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.on('error', reject);
    });
  assert.equal(await handshake('TLSv1.3'), 'TLSv1.3');
  assert.equal(await handshake('TLSv1.2'), 'TLSv1.2');
  for (const old of ['TLSv1.1', 'TLSv1'] as const) await assert.rejects(handshake(old), old);
});

test('a handshake that never comes is cut, rubbish too, and others are served', { timeout: 20_000 }, async (t) => {
  const { url, port } = await open(t, identityOf({ tlsKeyFile, tlsCertificateFile }));
  const untilClosed = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const socket = connectTcp({ host: '127.0.0.1', port }, () => void (text !== '' && socket.write(text)));
      socket.on('error', () => undefined).resume();
      socket.on('close', () => resolve());
    });
  const cut = [untilClosed(''), untilClosed('GET / HTTP/1.1\r\n\r\n'), untilClosed('\u0016\u0003\u0001')];
  assert.equal(await startCall(url), 200);
  await Promise.all(cut);
});
