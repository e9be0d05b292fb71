import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tenant } from '../../src/tenants/index.ts';
import { Caller } from './caller.ts';
import { says, tenant, World } from './world.ts';

type Policy = Tenant['settings']['mediaEncryptionPolicy'];

const tenantWith = (policy: Policy, areMediaKeysSentInClear: boolean): Tenant => ({
  ...tenant,
  isInboundEnabled: true,
  settings: { ...tenant.settings, mediaEncryptionPolicy: policy, areMediaKeysSentInClear },
});

const newWorld = (inbound: readonly Tenant[] = []): World =>
  new World({ bot: (_request, index) => (index === 0 ? says('') : says('goodbye', true)), inbound });

const keysIn = (text: string | undefined): number => text?.match(/^a=crypto:/gm)?.length ?? 0;

describe('encrypted media', () => {
  it('RFC 4568 §8.3: required over UDP fails before the INVITE with media.keys-in-clear; optional offers no keys', async () => {
    const world = newWorld();
    const refused = await world.call({ tenant: tenantWith('required', false) }).accepted;
    assert.equal(!refused.ok && refused.error.code, 'media.keys-in-clear');
    assert.deepEqual(world.sipToPhone, []);
    assert.ok((await world.call({ tenant: tenantWith('optional', false) }).accepted).ok);
    await world.runToTheEnd();
    assert.match(world.sipToPhone[0] ?? '', /m=audio \d+ RTP\/AVP /);
    assert.equal(keysIn(world.sipToPhone[0]), 0);
  });

  it('RFC 4568 §8.3: over TLS, by URI or by every target of the trunk, keys are offered', async () => {
    const world = newWorld();
    const secure = ['sips:bob@10.0.0.2', 'sip:bob@10.0.0.2;transport=tls', 'sip:bob@10.0.0.2;transport=WSS'];
    for (const to of secure) {
      const taken = await world.call({ to, tenant: tenantWith('required', false) }).accepted;
      assert.ok(taken.ok || taken.error.code !== 'media.keys-in-clear', to);
    }
    for (const to of ['sip:bob@10.0.0.2', 'sip:bob@10.0.0.2;transport=tcp', 'sip:bob@10.0.0.2;transport=ws']) {
      const refused = await world.call({ to, tenant: tenantWith('required', false) }).accepted;
      assert.equal(!refused.ok && refused.error.code, 'media.keys-in-clear', to);
    }
    world.engine.close();
  });

  it('RFC 4568 §5.1: optional to a phone without SRTP is a plain call, required is refused by it', async () => {
    const world = newWorld();
    world.call({ tenant: tenantWith('optional', true) });
    await world.runToTheEnd();
    assert.equal(keysIn(world.sipToPhone[0]), 4);
    assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
    const other = newWorld();
    other.call({ tenant: tenantWith('required', true) });
    await other.runToTheEnd();
    assert.match(other.sipToPhone[0] ?? '', /m=audio \d+ RTP\/SAVP /);
    assert.equal(other.records[0]?.end?.sipStatus, 488);
  });

  it('RFC 3264 §6: a call that comes in without keys is refused 488 where they are required', async () => {
    for (const areKeysInClear of [true, false]) {
      const world = newWorld([tenantWith('required', areKeysInClear)]);
      const caller = new Caller(world);
      caller.call();
      await world.clock.runUntil(() => caller.statuses.some((status) => status >= 200), 10_000);
      assert.equal(caller.statuses.at(-1), 488);
      world.engine.close();
    }
  });
});
