import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SrtpSession } from '../../src/host/index.ts';
import { cryptoSuites, type LocalEncryption } from '../../src/sdp/index.ts';
import { createUserAgent, parseMessage, type SipEffect, type SipRequest } from '../../src/sip/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import type { PhoneScript } from '../../src/testing/index.ts';
import { Caller } from './caller.ts';
import { answers, says, tenant, World, type WorldOptions } from './world.ts';

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

const agentUri = 'sip:agent@10.0.0.9';
const keyed = (policy: LocalEncryption['policy'], byte: string): LocalEncryption => ({
  policy,
  keys: Object.fromEntries(
    cryptoSuites.map(({ suite, keyBytes }) => [suite, btoa(byte.repeat(keyBytes))]),
  ) as LocalEncryption['keys'],
});
const silent = { speaksFirst: false, lines: [] } as const;
const goodbye = { text: ['good bye'], vgwAction: { command: 'vgwActHangup' } };
const sentOn: Partial<PhoneScript> = { ...silent, sendsOn: { afterMs: 1000, target: agentUri } };

const inviteTo = (messages: readonly string[]): string =>
  messages.find((text) => text.startsWith('INVITE ')) ?? assert.fail('no INVITE');
const keyLines = (text: string): readonly string[] => text.match(/inline:\S+/g) ?? [];

describe('RFC 4568 §8.1: a further leg has keys of its own', () => {
  async function run(options: Partial<WorldOptions>, policy: Policy, to?: string, inClear = true): Promise<World> {
    const world = new World({
      bot: answers({}, goodbye),
      userAgent: { acceptsRefers: true, acceptsReplaces: true },
      ...options,
    });
    const taken = await world.call({ ...(to === undefined ? {} : { to }), tenant: tenantWith(policy, inClear) })
      .accepted;
    assert.ok(taken.ok);
    await world.runToTheEnd();
    assert.deepEqual(world.faults, []);
    return world;
  }

  for (const policy of ['required', 'optional'] as const) {
    it(`RFC 3515 §2.4.4: ${policy}: a callee that sends the call on: the new party is offered other keys, and is understood`, async () => {
      const phone = { ...sentOn, encryption: keyed(policy, 'p') };
      const reoffers = [{ afterMs: 1000, direction: 'sendrecv' }] as const;
      const agent = { ...silent, encryption: keyed(policy, 'a'), reoffers };
      const world = await run({ phone, agent }, policy);
      assert.deepEqual(world.phone.news.at(-1), 'refer-done 200');
      assert.deepEqual([world.phone.understood, world.agent?.understood], [[], ['good bye']]);
      assert.equal(world.records[0]?.mediaEncryption, 'AES_CM_128_HMAC_SHA1_80');
      const offer = inviteTo(world.sipToAgent);
      assert.match(offer, policy === 'required' ? /RTP\/SAVP / : /RTP\/AVP /);
      const first = keyLines(inviteTo(world.sipToPhone));
      assert.deepEqual([first.length, keyLines(offer).length], [4, 4]);
      assert.deepEqual(
        keyLines(offer).filter((key) => first.includes(key)),
        [],
      );
      // The new party offers again: answered with the key of this leg.
      assert.ok(keyLines(offer).includes(keyLines(String(world.agent?.offerAnswers[0]))[0] ?? '?'));
    });
  }

  it('RFC 3515 §2.4.4: a new party without SRTP: in plain RTP where it is optional, not at all where it is required', async () => {
    const phone = (policy: LocalEncryption['policy']) => ({ ...sentOn, encryption: keyed(policy, 'p') });
    const plain = await run({ phone: phone('optional'), agent: silent }, 'optional');
    assert.deepEqual([plain.phone.understood, plain.agent?.understood], [[], ['good bye']]);
    assert.equal(plain.records[0]?.mediaEncryption, undefined);
    const stays = await run({ phone: phone('required'), agent: silent }, 'required');
    assert.deepEqual(stays.phone.news.at(-1), 'refer-failed 488');
    assert.deepEqual([stays.phone.understood, stays.agent?.understood], [['good bye'], []]);
  });

  it('RFC 4568 §8.3: required, and the new party would be reached in clear: declined, and the call stays', async () => {
    const phone = { ...sentOn, encryption: keyed('required', 'p') };
    const userAgent = {
      acceptsRefers: true,
      otherPlaces: [{ transport: 'tls', host: '10.0.0.1', port: 5060 }] as const,
    };
    const world = await run(
      { phone, agent: silent, userAgent },
      'required',
      'sip:bob@10.0.0.2:5060;transport=tls',
      false,
    );
    assert.deepEqual(world.phone.news, ['refer-failed 603']);
    assert.deepEqual(world.sipToAgent, []);
    assert.match(world.records[0]?.warnings.join() ?? '', /keys would leave in clear/);
    assert.deepEqual(world.phone.understood, ['good bye']);
  });

  it('RFC 5589 §7: an attended transfer offers keys to the agent; one that leaves required ones away fails it', async () => {
    const attended = {
      vgwAction: { command: 'vgwActTransfer', parameters: { transferTarget: agentUri, transferMethod: 'ATTENDED' } },
    };
    const phone = {
      ...silent,
      encryption: keyed('required', 'p'),
      transfer: { status: 202, notices: [{ afterMs: 100, status: 200 }] },
    };
    const bot = answers(attended, goodbye);
    const world = await run({ bot, phone, agent: { ...silent, encryption: keyed('required', 'a') } }, 'required');
    assert.equal(world.records[0]?.transfer?.outcome, 'transferred');
    const offer = inviteTo(world.sipToAgent);
    assert.match(offer, /RTP\/SAVP [\s\S]*a=inactive/);
    assert.deepEqual(
      [keyLines(offer).length, new Set([...keyLines(offer), ...keyLines(inviteTo(world.sipToPhone))]).size],
      [4, 8],
    );
    const failed = await run({ bot, phone, agent: silent }, 'required');
    assert.equal(failed.records[0]?.transfer?.outcome, 'failed');
    assert.deepEqual(failed.phone.refers, []);
  });

  it('RFC 3891 §3: who takes the place of the callee is answered with a key of its own, and its audio is sealed with it', async () => {
    const world = new World({
      bot: answers({}, goodbye),
      phone: { ...silent, encryption: keyed('required', 'p') },
      userAgent: { acceptsReplaces: true },
    });
    const place = { transport: 'udp', host: '10.0.0.9', port: 5060 } as const;
    const carol = createUserAgent({ random: { uint32: () => 7 }, sentBy: place, userAgent: 'carol' });
    const remoteKey = btoa('c'.repeat(30));
    const session = new SrtpSession();
    let answer = '';
    const carryOut = (effects: readonly SipEffect[]): void => {
      for (const effect of effects) {
        if (effect.type === 'send') world.network.send(effect.bytes, place, effect.to);
        else if (effect.type === 'leg' && effect.event.type === 'answered') answer = effect.event.sdp ?? '';
      }
    };
    world.network.bind(place, (bytes, source) => {
      carryOut(carol.receive(bytes, source, world.clock.nowMs()));
    });
    world.clock.at(3000, () => {
      const ack = parseMessage(
        new TextEncoder().encode(world.sipToPhone.find((text) => text.startsWith('ACK ')) ?? ''),
      );
      assert.ok(ack.ok);
      const { callId, fromTag = '', toTag = '' } = ack.value as SipRequest;
      const replaces = `${callId};to-tag=${fromTag};from-tag=${toTag}`;
      const sdp = [
        ...['v=0', 'o=- 1 1 IN IP4 10.0.0.9', 's=-', 'c=IN IP4 10.0.0.9', 't=0 0', 'm=audio 30000 RTP/SAVP 8'],
        ...[`a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:${remoteKey}`, ''],
      ].join('\r\n');
      const order = { legId: 'carol-1', to: 'sip:outdial@10.0.0.1', from: 'sip:carol@10.0.0.9', routes: [] };
      carryOut(carol.invite({ ...order, sdp, replaces, ringTimeoutMs: 60_000 }, world.clock.nowMs()));
    });
    const lengths = new Set<number>();
    world.network.bind({ host: '10.0.0.9', port: 30_000 }, (bytes) => {
      const [, gatewayKey = ''] = /a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:(\S+)/.exec(answer) ?? [];
      session.use({ suite: 'AES_CM_128_HMAC_SHA1_80', localKey: remoteKey, remoteKey: gatewayKey });
      lengths.add(session.open(bytes).length);
    });
    await world.call({ tenant: tenantWith('required', true) }).accepted;
    await world.runToTheEnd();
    assert.deepEqual(world.faults, []);
    assert.deepEqual(keyLines(answer).length, 1);
    assert.ok(!keyLines(inviteTo(world.sipToPhone)).includes(keyLines(answer)[0] ?? ''));
    assert.deepEqual([...lengths], [172], 'every packet was opened');
  });
});
