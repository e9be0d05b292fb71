import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Secret } from '../config/index.ts';
import { ok } from '../kit/index.ts';
import { readClientTls } from './client-tls.ts';

test('without files Node decides; files that cannot be used are named, their passphrase is not', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.deepEqual(readClientTls({}), ok({}));
  const rubbish = join(folder, 'rubbish');
  writeFileSync(rubbish, 'neither PEM nor PKCS#12');
  for (const [files, variable] of [
    [{ speechCaFile: join(folder, 'missing') }, 'SSL_CLIENT_CA_CERTIFICATE_FILE'],
    [{ speechPkcs12File: join(folder, 'missing') }, 'SSL_CLIENT_PKCS12_FILE'],
    [{ speechPkcs12File: rubbish, speechPkcs12Passphrase: new Secret('C4NARY') }, 'SSL_CLIENT_PKCS12_FILE'],
  ] as const) {
    const read = readClientTls(files);
    assert.ok(!read.ok && read.error.startsWith(`${variable}=${folder}`), JSON.stringify(read));
    assert.ok(!read.error.includes('C4NARY'));
  }
});
