import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import { seededRandom } from '../kit/index.ts';
import type { RegisterOrder } from '../sip/index.ts';
import { createTenantDirectory, type Tenant, type TenantDirectory } from '../tenants/index.ts';
import { createRegistrations } from './registrations.ts';

const account = { OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'alice', OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'hush' };

function directoryOf(environment: Readonly<Record<string, string>>, tenants?: readonly object[]): TenantDirectory {
  const file = tenants === undefined ? {} : { MULTI_TENANT_CONFIG_FILE: 'tenants.json' };
  const read = readSettings({ ...environment, ...file });
  assert.ok(read.ok, JSON.stringify(read));
  const made = createTenantDirectory(read.value.settings, JSON.stringify({ tenants }));
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
}

function world() {
  const orders: RegisterOrder[] = [];
  const ended: string[] = [];
  const lines: string[] = [];
  const gauges: string[] = [];
  const trusted: string[] = [];
  const log = (fields: object, text: string): void => void lines.push(`${text} ${JSON.stringify(fields)}`);
  const registrations = createRegistrations({
    engine: { register: (order) => void orders.push(order), unregister: (id) => void ended.push(id) },
    random: seededRandom(1),
    log: { info: log, warn: log, error: log },
    metrics: {
      add: (name) => void gauges.push(name),
      set: (_name, labels, value) => void gauges.push(`${Object.values(labels).join(' ')} ${value}`),
    },
    trustHost: (host) => void trusted.push(host),
  });
  return { registrations, orders, ended, lines, gauges, trusted };
}

test('each registrar of the deployment has a registration, for the user name or for the address that is set', () => {
  const { registrations, orders, trusted } = world();
  const directory = directoryOf({
    ...account,
    OUTDIAL_REGISTRAR: 'sip:one.example.net, sip:two.example.net:5070',
    OUTDIAL_REGISTRATION_EXPIRES: '600',
  });
  registrations.apply(directory);
  assert.deepEqual(
    orders.map(({ registrar, addressOfRecord, expiresS }) => [
      registrar.host,
      registrar.port,
      addressOfRecord,
      expiresS,
    ]),
    [
      ['one.example.net', 5060, 'sip:alice@one.example.net', 600],
      ['two.example.net', 5070, 'sip:alice@two.example.net:5070', 600],
    ],
  );
  assert.equal(orders[0]?.credentials?.[0]?.password.reveal(), 'hush');
  assert.deepEqual(trusted, ['one.example.net', 'two.example.net']);
  const ids = orders.map(({ registrationId }) => registrationId);
  assert.deepEqual(registrations.idsOf({ ...directory.deployment, id: 'whatever' }), ids);
  const named = world();
  const OUTDIAL_REGISTRATION_AOR = 'sip:+391234@example.net';
  named.registrations.apply(directoryOf({ OUTDIAL_REGISTRAR: 'sip:one.example.net', OUTDIAL_REGISTRATION_AOR }));
  assert.equal(named.orders[0]?.addressOfRecord, OUTDIAL_REGISTRATION_AOR);
});

test('tenants that say the same share a registration, others have their own; a reload moves only what changed', () => {
  const { registrations, orders, ended } = world();
  const environment = { ...account, OUTDIAL_REGISTRAR: 'sip:one.example.net' };
  const own = (password: string) => ({ tenantURI: 'c', outboundCalls: { sipAuth: { username: 'carol', password } } });
  const directory = directoryOf(environment, [{ tenantURI: 'a' }, { tenantURI: 'b' }, own('first')]);
  registrations.apply(directory);
  const idsOf = (id: string): readonly string[] => registrations.idsOf(directory.find(id) as Tenant);
  assert.deepEqual(
    orders.map(({ addressOfRecord }) => addressOfRecord),
    ['sip:alice@one.example.net', 'sip:carol@one.example.net'],
  );
  assert.deepEqual(idsOf('a'), idsOf('b'));
  assert.notDeepEqual(idsOf('a'), idsOf('c'));
  registrations.apply(directoryOf(environment, [{ tenantURI: 'a' }, { tenantURI: 'b' }, own('second')]));
  assert.equal(orders.length, 3);
  assert.deepEqual(ended, [orders[1]?.registrationId]);
  const none = directoryOf(environment, [{ tenantURI: 'a', outdial: { registration: { registrar: '' } } }]);
  registrations.apply(none);
  assert.equal(orders.length, 3);
});

test('how it goes is told by log, gauge and remark, without a secret', () => {
  const { registrations, orders, lines, gauges } = world();
  registrations.apply(directoryOf({ ...account, OUTDIAL_REGISTRAR: 'sip:one.example.net' }));
  const { registrationId } = orders[0] as RegisterOrder;
  assert.deepEqual(registrations.remarks(), ['1 of 1 SIP registrations are not in force']);
  const renewed = { type: 'registered', grantedS: 60, refreshInMs: 50_000, serviceRoute: [], atMs: 0 } as const;
  registrations.onEvent(registrationId, renewed);
  registrations.onEvent(registrationId, renewed);
  assert.deepEqual(registrations.remarks(), []);
  assert.equal(lines.length, 1, 'a renewal is no news');
  const failed = { type: 'failed', detail: '503 No.', status: 503, retryInMs: 1000, atMs: 0 } as const;
  registrations.onEvent(registrationId, { ...failed, isBound: true });
  assert.deepEqual(registrations.remarks(), []);
  registrations.onEvent(registrationId, { type: 'lost', atMs: 0 });
  assert.deepEqual(registrations.remarks(), ['1 of 1 SIP registrations are not in force']);
  const place = 'default one.example.net:5060';
  assert.deepEqual(gauges, [
    `${place} 0`,
    `${place} 1`,
    `${place} 1`,
    'outdial_sip_registration_failures_total',
    `${place} 1`,
    `${place} 0`,
  ]);
  assert.match(lines.join('\n'), /registering failed and is tried again.*503 No/);
  assert.ok(!lines.join('\n').includes('hush'));
});

test('the stop waits for the answers of the registrars, and for none that was never asked', async () => {
  const { registrations, orders, ended } = world();
  registrations.apply(directoryOf({ ...account, OUTDIAL_REGISTRAR: 'sip:one.example.net,sip:two.example.net' }));
  const [one, two] = orders.map(({ registrationId }) => registrationId) as [string, string];
  registrations.onEvent(two, { type: 'failed', detail: 'No.', isBound: false, atMs: 0 });
  let isOver = false;
  const stopped = registrations.stop().then(() => (isOver = true));
  await Promise.resolve();
  assert.deepEqual(ended, [one]);
  assert.equal(isOver, false);
  registrations.onEvent(one, { type: 'ended', atMs: 0 });
  await stopped;
  await world().registrations.stop();
});
