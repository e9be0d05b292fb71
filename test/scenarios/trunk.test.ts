import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EngineSettings } from '../../src/engine/index.ts';
import { err, ok } from '../../src/kit/index.ts';
import type { Hop } from '../../src/sip/index.ts';
import { says, World, type WorldOptions } from './world.ts';

/** Nobody is there, and the phone. */
const dead: Hop = { transport: 'udp', host: '10.0.0.9', port: 5060 };
const alive: Hop = { transport: 'udp', host: '10.0.0.2', port: 5060 };
const places: Readonly<Record<string, readonly Hop[]>> = { 'dead.test': [dead], 'alive.test': [alive] };

const target = (host: string, priority: number) => ({
  uri: `sip:${host}`,
  wanted: { scheme: 'sip', host } as const,
  priority,
  weight: 1,
});

const trunk = { scheme: 'sip', host: 'trunk.test', trunk: 'OUTDIAL_SIP_TRUNK' } as const;

function trunkWorld(use: Partial<EngineSettings['trunkUse']> = {}, options: Partial<WorldOptions> = {}): World {
  return new World({
    bot: (_request, index) => (index === 0 ? says('') : says('goodbye', true)),
    locate: ({ host }) => {
      const found = places[host];
      return Promise.resolve(found === undefined ? err(`${host} cannot be located.`) : ok(found));
    },
    settings: {
      trunk: { transport: 'udp', host: 'trunk.test', port: 5060, wanted: trunk },
      trunkUse: {
        targets: [target('dead.test', 1), target('alive.test', 2)],
        pingMs: 0,
        maxCalls: 0,
        callsPerSecond: 0,
        ...use,
      },
    },
    ...options,
  });
}

describe('a trunk with several targets', () => {
  it('RFC 3263 §4.3: the second target answers when the first is silent; the record says so', async () => {
    const world = trunkWorld();
    world.call({ to: 'tel:+15550100' });
    await world.runToTheEnd();
    assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
    assert.match(world.sipToPhone[0] ?? '', /^INVITE sip:\+15550100@trunk\.test;user=phone SIP\/2\.0/);
    const [record] = world.records;
    assert.deepEqual(record?.warnings, ['INVITE to udp 10.0.0.9:5060: It did not answer. Next: udp 10.0.0.2:5060.']);
    assert.ok(world.events.some((event) => event.type === 'call.hop-failed' && event.cause === 'timeout'));
    assert.deepEqual(world.faults, []);
  });

  it('RFC 3263 §4.3: a call that follows takes the target that answers at once', async () => {
    const world = trunkWorld();
    const rings = (): readonly number[] =>
      world.told.flatMap(({ callState, atMs }) => (callState === 'ringing' ? [atMs] : []));
    world.call();
    await world.clock.runUntil(() => rings().length === 1, 60_000);
    const calledAtMs = world.clock.nowMs();
    assert.ok(calledAtMs >= 32_000, 'the first one waited for Timer B');
    world.call();
    await world.clock.runUntil(() => rings().length === 2, 60_000);
    assert.ok((rings()[1] ?? Infinity) - calledAtMs < 2000);
    await world.runToTheEnd();
  });

  it('RFC 3261 §11: a target that does not answer OPTIONS goes last from the start', async () => {
    const world = trunkWorld({ pingMs: 30_000 });
    await world.clock.runUntil(() => world.engine.trunkTargets().every(({ state }) => state !== 'unknown'), 20_000);
    assert.deepEqual(
      world.engine.trunkTargets().map(({ target: uri, state }) => [uri, state]),
      [
        ['sip:dead.test', 'down'],
        ['sip:alive.test', 'up'],
      ],
    );
    const calledAtMs = world.clock.nowMs();
    world.call();
    await world.clock.runUntil(() => world.states().includes('ringing'), 10_000);
    const ringing = world.told.find(({ callState }) => callState === 'ringing');
    assert.ok((ringing?.atMs ?? Infinity) - calledAtMs < 2000);
    await world.clock.runUntil(() => world.engine.activeCalls() === 0, 60_000);
    assert.deepEqual(world.records[0]?.warnings, []);
    world.engine.close();
  });

  it('targets that nobody can locate end the call with sip.not-located', async () => {
    const world = trunkWorld({ targets: [target('one.test', 1), target('two.test', 2)] });
    world.call();
    await world.runToTheEnd();
    assert.equal(world.records[0]?.end?.endCode, 'sip.not-located');
    assert.equal(world.told.at(-1)?.failureReason, 'one.test cannot be located. two.test cannot be located.');
  });
});

describe('limits of the trunk', () => {
  it('a call over OUTDIAL_SIP_TRUNK_MAX_CALLS is refused with trunk.full, and taken when another one has ended', async () => {
    const world = trunkWorld({ targets: [target('alive.test', 1)], maxCalls: 1 });
    const first = await world.call().accepted;
    assert.ok(first.ok);
    const second = await world.call().accepted;
    assert.deepEqual(!second.ok && [second.error.code, second.error.retryAfterS], ['trunk.full', 5]);
    // A call with a route of its own does not go by the trunk.
    assert.ok((await world.call({ routes: ['<sip:10.0.0.2;lr>'] }).accepted).ok);
    await world.runToTheEnd();
    assert.ok((await world.call().accepted).ok);
    await world.runToTheEnd();
    assert.equal(world.records.length, 3);
  });

  it('a call that comes too soon is refused with trunk.rate', async () => {
    const world = trunkWorld({ targets: [target('alive.test', 1)], callsPerSecond: 1 });
    assert.ok((await world.call().accepted).ok);
    const second = await world.call().accepted;
    assert.deepEqual(!second.ok && [second.error.code, second.error.retryAfterS], ['trunk.rate', 1]);
    await world.runToTheEnd();
  });

  it('a call that cannot be stored gives its place back', async () => {
    let isFirst = true;
    const world = trunkWorld(
      { targets: [target('alive.test', 1)], maxCalls: 1 },
      {
        store: () => {
          const kept = isFirst ? err({ code: 'store.unavailable', message: 'gone' } as const) : ok(undefined);
          isFirst = false;
          return kept;
        },
      },
    );
    assert.ok(!(await world.call().accepted).ok);
    assert.ok((await world.call().accepted).ok);
    await world.runToTheEnd();
  });
});

describe('media of a call to a name, where there are two families', () => {
  const settings = { mediaAddressIpv6: '2001:db8::1' };
  const mediaAddress = async (locate: NonNullable<WorldOptions['locate']>): Promise<string | undefined> => {
    const world = new World({ bot: () => says(''), locate, settings });
    world.call({ to: 'sip:bob@callee.test' });
    await world.runToTheEnd();
    return world.records[0]?.plan.mediaAddress;
  };

  it('RFC 8866 §5.7: the offer names our address of the family that the name is located in', async () => {
    const far: Hop = { transport: 'udp', host: '2001:db8::2', port: 5060 };
    assert.equal(await mediaAddress(() => Promise.resolve(ok([far, dead]))), '2001:db8::1');
    assert.equal(await mediaAddress(() => Promise.resolve(ok([dead, far]))), '10.0.0.1');
    assert.equal(await mediaAddress(() => Promise.resolve(err('There is no such name.'))), '10.0.0.1');
    // It is not waited for longer than a second; the call itself waits for its ring time.
    assert.equal(await mediaAddress(() => new Promise(() => undefined)), '10.0.0.1');
  });
});
