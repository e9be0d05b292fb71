import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type DnsZone,
  type LoopbackDns,
  startLoopbackDns,
  type ZoneRecord,
} from '../../src/host/loopback-dns.fixture.ts';
import { kamailioPort, startKamailio } from './kamailio.ts';
import { skipWithout } from './programs.ts';
import { hangUpSoon, type RealGateway, withRealGateway } from './real-gateway.ts';
import { answerAtOnce, runSipp, step } from './sipp.ts';

/** Two hosts of one trunk. */
const one = { host: '127.0.0.1', port: 25_060, mediaPort: 26_000 };
const two = { host: '127.0.0.2', port: 25_062, mediaPort: 26_010 };

const unavailable = [step.receive('INVITE'), step.trying, step.reject('503 Service Unavailable'), step.receive('ACK')];

const server = (priority: number, port: number, target: string): ZoneRecord => ({
  type: 'SRV',
  priority,
  weight: 0,
  port,
  target,
});

const zone: DnsZone = {
  'trunk.test': [{ type: 'NAPTR', order: 10, preference: 10, service: 'SIP+D2U', replacement: '_sip._udp.trunk.test' }],
  '_sip._udp.trunk.test': [server(1, one.port, 'one.trunk.test'), server(2, two.port, 'two.trunk.test')],
  'one.trunk.test': [{ type: 'A', address: one.host }],
  'two.trunk.test': [{ type: 'CNAME', target: 'second.trunk.test' }],
  'second.trunk.test': [{ type: 'A', address: two.host }],
  'proxied.test': [],
  '_sip._udp.proxied.test': [server(1, two.port, 'two.trunk.test'), server(2, kamailioPort, 'one.trunk.test')],
  'broken.test': 'broken',
  '_sip._udp.broken.test': 'broken',
  'closed.test': [],
  '_sip._udp.closed.test': [server(0, 0, '.')],
};

describe('RFC 3263: SIPp at the addresses of a loopback name server', { skip: skipWithout('sipp') }, () => {
  let dns: LoopbackDns;

  before(async () => {
    dns = await startLoopbackDns(zone);
  });
  after(() => dns.close());

  /** A gateway of its own for each test, so that no hop has a past. */
  function calling(
    environment: Readonly<Record<string, string>>,
    act: (gateway: RealGateway) => Promise<void>,
  ): Promise<void> {
    return withRealGateway({ OUTDIAL_DNS_SERVERS: dns.server, POST_RESPONSE_TIMEOUT: '300', ...environment }, act);
  }

  it('RFC 3263 §4.1, §4.2: NAPTR, SRV and address lead to the first server', async () => {
    const sipp = await runSipp({ ...one, steps: answerAtOnce });
    await calling({}, async (gateway) => {
      const { states, record } = await gateway.call('sip:callee@trunk.test', hangUpSoon);
      await sipp.done;
      assert.deepEqual(states, ['started', 'active', 'ended']);
      assert.deepEqual(record.warnings, []);
    });
    assert.ok(dns.questions.includes('NAPTR trunk.test') && dns.questions.includes('SRV _sip._udp.trunk.test'));
  });

  it('RFC 3263 §4.3: 503 of the first server, and the second one answers; the next call goes there at once', async () => {
    const first = await runSipp({ ...one, steps: unavailable });
    const second = await runSipp({ ...two, steps: answerAtOnce });
    await calling({}, async (gateway) => {
      const { states, record } = await gateway.call('sip:callee@trunk.test', hangUpSoon);
      await Promise.all([first.done, second.done]);
      assert.deepEqual(states, ['started', 'active', 'ended']);
      assert.deepEqual(record.warnings, [
        'INVITE to udp 127.0.0.1:25060: It answered 503 Service Unavailable. Next: udp 127.0.0.2:25062.',
      ]);
      const again = await runSipp({ ...two, steps: answerAtOnce });
      const next = await gateway.call('sip:callee@trunk.test', hangUpSoon);
      await again.done;
      assert.deepEqual([next.states.at(-1), next.record.warnings], ['ended', []]);
    });
  });

  it('RFC 3263 §4.3: silence of the first server until Timer B, and the second one answers', async () => {
    const second = await runSipp({ ...two, steps: answerAtOnce, timeoutS: 60 });
    await calling({}, async (gateway) => {
      const { states, record } = await gateway.call('sip:callee@trunk.test', hangUpSoon);
      await second.done;
      assert.deepEqual(states, ['started', 'active', 'ended']);
      assert.deepEqual(record.warnings, [
        'INVITE to udp 127.0.0.1:25060: It did not answer. Next: udp 127.0.0.2:25062.',
      ]);
    });
  });

  it('RFC 3261 §21.6: 603 of the first server ends the call, and the second one hears nothing', async () => {
    const refusing = [step.receive('INVITE'), step.trying, step.reject('603 Decline'), step.receive('ACK')];
    const first = await runSipp({ ...one, steps: refusing });
    await calling({}, async (gateway) => {
      const { states, record } = await gateway.call('sip:callee@trunk.test', () => ({}));
      await first.done;
      assert.deepEqual([states.at(-1), record.sipStatus, record.warnings], ['failed', 603, []]);
    });
  });

  it('a name without servers ends the call with sip.not-located, and says what was asked', async () => {
    await calling({}, async (gateway) => {
      for (const [host, said] of [
        [
          'broken.test',
          /NAPTR broken\.test: SERVFAIL; SRV _sip\._udp\.broken\.test: SERVFAIL; .*A broken\.test: SERVFAIL/,
        ],
        ['nowhere.test', /A nowhere\.test: no records/],
        ['closed.test', /there is no SIP over udp/],
      ] as const) {
        const { states, record, failureReason } = await gateway.call(`sip:callee@${host}`, () => ({}));
        assert.deepEqual([states, record.endCode], [['failed'], 'sip.not-located'], host);
        assert.match(failureReason ?? '', said);
      }
    });
  });

  it('OUTDIAL_SIP_DENY holds for the addresses behind a name: the server that is left is called', async () => {
    const second = await runSipp({ ...two, steps: answerAtOnce });
    await calling({ OUTDIAL_SIP_DENY: '127.0.0.1' }, async (gateway) => {
      const { states } = await gateway.call('sip:callee@trunk.test', hangUpSoon);
      await second.done;
      assert.deepEqual(states, ['started', 'active', 'ended']);
    });
  });

  it(
    'kamailio as the second server of the trunk asks for credentials and gets them',
    { skip: skipWithout('kamailio') },
    async () => {
      const kamailio = await startKamailio([]);
      try {
        const first = await runSipp({ ...two, steps: unavailable });
        const callee = await runSipp({ ...one, steps: answerAtOnce });
        const trunk = {
          OUTDIAL_SIP_TRUNK: 'sip:proxied.test',
          OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'alice',
          OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'secret',
        };
        await calling(trunk, async (gateway) => {
          const { states, record } = await gateway.call('sip:callee@192.0.2.1', hangUpSoon);
          await Promise.all([first.done, callee.done]);
          assert.deepEqual(states, ['started', 'active', 'ended']);
          assert.equal(record.warnings.length, 1);
        });
      } finally {
        await kamailio.close();
      }
    },
  );
});
