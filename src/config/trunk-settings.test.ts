import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSettings } from './settings.ts';
import { parseTrunkTarget } from './trunk-target.ts';

describe('targets of a trunk', () => {
  it('are SIP URIs with a priority and a weight', () => {
    assert.deepEqual(parseTrunkTarget('sip:sbc1.example.net'), {
      scheme: 'sip',
      host: 'sbc1.example.net',
      priority: 0,
      weight: 1,
    });
    assert.deepEqual(parseTrunkTarget(' SIP:192.0.2.1:5080;Transport=TCP;priority=2;weight=70;lr '), {
      scheme: 'sip',
      host: '192.0.2.1',
      port: 5080,
      transport: 'tcp',
      priority: 2,
      weight: 70,
    });
    assert.deepEqual(parseTrunkTarget('sips:[2001:db8::1]'), {
      scheme: 'sips',
      host: '2001:db8::1',
      priority: 0,
      weight: 1,
    });
  });

  it('with anything unknown, doubled or out of range are none', () => {
    for (const text of [
      '',
      'sbc1.example.net',
      'sip:',
      'sip:user@sbc1.example.net',
      'sip:sbc1.example.net:0',
      'sip:sbc1.example.net:65536',
      'sip:sbc1.example.net;transport=sctp',
      'sip:sbc1.example.net;priority=65536',
      'sip:sbc1.example.net;weight=-1',
      'sip:sbc1.example.net;weight=1;weight=2',
      'sip:sbc1.example.net;wieght=1',
      'sips:sbc1.example.net;transport=udp',
      'sip:1.2.3',
    ]) {
      assert.equal(parseTrunkTarget(text), undefined, text);
    }
  });

  it('come with the trunk that they are targets of, and every mistake is told', () => {
    const targets = 'sip:192.0.2.1;priority=1, sip:192.0.2.2:5080;priority=2';
    const read = readSettings({ OUTDIAL_SIP_TRUNK: 'sip:trunk.example.net', OUTDIAL_SIP_TRUNK_TARGETS: targets });
    assert.deepEqual(read.ok && read.value.settings.sipTrunkTargets, [
      'sip:192.0.2.1;priority=1',
      'sip:192.0.2.2:5080;priority=2',
    ]);
    const alone = readSettings({ OUTDIAL_SIP_TRUNK_TARGETS: targets });
    assert.deepEqual(!alone.ok && alone.error.map(({ variable }) => variable), ['OUTDIAL_SIP_TRUNK']);
    const wrong = readSettings({ OUTDIAL_SIP_TRUNK: 'sip:t.example', OUTDIAL_SIP_TRUNK_TARGETS: 'sip:a.example,b' });
    assert.match(JSON.stringify(wrong), /entry 2 is none of: sip:host/);
  });
});
