import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { skipWithout } from './programs.ts';
import { hangUpSoon, type RealGateway, withRealGateway } from './real-gateway.ts';
import { answerAtOnce, runSipp, step } from './sipp.ts';

const one = { host: '127.0.0.1', port: 25_060, mediaPort: 26_000 };
const two = { host: '127.0.0.2', port: 25_062, mediaPort: 26_010 };
const uriOf = ({ host, port }: { host: string; port: number }): string => `sip:${host}:${port}`;

const isThere = [step.receive('OPTIONS'), step.ok];

function throughTrunk(
  environment: Readonly<Record<string, string>>,
  act: (gateway: RealGateway) => Promise<void>,
): Promise<void> {
  const trunk = { OUTDIAL_SIP_TRUNK: 'sip:trunk.test', POST_RESPONSE_TIMEOUT: '300' };
  return withRealGateway({ ...trunk, ...environment }, act);
}

/** Waits until a target is shown as up or down; fails after 20 s. */
async function shows(gateway: RealGateway, target: { host: string; port: number }, isUp: boolean): Promise<void> {
  const line = `outdial_sip_trunk_target_up{target="${uriOf(target)}"} ${isUp ? 1 : 0}`;
  let text = '';
  for (let attempt = 0; attempt < 100; attempt += 1) {
    text = await (await fetch(new URL('/metrics', gateway.url))).text();
    if (text.split('\n').includes(line)) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  assert.fail(
    `not shown: ${line}; but ${text
      .split('\n')
      .filter((each) => each.includes('trunk_target'))
      .join('; ')}`,
  );
}

async function remarksOf(gateway: RealGateway): Promise<unknown> {
  const answer = await fetch(new URL('/readyz', gateway.url));
  assert.equal(answer.status, 200);
  const { remarks } = (await answer.json()) as { readonly remarks?: unknown };
  return remarks;
}

describe('a trunk of two targets', { skip: skipWithout('sipp') }, () => {
  it('RFC 3261 §11: its state follows the SIPp that answers OPTIONS and stops', async () => {
    const targets = { OUTDIAL_SIP_TRUNK_TARGETS: `${uriOf(one)},${uriOf(two)}`, OUTDIAL_SIP_TRUNK_PING: '6' };
    const first = await runSipp({ ...one, steps: isThere });
    await throughTrunk(targets, async (gateway) => {
      await shows(gateway, one, true);
      await first.done;
      await shows(gateway, two, false);
      assert.deepEqual(await remarksOf(gateway), ['1 of 2 targets of the trunk does not answer OPTIONS']);
      // The SIPp of the first one has ended with its answer.
      await shows(gateway, one, false);
      const second = await runSipp({ ...two, steps: isThere });
      await shows(gateway, two, true);
      await second.done;
    });
  });

  it('RFC 3263 §4.3: a refused TCP connection leads to the next target at once', async () => {
    const dead = 'sip:127.0.0.1:25099;transport=tcp';
    const sipp = await runSipp({ ...two, steps: answerAtOnce });
    await throughTrunk(
      { OUTDIAL_SIP_TRUNK_TARGETS: `${dead};priority=1,${uriOf(two)};priority=2` },
      async (gateway) => {
        const { states, record } = await gateway.call('tel:+15550100', hangUpSoon);
        await sipp.done;
        assert.deepEqual(states, ['started', 'active', 'ended']);
        assert.equal(record.warnings.length, 1);
        assert.match(
          record.warnings[0] ?? '',
          /^INVITE to tcp 127\.0\.0\.1:25099: .*ECONNREFUSED.* Next: udp 127\.0\.0\.2:25062\.$/,
        );
      },
    );
  });
});
