import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpAddress } from '../kit/index.ts';
import { addressesBehind, isInNetwork, parseIpNetwork } from './ip-network.ts';

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
