import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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

test('RFC 7714 §16.2: a packet sealed with AEAD_AES_256_GCM', () => {
  const transform = new SrtpTransform('AEAD_AES_256_GCM', {
    key: hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'),
    salt: hex('517569642070726f2071756f'),
    authentication: Buffer.alloc(0),
  });
  const plain = hex(
    '8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
  );
  const sealed =
    hex(`8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
    7aa3db36dfffd6b0f9bb7878d7a76c13`);
  assert.deepEqual(transform.protect(plain, 0xf17b), sealed);
  assert.deepEqual(transform.unprotect(sealed, 0xf17b), plain);
});

test('RFC 3711 §4.2: a packet as libsrtp seals it, with tags of 80 and of 32 bits', () => {
  const key = hex('e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6').toString('base64');
  const plain = hex('800f1234decafbadcafebabe abababababababababababababababab');
  const sealed = hex('800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb');
  assert.deepEqual(new SrtpSender('AES_CM_128_HMAC_SHA1_80', key).protect(plain), sealed);
  assert.deepEqual(new SrtpSender('AES_CM_128_HMAC_SHA1_32', key).protect(plain), sealed.subarray(0, 32));
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
    for (const index of [65_000, 65_534, 65_535, 65_536, 65_537, 97_000, 129_000, 131_072]) {
      sealed.set(index, sender.protect(packetOf(index % 65_536)) ?? assert.fail());
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
  const opened = Array.from({ length: 80 }, (_, ssrc) => {
    const sealed = new SrtpSender(suite, key).protect(packetOf(60_000, ssrc)) ?? Buffer.alloc(0);
    return receiver.unprotect(sealed) !== undefined;
  });
  assert.equal(opened.filter(Boolean).length, 64);
});

/** What the network made of a stream: how far each packet is ahead of the one before, and how many places late it comes. */
const journey = fc.array(
  fc.record({
    ahead: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 2, arbitrary: fc.integer({ min: 30_000, max: 90_000 }) },
    ),
    late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) }),
    isTwice: fc.boolean(),
  }),
  { minLength: 20, maxLength: 80 },
);

test('RFC 3711 §3.3.1, §3.3.2: whatever is lost (up to a turn and more), late or sent again, each packet is opened once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.integer({ min: 0, max: 65_535 }),
      journey,
      ({ suite, key }, first, steps) => {
        const transform = new SrtpTransform(suite, deriveSessionKeys(suite, Buffer.from(key, 'base64')));
        let index = first;
        const sent = steps.map(({ ahead, late, isTwice }, at) => {
          if (at > 0) index += ahead;
          return { index, place: at === 0 || ahead > 3 ? at : at + late, isTwice };
        });
        const receiver = new SrtpReceiver(suite, key);
        let newest = -1;
        const arrived = sent.toSorted((a, b) => a.place - b.place);
        for (const { index: of, isTwice } of arrived) {
          const packet = packetOf(of % 65_536);
          const sealed = transform.protect(packet, of) ?? assert.fail();
          const isLate = of <= newest - 128;
          assert.deepEqual(receiver.unprotect(sealed), isLate ? undefined : packet, `index ${of}, newest ${newest}`);
          if (isTwice) assert.equal(receiver.unprotect(sealed), undefined, `index ${of} again`);
          newest = Math.max(newest, of);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('RFC 3711 §3.3.1: the first packets of a stream may all be lost up to its first wrap', () => {
  for (const { suite, key } of all) {
    const transform = new SrtpTransform(suite, deriveSessionKeys(suite, Buffer.from(key, 'base64')));
    const receiver = new SrtpReceiver(suite, key);
    for (const index of [65_536 + 3, 65_536 + 4, 65_536 + 2]) {
      const packet = packetOf(index % 65_536);
      assert.deepEqual(receiver.unprotect(transform.protect(packet, index) ?? assert.fail()), packet);
    }
  }
});
