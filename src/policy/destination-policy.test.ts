import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyAddress } from './address-class.ts';
import { type DestinationPolicy, judgeDestination } from './destination-policy.ts';
import { parseIpNetwork } from './ip-network.ts';

const classes: readonly (readonly [ReturnType<typeof classifyAddress>, readonly string[]])[] = [
  [
    'public',
    ['8.8.8.8', '1.1.1.1', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '2a00::1', '2002:808:808::1'],
  ],
  ['public', ['64:ff9b::8.8.8.8', '::ffff:8.8.8.8', '2001:4860:4860::8888']],
  [
    'private',
    ['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fc00::1', 'fdab::1', 'fec0::1', '::ffff:10.0.0.1'],
  ],
  ['private', ['64:ff9b::192.168.0.1', '2002:c0a8:1::']],
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::127.0.0.1', '2002:7f00:1::']],
  ['link-local', ['169.254.1.1', 'fe80::1', 'febf::1', '::ffff:169.254.1.1', '64:ff9b::169.254.1.1']],
  ['metadata', ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', '::ffff:169.254.169.254']],
  ['metadata', ['2002:a9fe:a9fe::', '64:ff9b::169.254.169.254', '169.254.170.2']],
  [
    'reserved',
    ['0.0.0.0', '0.1.2.3', '192.0.2.1', '198.18.0.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ],
  ['reserved', ['::', 'ff02::1', '2001:db8::1', '3fff::1', '100::1', '4000::1', '::ffff:0.0.0.0', '::ffff:0:8.8.8.8']],
  [undefined, ['localhost', '', '127.1', '[::1']],
];

for (const [expected, addresses] of classes) {
  test(`${expected ?? 'no address'}: ${addresses.join(' ')}`, () => {
    for (const address of addresses) assert.equal(classifyAddress(address), expected, address);
  });
}

const own = { addresses: ['192.168.1.5', 'fd00::5'], ports: [9080, 5060] };
const operator: DestinationPolicy = { internal: 'allowed', allowNetworks: [], own };
const request: DestinationPolicy = { internal: 'refused', allowNetworks: [], own };
const networks = (...texts: readonly string[]) => texts.flatMap((text) => parseIpNetwork(text) ?? []);
const allows = (address: string, policy: DestinationPolicy, port = 8080): boolean =>
  judgeDestination(address, port, policy).ok;

test('the operator reaches private networks and loopback, a request of many tenants only public addresses', () => {
  for (const address of ['10.0.0.1', '127.0.0.1', '::1', 'fd00::9', '2002:a00:1::']) {
    assert.ok(allows(address, operator), address);
    assert.ok(!allows(address, request), address);
  }
  for (const address of ['8.8.8.8', '2a00::1']) {
    assert.ok(allows(address, operator) && allows(address, request), address);
  }
});

test('link-local and metadata addresses are out of reach for everybody, listed or not', () => {
  const all: DestinationPolicy = { ...operator, allowNetworks: networks('0.0.0.0/0', '::/0') };
  for (const address of ['169.254.169.254', 'fd00:ec2::254', 'fe80::1', '169.254.0.1', '::ffff:169.254.169.254']) {
    assert.ok(!allows(address, operator), address);
    assert.ok(!allows(address, all), address);
  }
});

test('the gateway never reaches itself, under any of its addresses', () => {
  const all: DestinationPolicy = { ...request, allowNetworks: networks('0.0.0.0/0', '::/0') };
  for (const policy of [operator, all]) {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '192.168.1.5', 'fd00::5']) {
      for (const port of own.ports) assert.ok(!allows(address, policy, port), `${address}:${port}`);
    }
    assert.ok(allows('127.0.0.1', policy, 9081));
    assert.ok(allows('192.168.1.6', policy, 9080));
  }
  assert.ok(!allows('0.0.0.0', all, 9080));
});

test('listed networks open what requests may not reach, and nothing beside it', () => {
  const policy: DestinationPolicy = {
    ...request,
    allowNetworks: networks('10.1.0.0/16', '127.0.0.1', '198.18.0.0/15'),
  };
  for (const address of ['10.1.2.3', '127.0.0.1', '198.18.0.1', '::ffff:10.1.2.3'])
    assert.ok(allows(address, policy), address);
  for (const address of ['10.2.0.1', '127.0.0.2', '::1', '224.0.0.1']) assert.ok(!allows(address, policy), address);
});

test('what is no address is refused', () => {
  for (const text of ['', 'localhost', '127.1']) assert.ok(!allows(text, operator), text);
});
