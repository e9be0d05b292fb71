import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createNodeRandom } from './node-random.ts';
import { locate } from '../sip/index.ts';
import { type LoopbackDns, startLoopbackDns } from './loopback-dns.fixture.ts';
import { createSipDns } from './sip-dns.ts';

let server: LoopbackDns;
before(async () => {
  server = await startLoopbackDns({});
});
after(() => server.close());

/** A resolver of its own with a clock that is set by hand. */
function world(limitMs?: number) {
  const clock = { nowMs: 0 };
  const dns = createSipDns({
    servers: [server.server],
    clock: { nowMs: () => clock.nowMs },
    ...(limitMs === undefined ? {} : { limitMs }),
  });
  const asked = server.questions.length;
  return { dns, clock, questions: () => server.questions.slice(asked) };
}

describe('DNS for SIP', () => {
  it('RFC 3263 §4: NAPTR, SRV and addresses of a real server, CNAME followed, become hops', async () => {
    server.setZone({
      'trunk.test': [
        { type: 'NAPTR', order: 20, preference: 1, service: 'SIP+D2T', replacement: '_sip._tcp.trunk.test' },
        { type: 'NAPTR', order: 10, preference: 1, service: 'SIP+D2U', replacement: '_sip._udp.trunk.test' },
      ],
      '_sip._udp.trunk.test': [
        { type: 'SRV', priority: 2, weight: 0, port: 5062, target: 'b.trunk.test' },
        { type: 'SRV', priority: 1, weight: 0, port: 5061, target: 'alias.trunk.test' },
      ],
      '_sip._tcp.trunk.test': [{ type: 'SRV', priority: 1, weight: 0, port: 0, target: '.' }],
      'alias.trunk.test': [{ type: 'CNAME', target: 'a.trunk.test' }],
      'a.trunk.test': [
        { type: 'A', address: '192.0.2.1' },
        { type: 'AAAA', address: '2001:db8::1' },
      ],
      'b.trunk.test': [{ type: 'A', address: '192.0.2.2' }],
    });
    const { dns } = world();
    const means = { dns, random: createNodeRandom(), transports: ['udp', 'tcp'], families: [4, 6] } as const;
    const found = await locate({ scheme: 'sip', host: 'trunk.test' }, means);
    assert.deepEqual(found, {
      ok: true,
      value: [
        { transport: 'udp', host: '192.0.2.1', port: 5061 },
        { transport: 'udp', host: '2001:db8::1', port: 5061 },
        { transport: 'udp', host: '192.0.2.2', port: 5062 },
      ],
    });
  });

  it('an answer is kept as long as its TTL says, a minute at most, and asked for again then', async () => {
    server.setZone({
      'short.test': [{ type: 'A', address: '192.0.2.1', ttlS: 7 }],
      'long.test': [{ type: 'A', address: '192.0.2.2', ttlS: 86_400 }],
    });
    const { dns, clock, questions } = world();
    await Promise.all([dns.addresses('short.test', 4), dns.addresses('SHORT.test', 4), dns.addresses('long.test', 4)]);
    assert.equal(questions().length, 2);
    clock.nowMs = 6999;
    await dns.addresses('short.test', 4);
    assert.equal(questions().length, 2);
    clock.nowMs = 7000;
    await dns.addresses('short.test', 4);
    assert.equal(questions().length, 3);
    clock.nowMs = 59_999;
    await dns.addresses('long.test', 4);
    assert.equal(questions().length, 3);
    clock.nowMs = 60_000;
    assert.deepEqual(await dns.addresses('long.test', 4), { kind: 'found', records: ['192.0.2.2'] });
    assert.equal(questions().length, 4);
  });

  it('no such name and no such record are kept for 10 s only', async () => {
    server.setZone({ 'other.test': [{ type: 'A', address: '192.0.2.1' }] });
    const { dns, clock, questions } = world();
    assert.deepEqual(await dns.srv('_sip._udp.none.test'), { kind: 'none' });
    assert.deepEqual(await dns.naptr('other.test'), { kind: 'none' });
    clock.nowMs = 9999;
    await dns.srv('_sip._udp.none.test');
    assert.equal(questions().length, 2);
    clock.nowMs = 10_000;
    await dns.srv('_sip._udp.none.test');
    assert.equal(questions().length, 3);
  });

  it('SERVFAIL and silence are failures with a reason, within the limit', async () => {
    server.setZone({ 'broken.test': 'broken', 'silent.test': 'silent' });
    const { dns, clock, questions } = world(300);
    assert.deepEqual(await dns.addresses('broken.test', 4), { kind: 'failed', reason: 'SERVFAIL' });
    assert.deepEqual(await dns.addresses('silent.test', 4), { kind: 'failed', reason: 'no answer in time' });
    const asked = questions().length;
    clock.nowMs = 4999;
    await dns.addresses('silent.test', 4);
    assert.equal(questions().length, asked);
    clock.nowMs = 5000;
    server.setZone({ 'silent.test': [{ type: 'A', address: '192.0.2.9' }] });
    assert.deepEqual(await dns.addresses('silent.test', 4), { kind: 'found', records: ['192.0.2.9'] });
  });

  it('a location that is never answered fails with every question in its words', async () => {
    server.setZone({ 'silent.test': 'silent', '_sip._udp.silent.test': 'silent' });
    const { dns } = world(200);
    const means = { dns, random: createNodeRandom(), transports: ['udp'], families: [4] } as const;
    const found = await locate({ scheme: 'sip', host: 'silent.test' }, means);
    assert.deepEqual(found, {
      ok: false,
      error:
        'silent.test cannot be located: NAPTR silent.test: no answer in time; SRV _sip._udp.silent.test: no answer in time; A silent.test: no answer in time.',
    });
  });

  it('RFC 6761 §6.3: localhost is this machine, and no server is asked', async () => {
    const { dns, questions } = world();
    assert.deepEqual(await dns.addresses('localhost', 4), { kind: 'found', records: ['127.0.0.1'] });
    assert.deepEqual(await dns.addresses('a.localhost', 6), { kind: 'found', records: ['::1'] });
    assert.deepEqual(await dns.naptr('localhost'), { kind: 'none' });
    assert.deepEqual(await dns.srv('_sip._udp.localhost'), { kind: 'none' });
    assert.deepEqual(questions(), []);
  });

  it('without servers of its own the hosts file of the machine counts too', async () => {
    const dns = createSipDns({
      clock: { nowMs: () => 0 },
      limitMs: 500,
      resolve: (name, _options, tell) => {
        tell(null, name === 'sbc.hosts-file.invalid' ? [{ address: '192.0.2.5', family: 4 }] : []);
      },
    });
    assert.deepEqual(await dns.addresses('sbc.hosts-file.invalid', 4), { kind: 'found', records: ['192.0.2.5'] });
    const unknown = await dns.addresses('other.hosts-file.invalid', 4);
    assert.notEqual(unknown.kind, 'found');
  });
});
