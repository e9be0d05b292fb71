import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSettings } from '../config/index.ts';
import { seededRandom } from '../kit/index.ts';
import type { Dns } from '../sip/index.ts';
import { createDestinations } from './destinations.ts';
import { createSipLocator } from './sip-locator.ts';

const dns: Dns = {
  naptr: () => Promise.resolve({ kind: 'none' }),
  srv: () => Promise.resolve({ kind: 'none' }),
  addresses: (name, family) => {
    const records = {
      'mixed.test': ['10.0.0.1', '8.8.4.4'],
      'inside.test': ['10.0.0.1'],
      'meta.test': ['169.254.169.254'],
    }[name];
    return Promise.resolve(family === 6 || records === undefined ? { kind: 'none' } : { kind: 'found', records });
  },
};

async function locateWith(environment: Readonly<Record<string, string>>, host: string, trusted?: string) {
  const read = readSettings({ ENABLE_OUTBOUND_CALLS: 'true', ...environment });
  assert.ok(read.ok);
  const { settings } = read.value;
  const destinations = createDestinations(settings);
  if (trusted !== undefined) destinations.trustSipHost(trusted);
  const locator = createSipLocator({
    settings,
    destinations,
    clock: { nowMs: () => 0 },
    random: seededRandom(1),
    dns,
  });
  const found = await locator({ scheme: 'sip', host });
  const [hop] = found.ok ? found.value : [];
  // The transport asks once more, with the address alone.
  if (hop !== undefined) assert.equal(destinations.judgeSip(hop.host, hop), undefined);
  await destinations.close();
  return found.ok ? found.value.map((hop) => `${hop.host}:${hop.port}`) : found.error;
}

describe('every address that a name is located at is held against the destination policy', () => {
  const manyTenants = { MULTI_TENANT_CONFIG_FILE: '/nowhere.json' };

  it('private addresses are passed over for tenants of a file, public ones are tried', async () => {
    assert.deepEqual(await locateWith(manyTenants, 'mixed.test'), ['8.8.4.4:5060']);
    assert.match(String(await locateWith(manyTenants, 'inside.test')), /^inside\.test is nowhere that calls may go: /);
    assert.deepEqual(await locateWith({}, 'inside.test'), ['10.0.0.1:5060']);
  });

  it('a registrar of the operator may be at a private address: the name stands for it', async () => {
    assert.deepEqual(await locateWith(manyTenants, 'inside.test', 'inside.test'), ['10.0.0.1:5060']);
  });

  it('metadata addresses are refused to everybody, and OUTDIAL_SIP_DENY holds for addresses behind names', async () => {
    assert.match(String(await locateWith({}, 'meta.test')), /nowhere that calls may go/);
    assert.deepEqual(await locateWith({ OUTDIAL_SIP_DENY: '10.0.0.0/8' }, 'mixed.test'), ['8.8.4.4:5060']);
    assert.equal(
      await locateWith({ OUTDIAL_SIP_DENY: '10.0.0.0/8' }, 'inside.test'),
      'inside.test is nowhere that calls may go: The address is on the list of refused SIP hosts.',
    );
  });
});

it('where there is a list of the trusted, who SIP was sent to may connect as well', async () => {
  const read = readSettings({ TRUSTED_IP_LIST: '192.0.2.0/24' });
  assert.ok(read.ok);
  const destinations = createDestinations(read.value.settings);
  assert.equal(destinations.judgeSipSource('192.0.2.9'), undefined);
  assert.match(destinations.judgeSipSource('8.8.4.4') ?? '', /not on the list of trusted ones/);
  assert.equal(destinations.judgeSip('sbc.test', { host: '8.8.4.4', port: 5060 }), undefined);
  assert.equal(destinations.judgeSipSource('8.8.4.4'), undefined);
  await destinations.close();
});
