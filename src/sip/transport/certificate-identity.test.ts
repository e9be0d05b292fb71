import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCertificate } from './certificate-identity.ts';

const isFor = (subjectAltName: string | undefined, wanted: string, commonName?: string): boolean =>
  judgeCertificate({ subjectAltName, commonName }, wanted).ok;

test('RFC 5922 §7.1: sip: URIs count first, DNS names when there are none, the common name without either', () => {
  assert.ok(isFor('URI:sip:example.net', 'example.net'));
  assert.ok(isFor('DNS:sbc.example.net, URI:sip:EXAMPLE.net', 'Example.NET'));
  assert.ok(!isFor('DNS:sbc.example.net, URI:sip:example.net', 'sbc.example.net'), 'a sip: URI is there');
  assert.ok(isFor('DNS:a.example.net, DNS:sbc.example.net', 'sbc.example.net.'));
  assert.ok(isFor('DNS:sbc.example.net, URI:https://example.net', 'sbc.example.net'));
  assert.ok(!isFor('URI:sips:example.net, DNS:x.test', 'example.net'), 'sips: is no identity');
  assert.ok(!isFor('URI:sip:bob@example.net, DNS:x.test', 'example.net'), 'a person is no domain');
  assert.ok(isFor(undefined, 'sbc.example.net', 'sbc.example.net'));
  assert.ok(!isFor('DNS:other.test', 'sbc.example.net', 'sbc.example.net'), 'the common name is not looked at');
  assert.ok(!isFor(undefined, 'sbc.example.net'));
});

test('RFC 5922 §7.2: no suffix matches, and no wildcard unless it is allowed', () => {
  assert.ok(!isFor('DNS:example.net', 'sbc.example.net'));
  assert.ok(!isFor('DNS:sbc.example.net', 'example.net'));
  const names = { subjectAltName: 'DNS:*.example.net', commonName: undefined };
  const refused = judgeCertificate(names, 'sbc.example.net');
  assert.match(refused.ok ? '' : refused.error, /for \*\.example\.net, .*OUTDIAL_SIP_TLS_WILDCARDS/);
  assert.ok(judgeCertificate(names, 'sbc.example.net', 'leftmost-label').ok);
  for (const wanted of ['example.net', 'a.sbc.example.net', 'sbc.example.org']) {
    assert.ok(!judgeCertificate(names, wanted, 'leftmost-label').ok, wanted);
  }
  assert.ok(!judgeCertificate({ ...names, subjectAltName: 'DNS:*.net' }, 'example.net', 'leftmost-label').ok);
});

test('an address is proven by an IP entry', () => {
  assert.ok(isFor('IP Address:192.0.2.1, DNS:sbc.example.net', '192.0.2.1'));
  assert.ok(!isFor('DNS:192.0.2.1', '192.0.2.1'));
  assert.ok(isFor('IP Address:2001:DB8::1', '2001:db8::1'));
});

test('a name that hides another entry is nobody', () => {
  const hostile = 'DNS:"evil.test, DNS:sbc.example.net", URI:"sip:x\\", DNS:sbc.example.net"';
  const judged = judgeCertificate({ subjectAltName: hostile, commonName: undefined }, 'sbc.example.net');
  assert.equal(judged.ok ? '' : judged.error, 'the certificate is for nobody and not for sbc.example.net');
});
