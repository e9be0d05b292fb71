import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isUnspecifiedAddress, parseIpAddress } from './ip-address.ts';

test('usual spellings of addresses are read', () => {
  const table: readonly (readonly [string, string])[] = [
    ['127.0.0.1', '127.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0'],
    ['[::1]', '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1'],
    ['2001:db8::1', '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1'],
    ['1:2:3:4:5:6:7:8', '0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.8'],
    ['1:2:3:4:5:6:7::', '0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.0'],
    ['::ffff:10.1.2.3', '0.0.0.0.0.0.0.0.0.0.255.255.10.1.2.3'],
    ['64:FF9B::10.0.0.1', '0.100.255.155.0.0.0.0.0.0.0.0.10.0.0.1'],
  ];
  for (const [text, bytes] of table) assert.equal(parseIpAddress(text)?.join('.'), bytes, text);
});

test('everything else is no address', () => {
  for (const text of [
    '',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '127.0.0.01',
    '256.0.0.1',
    '1.2.3.4.',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1.2.3.4:5',
    '1.2.3.4::',
    '12345::',
    'fe80::1%eth0',
    '[::1',
    'g::1',
  ]) {
    assert.equal(parseIpAddress(text), undefined, text);
  }
});

test('the unspecified address is known in every spelling, and no other one is taken for it', () => {
  for (const text of ['0.0.0.0', '::', '[::]', '0:0:0:0:0:0:0:0', '0::0']) assert.ok(isUnspecifiedAddress(text), text);
  for (const text of ['0.0.0.1', '::1', '', '0', 'x']) assert.ok(!isUnspecifiedAddress(text), text);
});

test('reading a hostile text ends with an address of 4 or 16 bytes or with none', () => {
  const character = fc.constantFrom(...'0123456789abcdefF:.[]/%x '.split(''));
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: character, maxLength: 60 })), (text) => {
      const address = parseIpAddress(text);
      assert.ok(address === undefined || address.length === 4 || address.length === 16);
      assert.ok(address === undefined || address.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255));
    }),
    { numRuns: 3000 },
  );
});

test('any spelling of an IPv6 address that Node knows is read as the same address', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const [address] = [parseIpAddress(text)];
      const canonical = new URL(`http://[${text}]/`).hostname;
      assert.deepEqual(address, parseIpAddress(canonical), text);
      assert.equal(address?.length, 16);
    }),
  );
});
