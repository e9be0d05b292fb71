/** Which codec a call is held with, from the settings of its tenant to its record, in whole simulated calls. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSettings } from '../../src/config/index.ts';
import { allCodecs, type OfferedCodec } from '../../src/sdp/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import type { PhoneScript } from '../../src/testing/index.ts';
import { Caller } from './caller.ts';
import { type FakeBot, says, tenant, World } from './world.ts';

const tenantWith = (settings: Partial<Tenant['settings']>): Tenant => ({
  ...tenant,
  isInboundEnabled: true,
  recording: 'mono',
  settings: { ...tenant.settings, ...settings },
});

/** Says hello, hears the callee, says goodbye. */
const bot: FakeBot = (_request, index) => says(index === 0 ? 'good day to you' : 'goodbye', index > 0);

const linesOf = (sdp: string | undefined, line: RegExp): string[] =>
  (sdp ?? '').split('\r\n').filter((text) => line.test(text));

async function call(settings: Partial<Tenant['settings']>, phone: Partial<PhoneScript> = {}): Promise<World> {
  const lines = ['yes this is me'];
  const world = new World({ bot, phone: { speaksFirst: false, lines, ...phone } });
  world.call({ tenant: tenantWith(settings) });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

describe('codecs of calls', () => {
  for (const [settings, codecs, expected] of [
    [{}, ['G722', 'PCMU'], 'PCMU'],
    [{ codecs: ['G722', 'PCMU'] }, ['G722', 'PCMU'], 'G722'],
    [{ codecs: ['g722', 'pcmu'] }, ['PCMA', 'PCMU'], 'PCMU'],
    [{ codecs: ['PCMA', 'G722'] }, ['G722'], 'G722'],
    [{ sttBand: 'broadband' }, ['PCMU', 'G722'], 'G722'],
    [{ sttBand: 'broadband' }, ['PCMA'], 'PCMA'],
    [{ sttBand: 'broadband', codecs: ['PCMU', 'G722'] }, ['G722', 'PCMU'], 'G722'],
  ] as const satisfies readonly (readonly [object, readonly OfferedCodec[], OfferedCodec])[]) {
    it(`RFC 3264 §6.1: ${JSON.stringify(settings)} to a phone that takes ${codecs.join(', ')} is ${expected}`, async () => {
      const world = await call(settings, { codecs });
      assert.deepEqual(world.phone.understood, ['good day to you', 'goodbye']);
      assert.equal(world.asked[1]?.text, 'yes this is me');
      assert.equal(world.records[0]?.codec, expected);
    });
  }

  it('every codec can be named in OUTDIAL_CODECS, and nothing else', () => {
    const read = readSettings({ OUTDIAL_CODECS: allCodecs.join(',') });
    assert.deepEqual(read.ok && read.value.settings.codecs, allCodecs);
    assert.equal(readSettings({ OUTDIAL_CODECS: 'PCMU,G729' }).ok, false);
  });

  it('RFC 3264 §8.3.2: a re-INVITE to another codec, and back, costs neither side a word', async () => {
    for (const [first, second] of [
      ['G722', 'PCMU'],
      ['PCMU', 'G722'],
    ] as const) {
      const world = await call(
        { codecs: [first, second] },
        {
          codecs: [first],
          reoffers: [{ afterMs: 100, direction: 'sendrecv', codecs: [second] }],
        },
      );
      assert.deepEqual(world.phone.understood, ['good day to you', 'goodbye']);
      assert.equal(world.asked[1]?.text, 'yes this is me');
      assert.equal(world.records[0]?.codec, second);
      assert.match(String(world.phone.offerAnswers[0]), second === 'G722' ? /m=audio \d+ RTP\/AVP 9 / : /AVP 0 /);
    }
  });

  it('RFC 3264 §6: a call that comes in is answered with its best codec that the tenant takes', async () => {
    const media = ['m=audio 20000 RTP/AVP 18 9 0 101', 'a=rtpmap:101 telephone-event/8000', ''];
    const sdp = ['v=0', 'o=- 1 1 IN IP4 10.0.0.4', 's=-', 'c=IN IP4 10.0.0.4', 't=0 0', ...media].join('\r\n');
    for (const [codecs, formats, codec] of [
      [['PCMU', 'PCMA'], '0 101', 'PCMU'],
      [['PCMU', 'G722'], '9 101', 'G722'],
    ] as const) {
      const world = new World({ bot, inbound: [tenantWith({ codecs })] });
      const caller = new Caller(world, { sdp });
      caller.call();
      await world.clock.runUntil(() => caller.statuses.includes(200), 10_000);
      const answer = caller.messages.find((text) => text.startsWith('SIP/2.0 200'));
      assert.deepEqual(linesOf(answer, /^m=/), [`m=audio 16384 RTP/AVP ${formats}`]);
      await world.clock.runUntil(() => false, 3000);
      caller.hangUp();
      await world.runToTheEnd();
      assert.equal(world.records[0]?.codec, codec);
    }
  });
});
