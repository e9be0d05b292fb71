import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../src/config/index.ts';
import { headerValue, type Hop, parseMessage, type SipRequest } from '../../src/sip/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { says, tenant, World, type WorldOptions } from './world.ts';

const password = 'canary-5d81';
const account: Tenant = {
  ...tenant,
  trunkAuth: { username: 'alice', password: new Secret(password), origin: 'deployment' },
};
const trunk: Hop = { transport: 'udp', host: '10.0.0.2', port: 5060 };

/** A trunk in front of the phone: it challenges, and lets through what comes with an answer to its last nonce. */
class Trunk extends World {
  readonly wire: string[] = [];
  challengeCount = 0;

  constructor(options: Omit<WorldOptions, 'bot'>, accepts: (answer: string, challengeCount: number) => boolean) {
    super({
      ...options,
      bot: (_request, index) => (index === 0 ? says('hello') : says('', true)),
      isNobodyThere: true,
    });
    this.network.bind(trunk, (bytes, source) => {
      this.wire.push(new TextDecoder().decode(bytes));
      const parsed = parseMessage(bytes);
      if (!parsed.ok || parsed.value.kind !== 'request') return;
      const request = parsed.value;
      const answer = headerValue(request.headers, 'proxy-authorization') ?? '';
      const isChallenged = request.method === 'INVITE' || request.method === 'BYE';
      if (!isChallenged || accepts(answer, this.challengeCount)) this.phone.receive(bytes, source);
      else if (request.toTag === undefined || request.method === 'BYE') this.#challenge(request, source);
    });
  }

  #challenge(request: SipRequest, source: Hop): void {
    this.challengeCount += 1;
    const lines = [
      'SIP/2.0 407 Proxy Authentication Required',
      ...['Via', 'From', 'Call-ID', 'CSeq'].map(
        (name) => `${name}: ${headerValue(request.headers, name.toLowerCase()) ?? ''}`,
      ),
      `To: ${headerValue(request.headers, 'to') ?? ''}${request.toTag === undefined ? ';tag=trunk' : ''}`,
      `Proxy-Authenticate: Digest realm="trunk", nonce="n${this.challengeCount}", qop="auth", algorithm=SHA-256`,
      'Content-Length: 0',
    ];
    this.network.send(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`), trunk, source);
  }

  /** Everything that left the gateway, was told to anybody or was written down. */
  seen(): string {
    const { wire, told, events, records, asked, dropped, faults } = this;
    return inspect({ wire, told, events, records, asked, dropped, faults }, { depth: 20, maxStringLength: null });
  }
}

test('a trunk that challenges: one call, told once, authenticated to its BYE', async () => {
  const world = new Trunk({ settings: { trunk, isSipTraced: true } }, (answer) => answer.includes('username="alice"'));
  world.call({ tenant: account });
  await world.runToTheEnd();
  const trace = JSON.stringify(world.traces);
  assert.match(trace, /Proxy-Authenticate: Digest realm=/);
  assert.match(trace, /Proxy-Authorization: Digest realm=/);
  assert.doesNotMatch(trace, /nonce|response=|alice|canary/);
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
  assert.equal(world.challengeCount, 1, 'the BYE came with credentials');
  assert.deepEqual(world.faults, []);
  assert.ok(world.seen().includes('username="alice"') && !world.seen().includes(password));
});

test('over a network that loses and repeats datagrams it is still one call', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const world = new Trunk(
      { seed, settings: { trunk }, weather: { lossChance: 0.2, duplicateChance: 0.2 } },
      (answer) => answer.includes('username="alice"'),
    );
    world.call({ tenant: account });
    await world.runToTheEnd();
    assert.equal(world.states().filter((state) => state === 'started').length, 1);
    assert.ok(['ended', 'failed'].includes(world.states().at(-1) ?? ''));
    assert.deepEqual(world.faults, []);
  }
});

test('a trunk that refuses the password: sip.auth-failed, and no secret in what is told and kept', async () => {
  const world = new Trunk({ settings: { trunk } }, () => false);
  world.call({ tenant: account });
  await world.runToTheEnd();
  assert.deepEqual(world.states(), ['started', 'failed']);
  const end = world.records[0]?.end;
  assert.deepEqual([end?.endCode, end?.sipStatus], ['sip.auth-failed', 407]);
  assert.match(world.told.at(-1)?.failureReason ?? '', /407 .*password was refused/);
  assert.ok(!world.seen().includes(password));
});

test('credentials of the operator do not follow a route of the request past the trunk; its own do', async () => {
  const elsewhere = { transport: 'udp', host: '10.0.0.9', port: 5060 } as const;
  for (const [origin, operatorsTrunk, invites] of [
    ['deployment', elsewhere, 1],
    ['request', elsewhere, 3],
    ['deployment', trunk, 3],
    ['deployment', undefined, 3],
  ] as const) {
    const world = new Trunk({ settings: { trunk: operatorsTrunk } }, () => false);
    const trunkAuth = { username: 'alice', password: new Secret(password), origin };
    world.call({ tenant: { ...account, trunkAuth }, routes: ['<sip:10.0.0.2;lr>'] });
    await world.runToTheEnd();
    assert.equal(world.wire.filter((text) => text.startsWith('INVITE')).length, invites);
  }
});
