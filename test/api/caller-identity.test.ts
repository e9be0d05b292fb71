import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../src/config/index.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import { applyTenantConfig, createTenantDirectory, type Tenant } from '../../src/tenants/index.ts';
import { callerIdentityOf, inviteHeadersOf } from '../../src/engine/caller-identity.ts';

function deployment(environment: Readonly<Record<string, string>> = {}): Tenant {
  const read = readSettings(environment);
  assert.ok(read.ok, JSON.stringify(read));
  const made = createTenantDirectory(read.value.settings);
  assert.ok(made.ok);
  return made.value.deployment;
}

function forCall(tenant: Tenant, outdial: JsonObject): Tenant | string {
  const applied = applyTenantConfig(tenant, tenant, { config: { outdial } });
  return applied.ok ? applied.value.tenant : applied.error;
}

test('without settings nothing is said of the caller', () => {
  const tenant = deployment();
  assert.deepEqual([callerIdentityOf(tenant), inviteHeadersOf(tenant)], [{}, []]);
});

test('the settings of a deployment, changed for one call by its request', () => {
  const tenant = deployment({
    OUTDIAL_CALLER_NAME: 'Acme',
    OUTDIAL_IDENTITY_HEADERS: 'Remote-Party-ID, P-Asserted-Identity',
    OUTDIAL_INVITE_HEADERS: '{"X-Campaign": "autumn", "X-Site": "Rome"}',
    OUTDIAL_DIVERSION: 'tel:+390655',
  });
  assert.deepEqual(callerIdentityOf(tenant), {
    displayName: 'Acme',
    identityHeaders: ['P-Asserted-Identity', 'Remote-Party-ID'],
    diversion: { uri: 'tel:+390655', reason: 'unconditional', headers: ['Diversion'] },
  });
  const changed = forCall(tenant, {
    caller: { name: 'Jim', privacy: 'id', assertedIdentity: 'tel:+390612340000' },
    diversion: { reason: 'no-answer', headers: 'History-Info' },
    inviteHeaders: { 'X-Campaign': 'winter' },
    userToUser: '48656c6c6f;encoding=hex',
    subject: 'Your order',
    callInfo: '<https://example.net/us.png>;purpose=icon',
  });
  assert.ok(typeof changed !== 'string');
  assert.deepEqual(callerIdentityOf(changed), {
    displayName: 'Jim',
    privacy: 'id',
    identityHeaders: ['P-Asserted-Identity', 'Remote-Party-ID'],
    assertedUri: 'tel:+390612340000',
    diversion: { uri: 'tel:+390655', reason: 'no-answer', headers: ['History-Info'] },
  });
  assert.deepEqual(inviteHeadersOf(changed), [
    { name: 'User-to-User', value: '48656c6c6f;encoding=hex' },
    { name: 'Subject', value: 'Your order' },
    { name: 'Call-Info', value: '<https://example.net/us.png>;purpose=icon' },
    { name: 'X-Campaign', value: 'winter' },
    { name: 'X-Site', value: 'Rome' },
  ]);
});

test('RFC 7433 §4.1: text that is not of the grammar goes as a quoted string', () => {
  const changed = forCall(deployment(), { userToUser: 'order 7; "gift"' });
  assert.ok(typeof changed !== 'string');
  assert.deepEqual(inviteHeadersOf(changed), [{ name: 'User-to-User', value: String.raw`"order 7; \"gift\""` }]);
});

test('RFC 3261 §7.3: what a call may not say is refused by name, and its value is not repeated', () => {
  const tenant = deployment();
  for (const [outdial, said] of [
    [{ inviteHeaders: { Via: 'secret' } }, /outdial\.inviteHeaders: the header Via is written by the stack itself/],
    [{ inviteHeaders: { m: '<sip:secret@x>' } }, /the header m is written by the stack itself/],
    [{ inviteHeaders: { 'Content-Length': '5' } }, /Content-Length is written by the stack itself/],
    [{ inviteHeaders: { 'X-A': 'secret\r\nVia: x' } }, /control character/],
    [{ inviteHeaders: { 'X A': 'secret' } }, /no(?:t a)? token/],
    [{ inviteHeaders: { 'X-A': 7 } }, /no text/],
    [
      { inviteHeaders: { 'X-A': 'a'.repeat(4000), 'X-B': 'b'.repeat(4000), 'X-C': 'c'.repeat(400) } },
      /over 8192 characters/,
    ],
    [{ inviteHeaders: 'X-A: secret' }, /JSON object of header names and values/],
    [{ userToUser: 'secret;encoding=hex' }, /not the hexadecimal it says it is/],
    [{ userToUser: 'abc;encoding=hex' }, /not the hexadecimal it says it is/],
    [{ callInfo: 'https://example.net/secret' }, /expected: <URI>;purpose=word/],
    [{ caller: { name: 'secret\r\nVia: x' } }, /control character/],
    [{ caller: { assertedIdentity: 'mailto:secret@x' } }, /sip:, sips: or tel: URI/],
    [{ caller: { assertedIdentity: 'sip:a@b?Via=secret' } }, /sip:, sips: or tel: URI/],
    [{ caller: { identityHeaders: 'From' } }, /P-Asserted-Identity/],
    [{ caller: { privacy: 'some' } }, /none, id, id-critical/],
    [{ diversion: { reason: 'whim' } }, /user-busy/],
  ] as const) {
    const refused = forCall(tenant, outdial);
    assert.ok(typeof refused === 'string', JSON.stringify(outdial));
    assert.match(refused, said);
    assert.ok(!refused.includes('secret'), refused);
  }
});
