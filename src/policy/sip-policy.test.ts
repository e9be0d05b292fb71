import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpNetwork } from './ip-network.ts';
import { parseHostRule } from './host-rule.ts';
import { type CallPlaces, judgeCallPlaces, judgeSipAddress, judgeSipSource, type SipPolicy } from './sip-policy.ts';

const rules = (...texts: readonly string[]) => texts.map((text) => parseHostRule(text) ?? assert.fail(text));
const destinations = {
  internal: 'refused',
  allowNetworks: [],
  own: { addresses: [], ports: [5060] },
} as const;
const single: SipPolicy = { allow: [], deny: [], unlisted: 'anywhere', destinations };
const multi: SipPolicy = { ...single, unlisted: 'trunk-or-public' };
const trunk = { host: 'sbc.example.net', port: 5062 };
const places = (host: string, more: Partial<CallPlaces> = {}): CallPlaces => ({
  nextHop: { host, port: 5080 },
  hosts: [host],
  trunk: undefined,
  ...more,
});
const allows = (policy: SipPolicy, call: CallPlaces): boolean => judgeCallPlaces(call, policy).ok;

test('one tenant may call anywhere but metadata, link-local and the gateway itself', () => {
  for (const host of ['pbx.example.net', '10.0.0.1', '127.0.0.1', '::1', '8.8.8.8']) {
    assert.ok(allows(single, places(host)), host);
  }
  for (const host of ['169.254.169.254', 'fe80::1']) assert.ok(!allows(single, places(host)), host);
  assert.ok(!allows(single, places('127.0.0.1', { nextHop: { host: '127.0.0.1', port: 5060 } })));
});

test('tenants of a file use the trunk and nothing else', () => {
  assert.ok(allows(multi, { nextHop: trunk, hosts: ['anything.example'], trunk }));
  assert.ok(allows(multi, { nextHop: { host: 'SBC.example.net.', port: 5062 }, hosts: [], trunk }));
  assert.ok(!allows(multi, { nextHop: { ...trunk, port: 5063 }, hosts: [], trunk }));
  assert.ok(!allows(multi, places('8.8.8.8', { trunk })));
});

test('without a trunk they may call names and public addresses', () => {
  for (const host of ['8.8.8.8', 'pbx.example.net', '2a00::1']) assert.ok(allows(multi, places(host)), host);
  for (const host of ['10.0.0.1', '127.0.0.1', '::ffff:10.0.0.1', '169.254.169.254', '0.0.0.0']) {
    assert.ok(!allows(multi, places(host)), host);
  }
  // What the name leads to is seen when it has been resolved.
  const at = (address: string): boolean =>
    judgeSipAddress('pbx.example.net', { host: address, port: 5080 }, undefined, multi).ok;
  assert.ok(at('8.8.8.8'));
  for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1']) assert.ok(!at(address), address);
});

test('an allow list is the whole list, besides the trunk', () => {
  for (const base of [single, multi]) {
    const policy = { ...base, allow: rules('*.example.net', '10.1.0.0/16', 'pbx.test') };
    for (const host of ['sbc.example.net', 'SBC2.EXAMPLE.NET.', '10.1.2.3', 'pbx.test', '::ffff:10.1.2.3']) {
      assert.ok(allows(policy, places(host)), host);
    }
    for (const host of [
      'example.net',
      'badexample.net',
      'example.net.evil.test',
      '10.2.0.1',
      '8.8.8.8',
      'pbx.test.evil',
    ]) {
      assert.ok(!allows(policy, places(host)), host);
    }
    assert.ok(allows(policy, { nextHop: trunk, hosts: [], trunk }));
  }
  assert.ok(allows({ ...multi, allow: rules('*') }, places('10.0.0.1')));
});

test('a refused host is refused wherever it stands, the trunk included', () => {
  const policy = { ...single, deny: rules('evil.test', '*.evil.test', '203.0.113.0/24', '10.0.0.0/8') };
  for (const host of ['evil.test', 'EVIL.test.', 'a.b.evil.test', '10.1.1.1', '::ffff:10.1.1.1', '64:ff9b::10.1.1.1']) {
    assert.ok(!allows(policy, places(host)), host);
    assert.ok(!allows(policy, { nextHop: trunk, hosts: ['good.test', host], trunk }), host);
  }
  assert.ok(!allows({ ...single, deny: rules('sbc.example.net') }, { nextHop: trunk, hosts: [], trunk }));
  assert.ok(allows(policy, places('good.test')));
  assert.ok(!judgeSipAddress('good.test', { host: '10.1.1.1', port: 5060 }, trunk, policy).ok);
  assert.ok(judgeSipAddress('good.test', { host: '11.1.1.1', port: 5060 }, trunk, policy).ok);
});

test('who may connect: nobody that is refused, and where there is a list only who is on it or was sent to', () => {
  const open = { ...single, deny: rules('203.0.113.0/24') };
  assert.ok(judgeSipSource('192.0.2.1', false, open).ok);
  assert.ok(!judgeSipSource('203.0.113.9', true, open).ok);
  assert.ok(!judgeSipSource('::ffff:203.0.113.9', false, open).ok);
  const listed = { ...open, trusted: [parseIpNetwork('192.0.2.0/24') ?? assert.fail()] };
  assert.ok(judgeSipSource('192.0.2.1', false, listed).ok);
  assert.ok(judgeSipSource('::ffff:192.0.2.1', false, listed).ok);
  assert.ok(!judgeSipSource('198.51.100.1', false, listed).ok);
  assert.ok(!judgeSipSource('2001:db8::5efe:192.0.2.1', false, listed).ok);
  assert.ok(judgeSipSource('198.51.100.1', true, listed).ok);
  assert.ok(!judgeSipSource('', false, listed).ok);
});

test('rules that are none are told apart', () => {
  for (const bad of ['', '*.', '.', 'a b', '10.0.0.1/8', '1.2.3', 'a/8', '*.*', '-', 'sip:x']) {
    assert.equal(parseHostRule(bad), undefined, bad);
  }
});
