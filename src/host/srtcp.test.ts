import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SrtpSuite } from '../media/index.ts';
import { deriveSessionKeys } from './srtp.ts';
import { SrtcpReceiver, SrtcpSender, SrtcpTransform } from './srtcp.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

const report = hex(`81c8000d4d617273 4e5450314e545032525450200000042a0000e9304c756e61
  deadbeefdeadbeefdeadbeefdeadbeefdeadbeef`);
const keyOf = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, index) => index));
const gcm = (suite: SrtpSuite, keyBytes: number): SrtcpTransform =>
  new SrtcpTransform(suite, {
    key: keyOf(keyBytes),
    salt: hex('517569642070726f2071756f'),
    authentication: Buffer.alloc(0),
  });

test('RFC 7714 §17.1, §17.2: a report sealed with AES-GCM', () => {
  const sealed128 = hex(`81c8000d4d617273 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46
    86303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade 800005d4`);
  const sealed256 = hex(`81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658
    c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be 800005d4`);
  for (const [transform, sealed] of [
    [gcm('AEAD_AES_128_GCM', 16), sealed128],
    [gcm('AEAD_AES_256_GCM', 32), sealed256],
  ] as const) {
    assert.deepEqual(transform.protect(report, 0x5d4), sealed);
    assert.deepEqual(transform.unprotect(sealed), report);
  }
});

test('RFC 7714 §17.3, §17.4: a report that is authenticated and not encrypted', () => {
  const tagged128 = Buffer.concat([report, hex('841dd9683dd78ec92ae58790125f62b3 000005d4')]);
  const tagged256 = Buffer.concat([report, hex('91db4afbfeee5a978fab4393ed2615fe 000005d4')]);
  assert.deepEqual(gcm('AEAD_AES_128_GCM', 16).unprotect(tagged128), report);
  assert.deepEqual(gcm('AEAD_AES_256_GCM', 32).unprotect(tagged256), report);
  tagged128.writeUInt8(1, 20);
  assert.equal(gcm('AEAD_AES_128_GCM', 16).unprotect(tagged128), undefined);
});

test('RFC 3711 §3.4: a report as libsrtp seals it; the tag has 80 bits in both suites', () => {
  const master = hex('e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6');
  const plain = hex('81c8000bcafebabe abababababababababababababababab');
  const sealed = hex('81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798');
  for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const) {
    const transform = new SrtcpTransform(suite, deriveSessionKeys(suite, master, 'rtcp'));
    assert.deepEqual(transform.protect(plain, 1), sealed);
    assert.deepEqual(transform.unprotect(sealed), plain);
  }
});

const keyBytes: Readonly<Record<SrtpSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AEAD_AES_128_GCM: 28,
  AEAD_AES_256_GCM: 44,
};

test('RFC 3711 §3.4: every report is opened once; one that was changed, cut or sealed by another key never', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(keyBytes) as SrtpSuite[])),
      fc.uint8Array({ minLength: 8, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (suite, bytes, place, change) => {
        const key = Buffer.alloc(keyBytes[suite], 7).toString('base64');
        const sender = new SrtcpSender(suite, key);
        const receiver = new SrtcpReceiver(suite, key);
        const [first, second] = [sender.protect(bytes), sender.protect(bytes)];
        assert.ok(first !== undefined && second !== undefined && !first.equals(second));
        const changed = Buffer.from(first);
        changed.writeUInt8(changed.readUInt8(place % changed.length) ^ change, place % changed.length);
        assert.equal(receiver.unprotect(changed), undefined);
        assert.equal(receiver.unprotect(first.subarray(0, place % first.length)), undefined);
        const other = Buffer.alloc(keyBytes[suite], 8).toString('base64');
        assert.equal(new SrtcpReceiver(suite, other).unprotect(first), undefined);
        assert.deepEqual(
          [second, first, first].map((each) => receiver.unprotect(each)),
          [Buffer.from(bytes), Buffer.from(bytes), undefined],
        );
      },
    ),
  );
});
