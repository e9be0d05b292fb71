import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import { createCallGuards } from '../policy/index.ts';
import { createMemoryStore } from '../store/index.ts';
import { createTenantDirectory } from '../tenants/index.ts';
import { createStatus, type Status, type StatusParts } from './status.ts';

const hop = { transport: 'tcp', host: '192.0.2.9', port: 5060 } as const;
const targets = [
  { target: 'sip:a.trunk.example:5060', state: 'up', detail: 'It answered 200.' },
  { target: 'sip:b.trunk.example:5060', state: 'down', detail: 'It did not answer within 5 s.' },
] as const;

interface World {
  readonly status: Status;
  readonly guards: StatusParts['guards'] & ReturnType<typeof createCallGuards>;
  readonly tenants: StatusParts['tenants'];
  readonly clock: { atMs: number };
}

async function open(environment: Record<string, string>, tenants?: readonly unknown[]): Promise<World> {
  const read = readSettings({
    OUTDIAL_SIP_TRUNK: 'sip:trunk.example',
    OUTDIAL_SIP_TRUNK_MAX_CALLS: '30',
    WATSON_CONVERSATION_URL: 'https://bot.example/secret-path',
    WATSON_CONVERSATION_APIKEY: 'secret-apikey',
    WATSON_STT_URL: 'https://stt.example/instances/secret-instance',
    WATSON_STT_APIKEY: 'secret-apikey',
    ...(tenants === undefined ? {} : { MULTI_TENANT_CONFIG_FILE: 't.json' }),
    ...environment,
  });
  assert.ok(read.ok, JSON.stringify(read));
  const { settings } = read.value;
  const directory = createTenantDirectory(settings, tenants && JSON.stringify({ tenants }), {
    brokenEntries: 'leave-out',
  });
  assert.ok(directory.ok, JSON.stringify(directory));
  const store = createMemoryStore();
  const owner = await store.joinNode('self', 5_000_000);
  const other = await store.joinNode('other', 1000);
  assert.ok(owner.ok && other.ok);
  const guards = createCallGuards();
  const clock = { atMs: 0 };
  return {
    clock,
    guards,
    tenants: directory.value,
    status: createStatus({
      settings,
      maxCalls: 200,
      engine: {
        activeCalls: () => 3,
        trunkTargets: () => targets,
        trunkCalls: () => 2,
        avoidedHops: () => [{ hop, failures: 4, untilMs: clock.atMs + 1500 }],
      },
      guards,
      store,
      owner: owner.value,
      tenants: directory.value,
      registrations: () => ({
        apply: () => undefined,
        onEvent: () => undefined,
        idsOf: () => ['mine'],
        states: (ids) => [
          { place: 'registrar.example:5060', isRegistered: false, detail: '403 Forbidden' },
          ...(ids === 'all' ? [{ place: 'other.example:5060', isRegistered: true, detail: undefined }] : []),
        ],
        remarks: () => [],
        stop: async () => undefined,
      }),
      readiness: async () => ({ ready: true, reasons: [], remarks: ['1 of 2 targets of the trunk does not answer'] }),
      clock: { nowMs: () => clock.atMs, wallMs: () => 1_000_000 + clock.atMs },
    }),
  };
}

test('a tenant among others is told its limits and engines, and of the trunk only how it is', async () => {
  const entries = [
    { tenantURI: 'one', outdial: { maxCalls: 5, minutesPerDay: 10, callsPerSecond: 2 } },
    { tenantURI: 'two' },
  ];
  const world = await open({}, entries);
  const one = world.tenants.find('one');
  const two = world.tenants.find('two');
  assert.ok(one !== undefined && two !== undefined);
  world.guards.begin('a', one.limits, 0);
  world.guards.begin('b', one.limits, 0);
  world.guards.answered('a', 0);
  world.guards.begin('c', two.limits, 0);
  const soon = (await world.status.ofTenant(one)).limits;
  assert.deepEqual(soon.callsPerSecond, { used: 2, limit: 2 });
  world.clock.atMs = 90_000;
  const told = await world.status.ofTenant(one);
  assert.deepEqual(told.limits, {
    callsAtATime: { used: 2, limit: 5 },
    minutesPerDay: { used: 1.5, limit: 10 },
    callsPerSecond: { used: 0, limit: 2 },
  });
  assert.deepEqual((await world.status.ofTenant(two)).limits.callsAtATime, { used: 1, limit: null });
  assert.deepEqual(told.trunk, { state: 'degraded', registrations: [{ isRegistered: false }] });
  assert.deepEqual(told.bots, [{ kind: 'watson-v1', host: 'bot.example' }]);
  assert.deepEqual(told.recognition, [{ kind: 'watson', host: 'stt.example' }]);
  assert.deepEqual(told.voice, [{ kind: 'local', host: null }]);
  assert.deepEqual(told.remarks, ['1 of 2 targets of the trunk does not answer']);
  for (const hidden of ['secret', 'trunk.example', '192.0.2.9', 'registrar', 'two']) {
    assert.ok(!JSON.stringify(told).includes(hidden), hidden);
  }
});

test('the one tenant of a gateway is its operator, and sees the whole trunk', async () => {
  const world = await open({});
  const tenant = world.tenants.find('any name');
  assert.ok(tenant !== undefined);
  const { trunk, tenantID } = await world.status.ofTenant(tenant);
  assert.equal(tenantID, 'any name');
  assert.deepEqual(trunk, {
    state: 'degraded',
    registrations: [{ registrar: 'registrar.example:5060', isRegistered: false, detail: '403 Forbidden' }],
    targets: [...targets],
    calls: 2,
    maxCalls: 30,
    callsPerSecond: null,
    avoided: [{ place: 'tcp 192.0.2.9:5060', failures: 4, forS: 2 }],
  });
});

test('the operator sees tenants, those left out and why, nodes and the gateway itself', async () => {
  const world = await open({}, [{ tenantURI: 'one' }, { tenantURI: 'bad', x: 1 }]);
  world.clock.atMs = 61_000;
  const { tenants, problems, nodes, trunk, uptimeS, calls, maxCalls, store } = await world.status.ofGateway();
  assert.deepEqual(
    tenants.map(({ tenantID }) => tenantID),
    ['one'],
  );
  assert.deepEqual([problems.length, problems[0]?.path], [1, 'tenants[1]."x"']);
  assert.deepEqual(nodes, [
    { nodeId: 'other', isSelf: false, isAlive: false, calls: 0 },
    { nodeId: 'self', isSelf: true, isAlive: true, calls: 0 },
  ]);
  assert.deepEqual([trunk.registrations.length, trunk.targets?.length], [2, 2]);
  assert.deepEqual([uptimeS, calls, maxCalls, store], [61, 3, 200, 'memory']);
  assert.ok(!JSON.stringify(await world.status.ofGateway()).includes('secret'));
});
