import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Environment, readSettings } from './settings.ts';

function accepted(environment: Environment) {
  const read = readSettings(environment);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value.settings;
}

test('lists are read entry by entry', () => {
  const settings = accepted({
    OUTDIAL_ALLOW_NETWORKS: ' 10.0.0.0/8 , fd00::/8,127.0.0.1,',
    OUTDIAL_SIP_ALLOW: 'sbc.example.net,*.example.org, 192.168.1.0/24',
    OUTDIAL_SIP_DENY: '*',
    OUTDIAL_ALLOWED_PREFIXES: '+1,+39,112',
    OUTDIAL_CALLS_PER_SECOND: '0.5',
  });
  assert.deepEqual(settings.allowNetworks, ['10.0.0.0/8', 'fd00::/8', '127.0.0.1']);
  assert.deepEqual(settings.sipAllow, ['sbc.example.net', '*.example.org', '192.168.1.0/24']);
  assert.deepEqual(settings.sipDeny, ['*']);
  assert.deepEqual(settings.allowedPrefixes, ['+1', '+39', '112']);
  assert.equal(settings.callsPerSecond, 0.5);
});

test('a bad entry is named by its place, with what may be written', () => {
  for (const [variable, value, says] of [
    ['OUTDIAL_ALLOW_NETWORKS', '10.0.0.0/8,10.0.0.1/8', /entry 2 .*bits behind the prefix/],
    ['OUTDIAL_ALLOW_NETWORKS', 'example.net', /entry 1/],
    ['OUTDIAL_SIP_ALLOW', 'ok.test,sip:x', /entry 2 .*host names/],
    ['OUTDIAL_ALLOWED_PREFIXES', '+1,+x', /entry 2 .*\+39/],
    ['OUTDIAL_MINUTES_PER_DAY', '-1', /0 to/],
    ['SSL_FILE_TYPE', 'PEM', /PKCS12/],
  ] as const) {
    const read = readSettings({ [variable]: value });
    assert.ok(!read.ok, variable);
    assert.equal(read.error[0]?.variable, variable);
    assert.match(read.error[0]?.reason ?? '', says);
  }
});

test('half a pair of TLS files, two keys and one port for both listeners are no start', () => {
  for (const [environment, variable] of [
    [{ OUTDIAL_TLS_KEY_FILE: 'k' }, 'OUTDIAL_TLS_CERTIFICATE_FILE'],
    [{ OUTDIAL_TLS_CERTIFICATE_FILE: 'c' }, 'OUTDIAL_TLS_KEY_FILE'],
    [
      { OUTDIAL_TLS_KEY_FILE: 'k', OUTDIAL_TLS_CERTIFICATE_FILE: 'c', SSL_KEY_TRUST_STORE_FILE: 's' },
      'SSL_KEY_TRUST_STORE_FILE',
    ],
    [{ SSL_KEY_TRUST_STORE_FILE: 's', HTTPS_PORT: '9080' }, 'HTTPS_PORT'],
  ] as const) {
    const read = readSettings(environment);
    assert.ok(!read.ok);
    assert.deepEqual(
      read.error.map((problem) => problem.variable),
      [variable],
    );
  }
  // Without a key the port means nothing.
  accepted({ HTTPS_PORT: '9080' });
});
