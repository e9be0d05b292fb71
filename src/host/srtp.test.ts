import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SrtpSuite } from '../media/index.ts';
import { deriveSessionKeys, SrtpReceiver, SrtpSender, SrtpTransform } from './srtp.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

const suites: Readonly<Record<SrtpSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AEAD_AES_128_GCM: 28,
  AEAD_AES_256_GCM: 44,
};
const all = Object.entries(suites).map(([suite, bytes]) => ({
  suite: suite as SrtpSuite,
  key: Buffer.alloc(bytes, 7).toString('base64'),
}));

function packetOf(sequenceNumber: number, ssrc = 1): Buffer {
  const packet = Buffer.alloc(172, 0x55);
  packet.writeUInt32BE(0x80_00_00_00 + sequenceNumber, 0);
  packet.writeUInt32BE(160 * sequenceNumber, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

test('RFC 3711 §B.3: session keys of the master key', () => {
  const master = hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6');
  const keys = deriveSessionKeys('AES_CM_128_HMAC_SHA1_80', master);
  assert.deepEqual(keys, {
    key: hex('C61E7A93744F39EE10734AFE3FF7A087'),
    salt: hex('30CBBC08863D8C85D49DB34A9AE1'),
    authentication: hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'),
  });
});

test('RFC 3711 §B.2: the key stream of AES in counter mode', () => {
  const transform = new SrtpTransform('AES_CM_128_HMAC_SHA1_80', {
    key: hex('2B7E151628AED2A6ABF7158809CF4F3C'),
    salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    authentication: Buffer.alloc(20),
  });
  const packet = Buffer.concat([hex('80000000 00000000 00000000'), Buffer.alloc(32)]);
  assert.deepEqual(
    transform.protect(packet, 0)?.subarray(12, 44),
    hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB'),
  );
});

test('RFC 7714 §16.1: a packet sealed with AEAD_AES_128_GCM', () => {
  const transform = new SrtpTransform('AEAD_AES_128_GCM', {
    key: hex('000102030405060708090a0b0c0d0e0f'),
    salt: hex('517569642070726f2071756f'),
    authentication: Buffer.alloc(0),
  });
  const plain = hex(
    '8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
  );
  const sealed =
    hex(`8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
    899d7f27beb16a9152cf765ee4390cce`);
  assert.deepEqual(transform.protect(plain, 0xf17b), sealed);
  assert.deepEqual(transform.unprotect(sealed, 0xf17b), plain);
});

test('RFC 3711 §3.3: what one side seals the other opens; a changed packet and another key are refused, in every suite', () => {
  for (const { suite, key } of all) {
    const sealed = new SrtpSender(suite, key).protect(packetOf(1));
    assert.ok(sealed !== undefined && !sealed.includes(Buffer.alloc(16, 0x55)));
    const receiver = new SrtpReceiver(suite, key);
    for (const at of [1, 5, 12, sealed.length - 1]) {
      const changed: Buffer = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      assert.equal(receiver.unprotect(changed), undefined, `${suite}, byte ${at}`);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      assert.equal(receiver.unprotect(sealed.subarray(0, length)), undefined);
    }
    const other = Buffer.alloc(suites[suite], 8).toString('base64');
    assert.equal(new SrtpReceiver(suite, other).unprotect(sealed), undefined);
    assert.deepEqual(receiver.unprotect(sealed), packetOf(1));
  }
});

test('RFC 3711 §3.3.2: a packet is taken once, out of order within the window, and never from behind it', () => {
  const [{ suite, key } = { suite: 'AEAD_AES_128_GCM' as const, key: '' }] = all;
  const sender = new SrtpSender(suite, key);
  const sealed = Array.from({ length: 300 }, (_, index) => sender.protect(packetOf(index)) ?? Buffer.alloc(0));
  const receiver = new SrtpReceiver(suite, key);
  const isTaken = (index: number): boolean => receiver.unprotect(sealed[index] ?? Buffer.alloc(0)) !== undefined;
  assert.deepEqual([0, 0, 200, 199, 199, 137, 137, 72, 73, 299].map(isTaken), [
    ...[true, false, true, true, false, true, false],
    ...[false, true, true],
  ]);
  assert.equal(sender.protect(packetOf(299)), undefined, 'no index is used twice');
});

test('RFC 3711 §3.3.1: the rollover counter goes on through the wrap, out of order and over a long loss', () => {
  for (const { suite, key } of all) {
    const sender = new SrtpSender(suite, key);
    const receiver = new SrtpReceiver(suite, key);
    const sealed = new Map<number, Buffer>();
    for (let index = 65_000; index < 140_000; index += 1) {
      const packet = sender.protect(packetOf(index % 65_536));
      if (packet !== undefined && [65_534, 65_535, 65_536, 65_537, 97_000, 129_000, 131_072].includes(index)) {
        sealed.set(index, packet);
      }
    }
    for (const index of [65_534, 65_536, 65_535, 65_537, 97_000, 129_000, 131_072]) {
      assert.deepEqual(receiver.unprotect(sealed.get(index) ?? Buffer.alloc(0)), packetOf(index % 65_536), `${index}`);
    }
    assert.equal(receiver.unprotect(sealed.get(65_536) ?? Buffer.alloc(0)), undefined, 'a replay of a turn before');
  }
});

test('every SSRC is a stream of its own, and there is an end to them', () => {
  const [{ suite, key } = { suite: 'AEAD_AES_128_GCM' as const, key: '' }] = all;
  const receiver = new SrtpReceiver(suite, key);
  const opened = Array.from({ length: 20 }, (_, ssrc) => {
    const sealed = new SrtpSender(suite, key).protect(packetOf(60_000, ssrc)) ?? Buffer.alloc(0);
    return receiver.unprotect(sealed) !== undefined;
  });
  assert.equal(opened.filter(Boolean).length, 16);
});
