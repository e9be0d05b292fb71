import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import { createTenantDirectory, type TenantDirectory } from '../tenants/index.ts';
import { createPassports } from './passports.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const certificateUrl = 'https://cert.example.org/a.pem';

function directoryOf(environment: Readonly<Record<string, string>>, tenants?: readonly object[]): TenantDirectory {
  const file = tenants === undefined ? {} : { MULTI_TENANT_CONFIG_FILE: 'tenants.json' };
  const read = readSettings({ ...environment, ...file });
  assert.ok(read.ok, JSON.stringify(read));
  const made = createTenantDirectory(read.value.settings, JSON.stringify({ tenants }), {
    brokenEntries: 'leave-out',
    resolveSecret: () => ({ ok: true, value: pem }),
  });
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
}

test('RFC 7518 §3.4: a tenant with a key signs by ES256, the origin is its session', () => {
  const stir = { privateKey: '${file:/run/secrets/stir.pem}', certificateUrl, attestation: 'A' };
  const directory = directoryOf({}, [{ tenantURI: 'a', outdial: { stir } }, { tenantURI: 'b' }]);
  const passportOf = createPassports();
  const [a, b] = ['a', 'b'].map((id) => directory.find(id));
  assert.ok(a !== undefined && b !== undefined);
  const passport = passportOf(a, 'session-1');
  assert.ok(passport !== undefined);
  assert.deepEqual(
    [passport.certificateUrl, passport.attestation, passport.originId],
    [certificateUrl, 'A', 'session-1'],
  );
  const bytes = new TextEncoder().encode('x.y');
  const signature = passport.sign(bytes);
  assert.equal(signature.length, 64);
  assert.ok(verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature));
  assert.equal(passportOf(b, 'session-2'), undefined);
  assert.ok(!JSON.stringify([a, passport]).includes('BEGIN'));
});

test('a key may be written in one line, and one that cannot sign by ES256 is refused without a word of it', () => {
  const oneLine = pem.trim().replaceAll('\n', String.raw`\n`);
  const { deployment } = directoryOf({
    OUTDIAL_STIR_PRIVATE_KEY: oneLine,
    OUTDIAL_STIR_CERTIFICATE_URL: certificateUrl,
  });
  assert.equal(createPassports()(deployment, 's')?.sign(new Uint8Array(1)).length, 64);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  for (const [key, said] of [
    [other.toString(), /none on the curve P-256/],
    ['not a key', /private key in PEM/],
  ] as const) {
    const read = readSettings({ OUTDIAL_STIR_PRIVATE_KEY: key, OUTDIAL_STIR_CERTIFICATE_URL: certificateUrl });
    assert.ok(!read.ok);
    assert.match(read.error[0]?.reason ?? '', said);
    assert.ok(!JSON.stringify(read.error).includes(key.slice(30, 60)) || key === 'not a key');
  }
  const half = readSettings({ OUTDIAL_STIR_PRIVATE_KEY: pem });
  assert.deepEqual(half.ok ? [] : half.error.map(({ variable }) => variable), ['OUTDIAL_STIR_CERTIFICATE_URL']);
  const broken = directoryOf({}, [{ tenantURI: 'a', outdial: { stir: { certificateUrl } } }, { tenantURI: 'b' }]);
  assert.match(broken.problems[0]?.reason ?? '', /private key and certificate URL go together/);
});
