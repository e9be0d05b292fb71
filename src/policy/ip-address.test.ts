import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressesBehind, isInNetwork, parseIpAddress, parseIpNetwork } from './ip-address.ts';

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

test('networks hold what shares their prefix', () => {
  const holds = (network: string, address: string): boolean => {
    const parsed = parseIpNetwork(network);
    const inside = parseIpAddress(address);
    assert.ok(parsed !== undefined && inside !== undefined);
    return isInNetwork(inside, parsed);
  };
  assert.ok(holds('10.0.0.0/8', '10.255.0.1'));
  assert.ok(!holds('10.0.0.0/8', '11.0.0.0'));
  assert.ok(holds('172.16.0.0/12', '172.31.255.255'));
  assert.ok(!holds('172.16.0.0/12', '172.32.0.0'));
  assert.ok(holds('0.0.0.0/0', '203.0.113.9'));
  assert.ok(!holds('0.0.0.0/0', '::1'));
  assert.ok(holds('fd00::/8', 'fdff::1'));
  assert.ok(holds('192.0.2.7', '192.0.2.7'));
  for (const bad of ['10.0.0.1/8', '10.0.0.0/33', '::/129', '10.0.0.0/', '/8', '10.0.0.0/-1', 'example.net/8']) {
    assert.equal(parseIpNetwork(bad), undefined, bad);
  }
});

test('addresses inside addresses are found', () => {
  const behind = (text: string): string[] =>
    addressesBehind(parseIpAddress(text) ?? []).map((found) => found.join('.'));
  assert.deepEqual(behind('10.0.0.1'), ['10.0.0.1']);
  assert.deepEqual(behind('::ffff:10.0.0.1'), ['10.0.0.1']);
  assert.deepEqual(behind('::10.0.0.1'), ['10.0.0.1']);
  for (const text of [
    '::ffff:0:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::10.0.0.1',
    '64:ff9b:1:a00:0:100::',
    '2002:a00:1::',
    '2001::a00:1:0:0:0:0',
    '2001:0:cb00:7101:0:0:f5ff:fffe',
    '2a00::5efe:10.0.0.1',
    '2a00::200:5efe:10.0.0.1',
  ]) {
    assert.ok(behind(text).includes('10.0.0.1'), `${text}: ${behind(text).join(' ')}`);
  }
});
