import assert from 'node:assert/strict';
import { test } from 'node:test';
import { network } from './ip-network.ts';
import { createSourceGuard, type SourceGuardOptions } from './source-guard.ts';

const open: SourceGuardOptions = { trusted: [], others: 'answered', perSource: 10, inAll: 100 };

/** The address number `index` of 10.0.0.0/8. */
const addressOf = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

test('a source may send a second’s worth at once, and then so many a second', () => {
  const guard = createSourceGuard(open);
  const taken = (nowMs: number): number =>
    Array.from({ length: 50 }, () => guard.judge('192.0.2.1', undefined, nowMs)).filter((word) => word === undefined)
      .length;
  assert.equal(taken(0), 10);
  assert.equal(taken(100), 1);
  assert.equal(taken(600), 5);
  assert.equal(guard.judge('192.0.2.1', undefined, 600), 'flood');
});

test('the flood of one source leaves the others alone', () => {
  const guard = createSourceGuard(open);
  for (let each = 0; each < 10_000; each += 1) guard.judge('192.0.2.1', undefined, 0);
  assert.equal(guard.judge('192.0.2.2', undefined, 0), undefined);
});

test('100,000 sources are limited together, within a bounded memory; a trusted one is answered all the while', () => {
  const guard = createSourceGuard({ ...open, trusted: [network('198.51.100.0/24')], maxSources: 1000 });
  let answered = 0;
  for (let each = 0; each < 100_000; each += 1) {
    // 10 s of 10,000 requests a second.
    const nowMs = each / 10;
    if (guard.judge(addressOf(each), undefined, nowMs) === undefined) answered += 1;
    if (each % 100 === 0) assert.equal(guard.judge('198.51.100.7', undefined, nowMs), undefined);
  }
  assert.ok(answered >= 1000 && answered <= 1101, String(answered));
  assert.ok(guard.sources <= 1000, String(guard.sources));
});

test('addresses of one /64 are one source, and an IPv4 address is the same in IPv6 clothes', () => {
  const guard = createSourceGuard(open);
  for (let each = 0; each < 10; each += 1) guard.judge(`2001:db8::${each + 1}`, undefined, 0);
  assert.equal(guard.judge('2001:db8::ffff', undefined, 0), 'flood');
  assert.equal(guard.judge('2001:db8:0:1::1', undefined, 0), undefined);
  for (let each = 0; each < 10; each += 1) guard.judge('192.0.2.1', undefined, 0);
  assert.equal(guard.judge('::ffff:192.0.2.1', undefined, 0), 'flood');
});

test('with a list nobody else is answered, whatever they say', () => {
  const trusted = [network('198.51.100.0/24'), network('203.0.113.9')];
  const guard = createSourceGuard({ ...open, trusted, others: 'ignored' });
  for (const host of ['198.51.100.255', '203.0.113.9', '::ffff:203.0.113.9']) {
    assert.equal(guard.judge(host, 'friendly-scanner', 0), undefined, host);
    assert.ok(guard.isTrusted(host));
  }
  for (const host of ['203.0.113.10', '2001:db8::1', 'not an address']) {
    assert.equal(guard.judge(host, undefined, 0), 'untrusted', host);
  }
  assert.equal(guard.sources, 0);
});

test('RFC 5214 §6.1: nobody is trusted for an address of the list inside an IPv6 address that anybody may choose', () => {
  const guard = createSourceGuard({ ...open, trusted: [network('203.0.113.9')], others: 'ignored' });
  for (const host of [
    '2001:db8::5efe:203.0.113.9',
    '2001:0:cb00:7109::1',
    '64:ff9b::203.0.113.9',
    '2002:cb00:7109::1',
  ]) {
    assert.equal(guard.judge(host, undefined, 0), 'untrusted', host);
  }
});

test('scanners are not answered and cost no memory', () => {
  const guard = createSourceGuard(open);
  for (const name of ['friendly-scanner', 'SIPVicious 0.3', 'sipcli/v1.8', 'sundayddr', 'VaxSIPUserAgent/3.1']) {
    assert.equal(guard.judge('192.0.2.1', name, 0), 'scanner', name);
  }
  assert.equal(guard.sources, 0);
  for (const name of ['SIPp', 'baresip v1.0.0', 'Asterisk PBX 18', 'smapper', 'sipsak 0.9.8']) {
    assert.equal(guard.judge('192.0.2.1', name, 0), undefined, name);
  }
});

test('limits of 0 are none', () => {
  const guard = createSourceGuard({ ...open, perSource: 0, inAll: 0 });
  for (let each = 0; each < 5000; each += 1) assert.equal(guard.judge('192.0.2.1', undefined, 0), undefined);
  assert.equal(guard.sources, 0);
});
