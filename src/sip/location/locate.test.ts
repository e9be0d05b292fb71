import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../kit/index.ts';
import { naptr, srv, type Zone, ZoneDns } from './dns-zone.fixture.ts';
import type { LocationTarget } from '../contract.ts';
import { locate, type LocationMeans, maxHops } from './locate.ts';

const everything = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;

const trunk: Zone = {
  naptr: {
    'trunk.test': [
      naptr(100, 50, 'SIP+D2U', '_sip._udp.trunk.test'),
      naptr(90, 50, 'SIP+D2T', '_sip._tcp.trunk.test'),
      naptr(50, 50, 'SIPS+D2T', '_sips._tcp.trunk.test'),
    ],
  },
  srv: {
    '_sips._tcp.trunk.test': [srv(1, 1, 5061, 'a.trunk.test')],
    '_sip._tcp.trunk.test': [srv(1, 1, 5080, 'a.trunk.test')],
    '_sip._udp.trunk.test': [srv(2, 0, 5062, 'c.trunk.test'), srv(1, 0, 5060, 'b.trunk.test')],
  },
  a: { 'a.trunk.test': ['192.0.2.1'], 'b.trunk.test': ['192.0.2.2'], 'c.trunk.test': ['192.0.2.3'] },
  aaaa: { 'a.trunk.test': ['2001:db8::1'] },
};

/** The hops as text, or the failure. */
async function find(
  target: Partial<LocationTarget>,
  zone: Zone = trunk,
  means: Partial<LocationMeans> = {},
): Promise<{ hops: string[]; failure: string | undefined; asked: readonly string[] }> {
  const dns = new ZoneDns(zone);
  const found = await locate(
    { scheme: 'sip', host: 'trunk.test', ...target },
    { dns, random: seededRandom(1), transports: everything, families: [4, 6], ...means },
  );
  const { asked } = dns;
  if (!found.ok) return { hops: [], failure: found.error, asked };
  const hops = found.value.map(({ transport, host, port, serverName }) =>
    [transport, host, port, ...(serverName === undefined ? [] : [serverName])].join(' '),
  );
  return { hops, failure: undefined, asked };
}

describe('RFC 3263 §4.1: the transport', () => {
  it('a numeric host asks DNS for nothing: UDP for sip:, TLS for sips:', async () => {
    assert.deepEqual(await find({ host: '192.0.2.9' }), {
      hops: ['udp 192.0.2.9 5060'],
      failure: undefined,
      asked: [],
    });
    const secure = await find({ scheme: 'sips', host: '2001:db8::9' });
    assert.deepEqual(secure.hops, ['tls 2001:db8::9 5061 2001:db8::9']);
    assert.deepEqual(secure.asked, []);
  });

  it('a port rules NAPTR and SRV out: the usual transport, and only addresses are asked for', async () => {
    const { hops, asked } = await find({ host: 'a.trunk.test', port: 25_060 });
    assert.deepEqual(hops, ['udp 192.0.2.1 25060', 'udp 2001:db8::1 25060']);
    assert.deepEqual(asked, ['A a.trunk.test', 'AAAA a.trunk.test']);
    assert.deepEqual((await find({ scheme: 'sips', host: 'b.trunk.test', port: 7 })).hops, [
      'tls 192.0.2.2 7 b.trunk.test',
    ]);
  });

  it('the transport parameter rules NAPTR out, and the SRV records of that transport are asked for', async () => {
    const { hops, asked } = await find({ transport: 'TCP' });
    assert.deepEqual(hops, ['tcp 192.0.2.1 5080', 'tcp 2001:db8::1 5080']);
    assert.equal(asked[0], 'SRV _sip._tcp.trunk.test');
    assert.ok(asked.every((question) => !question.startsWith('NAPTR')));
  });

  it('NAPTR records go by order, then by preference, and bring every transport that can be spoken', async () => {
    const { hops } = await find({}, trunk, { families: [4] });
    assert.deepEqual(hops, [
      'tls 192.0.2.1 5061 trunk.test',
      'tcp 192.0.2.1 5080',
      'udp 192.0.2.2 5060',
      'udp 192.0.2.3 5062',
    ]);
    const zone: Zone = {
      ...trunk,
      naptr: {
        'trunk.test': [
          naptr(10, 20, 'SIP+D2U', '_sip._udp.trunk.test'),
          naptr(10, 10, 'sip+d2t', '_sip._tcp.trunk.test'),
        ],
      },
    };
    assert.equal((await find({}, zone)).hops[0], 'tcp 192.0.2.1 5080');
  });

  it('NAPTR records of transports that are not spoken, of other services and without an SRV flag are passed over', async () => {
    const { hops } = await find({}, trunk, { transports: ['udp'], families: [4] });
    assert.deepEqual(hops, ['udp 192.0.2.2 5060', 'udp 192.0.2.3 5062']);
    const other: Zone = {
      ...trunk,
      naptr: {
        'trunk.test': [
          naptr(1, 1, 'E2U+sip', ''),
          { ...naptr(2, 1, 'SIP+D2U', 'b.trunk.test'), flags: 'a' },
          naptr(3, 1, 'SIP+D2T', '_sip._tcp.trunk.test'),
        ],
      },
    };
    assert.deepEqual((await find({}, other, { families: [4] })).hops, ['tcp 192.0.2.1 5080']);
  });

  it('a sips: URI uses secure transports only, and says so when there is none', async () => {
    assert.deepEqual((await find({ scheme: 'sips' }, trunk, { families: [4] })).hops, [
      'tls 192.0.2.1 5061 trunk.test',
    ]);
    const insecure: Zone = {
      naptr: { 'trunk.test': [naptr(1, 1, 'SIP+D2U', '_sip._udp.trunk.test')] },
      a: trunk.a ?? {},
    };
    const { failure } = await find({ scheme: 'sips' }, insecure);
    assert.equal(failure, 'trunk.test can be reached by SIP+D2U only, of which nothing can be used for a sips: URI.');
    assert.match((await find({ scheme: 'sips', transport: 'udp' })).failure ?? '', /transport=udp cannot be spoken/);
    assert.equal(
      (await find({ scheme: 'sips', host: 'a.trunk.test', transport: 'tcp', port: 9 })).hops[0],
      'tls 192.0.2.1 9 a.trunk.test',
    );
  });

  it('without NAPTR records the SRV records of every transport of the scheme are asked for, the preferred one first', async () => {
    const zone: Zone = { ...trunk, naptr: {} };
    const { hops, asked } = await find({}, zone, { families: [4], transports: ['tcp', 'udp', 'tls'] });
    assert.deepEqual(hops, ['tcp 192.0.2.1 5080', 'udp 192.0.2.2 5060', 'udp 192.0.2.3 5062']);
    assert.ok(!asked.includes('SRV _sips._tcp.trunk.test'));
    assert.deepEqual((await find({ scheme: 'sips' }, zone, { families: [4] })).hops, ['tls 192.0.2.1 5061 trunk.test']);
  });

  it('a transport that is not spoken is a failure and not another transport', async () => {
    assert.match((await find({ transport: 'sctp' })).failure ?? '', /transport=sctp cannot be spoken/);
    assert.match(
      (await find({ transport: 'tls' }, trunk, { transports: ['udp'] })).failure ?? '',
      /SIP over tls is asked for/,
    );
    assert.match(
      (await find({ scheme: 'sips', host: '192.0.2.1' }, trunk, { transports: ['udp'] })).failure ?? '',
      /over tls/,
    );
  });

  it('RFC 7118 §8: WebSockets by NAPTR, and by transport parameter at the usual ports', async () => {
    const zone: Zone = {
      naptr: { 'web.test': [naptr(1, 1, 'SIPS+D2W', '_sips._ws.web.test')] },
      srv: { '_sips._ws.web.test': [srv(1, 1, 8443, 'w.web.test')] },
      a: { 'w.web.test': ['192.0.2.7'], 'web.test': ['192.0.2.8'] },
    };
    assert.deepEqual((await find({ host: 'web.test' }, zone)).hops, ['wss 192.0.2.7 8443 web.test']);
    assert.deepEqual((await find({ host: 'web.test', transport: 'ws' }, zone)).hops, ['ws 192.0.2.8 80']);
    assert.deepEqual((await find({ scheme: 'sips', host: 'web.test', transport: 'ws' }, zone)).hops, [
      'wss 192.0.2.8 443 web.test',
    ]);
  });
});

describe('RFC 3263 §4.2: port and address', () => {
  it('without SRV records: the addresses of the name, at the usual port of the usual transport', async () => {
    const zone: Zone = { a: { 'trunk.test': ['192.0.2.4', '192.0.2.5'] }, aaaa: { 'trunk.test': ['2001:db8::4'] } };
    assert.deepEqual((await find({}, zone)).hops, ['udp 192.0.2.4 5060', 'udp 192.0.2.5 5060', 'udp 2001:db8::4 5060']);
    assert.deepEqual((await find({ scheme: 'sips' }, zone, { families: [6] })).hops, [
      'tls 2001:db8::4 5061 trunk.test',
    ]);
    assert.deepEqual((await find({ transport: 'tcp' }, zone, { families: [4] })).hops, [
      'tcp 192.0.2.4 5060',
      'tcp 192.0.2.5 5060',
    ]);
  });

  it('the family that is preferred goes first, and one that cannot be reached is not asked for', async () => {
    const { hops } = await find({ transport: 'tcp' }, trunk, { families: [6, 4] });
    assert.deepEqual(hops, ['tcp 2001:db8::1 5080', 'tcp 192.0.2.1 5080']);
    const { asked } = await find({}, trunk, { families: [4] });
    assert.ok(asked.every((question) => !question.startsWith('AAAA')));
  });

  it('RFC 2782: the SRV target "." says that there is no such service; nothing else is tried for it', async () => {
    const zone: Zone = { srv: { '_sip._udp.trunk.test': [srv(0, 0, 0, '.')] }, a: { 'trunk.test': ['192.0.2.4'] } };
    const { hops, failure, asked } = await find({ transport: 'udp' }, zone);
    assert.deepEqual(hops, []);
    assert.match(failure ?? '', /there is no SIP over udp \(target "\."\)/);
    assert.deepEqual(asked, ['SRV _sip._udp.trunk.test']);
  });

  it('an SRV record whose target has no address is passed over', async () => {
    const zone: Zone = {
      srv: { '_sip._udp.trunk.test': [srv(1, 0, 5060, 'gone.test'), srv(2, 0, 5060, 'b.trunk.test')] },
      a: trunk.a ?? {},
    };
    assert.deepEqual((await find({}, zone)).hops, ['udp 192.0.2.2 5060']);
  });

  it('the same place stands once, and there are never more hops than the limit', async () => {
    const twice: Zone = {
      srv: { '_sip._udp.trunk.test': [srv(1, 0, 5060, 'b.trunk.test'), srv(2, 0, 5060, 'b.trunk.test')] },
      a: trunk.a ?? {},
    };
    assert.deepEqual((await find({}, twice)).hops, ['udp 192.0.2.2 5060']);
    const many = Array.from({ length: 30 }, (_, index) => srv(index, 0, 5060 + index, 'many.test'));
    const flood: Zone = {
      srv: { '_sip._udp.trunk.test': many },
      a: { 'many.test': Array.from({ length: 40 }, (_, index) => `192.0.2.${index}`) },
    };
    assert.equal((await find({}, flood)).hops.length, maxHops);
  });

  it('a question that fails is treated like one without records, and the failure tells all of it', async () => {
    const noNaptr: Zone = { failing: { 'trunk.test': 'SERVFAIL' }, srv: trunk.srv ?? {}, a: trunk.a ?? {} };
    assert.equal((await find({}, noNaptr, { families: [4] })).hops[0], 'udp 192.0.2.2 5060');
    const { failure } = await find(
      {},
      { failing: { 'trunk.test': 'no answer in time' } },
      { transports: ['udp'], families: [4] },
    );
    assert.equal(
      failure,
      'trunk.test cannot be located: NAPTR trunk.test: no answer in time; SRV _sip._udp.trunk.test: no records; A trunk.test: no answer in time.',
    );
  });
});

describe('RFC 2782: weights', () => {
  it('calls are shared by weight among the records of the best priority; the others stand behind', async () => {
    const zone: Zone = {
      srv: {
        '_sip._udp.trunk.test': [
          srv(1, 10, 1, 'b.trunk.test'),
          srv(1, 90, 2, 'b.trunk.test'),
          srv(2, 1000, 3, 'b.trunk.test'),
        ],
      },
      a: trunk.a ?? {},
    };
    const random = seededRandom(7);
    const first = { 1: 0, 2: 0 } as Record<number, number>;
    for (let call = 0; call < 2000; call += 1) {
      const found = await locate(
        { scheme: 'sip', host: 'trunk.test', transport: 'udp' },
        { dns: new ZoneDns(zone), random, transports: everything, families: [4] },
      );
      assert.ok(found.ok);
      assert.equal(found.value.length, 3);
      assert.equal(found.value[2]?.port, 3);
      const port = found.value[0]?.port ?? 0;
      first[port] = (first[port] ?? 0) + 1;
    }
    const share = (first[1] ?? 0) / 2000;
    assert.ok(share > 0.07 && share < 0.14, `the weight of 10 in 100 got ${share}`);
    assert.equal((first[1] ?? 0) + (first[2] ?? 0), 2000);
  });

  it('a weight of 0 is drawn before others only rarely, and equals are shared', async () => {
    const ports = async (weights: readonly number[]): Promise<number[]> => {
      const zone: Zone = {
        srv: { '_sip._udp.trunk.test': weights.map((weight, index) => srv(1, weight, index, 'b.trunk.test')) },
        a: trunk.a ?? {},
      };
      const random = seededRandom(3);
      const counts = weights.map(() => 0);
      for (let call = 0; call < 1000; call += 1) {
        const found = await locate(
          { scheme: 'sip', host: 'trunk.test', transport: 'udp' },
          { dns: new ZoneDns(zone), random, transports: everything, families: [4] },
        );
        const port = found.ok ? (found.value[0]?.port ?? 0) : 0;
        counts[port] = (counts[port] ?? 0) + 1;
      }
      return counts;
    };
    const [none = 0] = await ports([0, 100]);
    assert.ok(none > 0 && none < 40, `the weight of 0 came first ${none} times in 1000`);
    const [left = 0, right = 0] = await ports([50, 50]);
    assert.ok(Math.abs(left - right) < 150, `${left} and ${right}`);
  });
});
