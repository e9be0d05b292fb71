/** Transfers (specification §5.2 to §5.4, §6.2, §9.6) in whole simulated calls. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { err, gatewayError, type JsonObject, ok } from '../../src/kit/index.ts';
import { anywhere, type SipPolicy } from '../../src/policy/index.ts';
import type { TransferScript } from '../../src/testing/index.ts';
import { answers, type FakeBot, tenant, World, type WorldOptions } from './world.ts';

const agent = 'sip:agent@10.0.0.9';
const transferTo = (parameters: JsonObject, text?: string): JsonObject => ({
  ...(text === undefined ? {} : { text: [text] }),
  vgwAction: { command: 'vgwActTransfer', parameters },
});
const hangUp: JsonObject = { vgwAction: { command: 'vgwActHangup' } };
const texts = (world: World): string[] => world.asked.map(({ text }) => text);
/** Transfers without a word. */
const silently = answers(transferTo({ transferTarget: agent }), hangUp);
const accepts: TransferScript = {
  status: 202,
  notices: [
    { afterMs: 10, status: 100 },
    { afterMs: 500, status: 180 },
    { afterMs: 4000, status: 200 },
  ],
};
const kept: typeof tenant = withSettings({ isDisconnectedOnTransferFailure: false });

function withSettings(settings: Partial<typeof tenant.settings>): typeof tenant {
  return { ...tenant, settings: { ...tenant.settings, transferFailedMessage: 'No agent.', ...settings } };
}

async function run(
  options: Omit<WorldOptions, 'phone'> & { readonly phone?: WorldOptions['phone'] },
  order: Parameters<World['call']>[0] = {},
): Promise<World> {
  const world = new World({ ...options, phone: { speaksFirst: false, lines: [], ...options.phone } });
  world.call(order);
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

/** A call whose first answer transfers it, to a phone with this script. */
async function transferred(
  transfer: TransferScript | undefined,
  {
    parameters = {},
    order = {},
    ...options
  }: {
    readonly parameters?: JsonObject;
    readonly order?: Parameters<World['call']>[0];
    readonly bot?: FakeBot;
    readonly settings?: NonNullable<WorldOptions['settings']>;
  } = {},
): Promise<World> {
  return run(
    {
      bot: answers(transferTo({ transferTarget: agent, ...parameters }, 'one moment'), hangUp),
      ...options,
      phone: transfer === undefined ? {} : { transfer },
    },
    order,
  );
}

function recordOf(world: World) {
  const [state = assert.fail()] = world.records;
  const facts = callFacts(state) ?? assert.fail();
  return facts;
}

const headersOf = (world: World, name: string): string[] =>
  (world.phone.refers[0]?.headers ?? []).filter((header) => header.name === name).map(({ value }) => value);

test('REFER: text first, then hold, REFER, news, BYE; transferred, ended; vgwCallTransferred, vgwHangUp', async () => {
  const world = await transferred(accepts);
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'transferred', 'ended']);
  assert.deepEqual(world.phone.understood, ['one moment']);
  assert.deepEqual(texts(world), ['', 'vgwCallTransferred', 'vgwHangUp']);
  assert.equal(world.phone.refers[0]?.target, agent);
  assert.deepEqual(headersOf(world, 'Referred-By'), ['<sip:outdial@10.0.0.1>']);
  assert.equal(world.phone.offers.length, 1);
  assert.match(world.phone.offers[0] ?? '', /a=sendonly/);
  const [, told, last] = world.asked;
  assert.equal(told?.context['vgwCallTransferred'], 'Yes');
  assert.equal(told.context['vgwTransferReason'], '200 OK');
  assert.deepEqual(told.context['vgwCompletedActions'], [
    { command: 'vgwActTransfer', parameters: { transferTarget: agent }, processed: true },
  ]);
  assert.equal(last?.context['vgwCallTransferred'], undefined);
  assert.equal(last?.context['vgwHangupReason'], 'completed.transfer');
  const record = recordOf(world);
  assert.deepEqual(record.end, { code: 'completed.transfer', by: 'bot', sipStatus: 200 });
  assert.deepEqual(record.transfer, {
    cause: 'bot',
    method: 'REFER',
    target: agent,
    outcome: 'transferred',
    sipStatus: 200,
    reason: '200 OK',
    attempts: 1,
  });
  assert.deepEqual(
    record.turns.map(({ request }) => request.type),
    ['start', 'transfer', 'hangup'],
  );
  assert.equal(world.phone.callsEnded, 1);
});

test('putCallerOnHoldOnTransfer=false: no hold', async () => {
  const world = await transferred(accepts, { order: { tenant: withSettings({ isHeldOnTransfer: false }) } });
  assert.deepEqual(world.phone.offers, []);
  assert.equal(world.states().at(-2), 'transferred');
});

test('a refused hold is no reason not to transfer', async () => {
  const world = await transferred({ ...accepts, refusesOffers: true });
  assert.equal(world.states().at(-2), 'transferred');
  assert.match(recordOf(world).warnings.join(), /could not be put on hold: 488/);
});

describe('failure: the call is ended by default, with the message', () => {
  const rows: readonly (readonly [name: string, TransferScript, status: number | null, reason: RegExp])[] = [
    ['REFER refused', { status: 603 }, 603, /The REFER was refused: 603/],
    ['REFER not supported', { status: 405 }, 405, /405/],
    ['the target is busy', { status: 202, notices: [{ afterMs: 500, status: 486 }] }, 486, /answered 486 Busy Here/],
    ['the target redirects', { status: 202, notices: [{ afterMs: 500, status: 302 }] }, 302, /answered 302/],
    ['never any news', { status: 202 }, 202, /did not say how the transfer ended/],
  ];
  for (const [name, script, status, reason] of rows) {
    test(name, async () => {
      const world = await transferred(script, { bot: silently, order: { tenant: withSettings({}) } });
      assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'failed']);
      assert.deepEqual(world.phone.understood, ['No agent.']);
      assert.deepEqual(texts(world), ['', 'vgwHangUp']);
      assert.match(world.phone.offers[1] ?? '', /a=sendrecv/);
      const record = recordOf(world);
      assert.equal(record.end.code, 'sip.transfer-failed');
      assert.equal(record.transfer?.outcome, 'failed');
      assert.equal(record.transfer.sipStatus, status);
      assert.match(record.transfer.reason ?? '', reason);
      assert.match(world.told.at(-1)?.failureReason ?? '', reason);
    });
  }

  test('vgwTransferFailedMessage takes the place of the message', async () => {
    const world = await transferred(
      { status: 603 },
      { bot: silently, order: { context: { vgwTransferFailedMessage: 'nobody is there' } } },
    );
    assert.deepEqual(world.phone.understood, ['nobody is there']);
  });

  test('without a message the call is ended at once', async () => {
    const world = await transferred(
      { status: 603 },
      { order: { tenant: withSettings({ transferFailedMessage: '' }) } },
    );
    assert.deepEqual(world.phone.understood, ['one moment']);
    assert.equal(world.states().at(-1), 'failed');
  });
});

describe('failure: the call is kept', () => {
  test('disconnectCallOnTransferFailure=false: the callee is taken back, the bot is told, the call goes on', async () => {
    const world = await run(
      {
        bot: answers(transferTo({ transferTarget: agent }), { text: ['still here'] }, hangUp),
        phone: { lines: ['hello', 'fine'], transfer: { status: 486 } },
      },
      { tenant: kept },
    );
    assert.deepEqual(texts(world), ['', 'vgwCallTransferFailed', 'hello', 'vgwHangUp']);
    const told = world.asked[1]?.context ?? {};
    assert.equal(told['vgwCallTransferFailed'], 'Yes');
    assert.equal(told['vgwTransferReason'], 'The REFER was refused: 486 Busy Here.');
    assert.equal(world.asked[2]?.context['vgwCallTransferFailed'], undefined);
    assert.deepEqual(world.phone.understood, ['still here']);
    assert.deepEqual(
      world.phone.offers.map((offer) => /a=(send\w+)/.exec(offer)?.[1]),
      ['sendonly', 'sendrecv'],
    );
    assert.equal(world.states().at(-1), 'ended');
    assert.equal(recordOf(world).end.code, 'completed.bot');
    assert.equal(recordOf(world).turns[1]?.request.type, 'transfer_failed');
  });

  for (const [value, last] of [
    ['No', 'ended'],
    ['Yes', 'failed'],
  ] as const) {
    test(`vgwDisconnectCallOnTransferFailure: ${value}`, async () => {
      const world = await transferred(
        { status: 603 },
        {
          order: {
            tenant: value === 'No' ? withSettings({}) : kept,
            context: { vgwDisconnectCallOnTransferFailure: value },
          },
        },
      );
      assert.equal(world.states().at(-1), last);
    });
  }

  test('a second transfer of the same call may succeed', async () => {
    const world = await run(
      {
        bot: answers(
          transferTo({ transferTarget: 'tel:+39' }),
          transferTo({ transferTarget: agent, transferMethod: 'hangup' }),
        ),
        phone: { transfer: { status: 404 } },
      },
      { tenant: kept },
    );
    assert.deepEqual(world.states().slice(-2), ['transferred', 'ended']);
    const { transfer } = recordOf(world);
    assert.deepEqual([transfer?.attempts, transfer?.method, transfer?.target], [2, 'HANGUP', agent]);
  });
});

test('nothing is heard and no turn is asked during a transfer', async () => {
  const world = new World({
    bot: answers(transferTo({ transferTarget: agent }), hangUp),
    phone: { speaksFirst: false, lines: [], transfer: { status: 202, notices: [{ afterMs: 20_000, status: 486 }] } },
  });
  world.press('123', 5000);
  world.call({ tenant: kept });
  await world.runToTheEnd();
  assert.deepEqual(texts(world), ['', 'vgwCallTransferFailed', 'vgwHangUp']);
});

describe('the parameters of vgwActTransfer, each by name', () => {
  test('transferHeader, transferHeaderVal and transferHeaders', async () => {
    const world = await transferred(accepts, {
      parameters: {
        transferHeader: 'X-Customer',
        transferHeaderVal: '42',
        transferHeaders: { 'X-Mood': 'fine', 'Refer-To': '<sip:premium@evil.example>', 'X-Bad': 'a\r\nVia: x' },
      },
    });
    assert.deepEqual(headersOf(world, 'X-Customer'), ['42']);
    assert.deepEqual(headersOf(world, 'X-Mood'), ['fine']);
    assert.deepEqual(headersOf(world, 'Refer-To'), [`<${agent}>`]);
    assert.deepEqual(headersOf(world, 'X-Bad'), []);
    assert.match(recordOf(world).warnings.join(), /Refer-To is written by the stack.*X-Bad holds a control character/);
  });

  const uui = '56a390f3d2b7310023a2;encoding=hex';
  const escaped = '56a390f3d2b7310023a2%3Bencoding%3Dhex';
  for (const [method, target, header, value] of [
    [undefined, agent, 'User-to-User', uui],
    ['uuiHeader', agent, 'User-to-User', uui],
    ['contactHeader', agent, 'Contact', `<sip:outdial@10.0.0.1:5060?User-to-User=${escaped}>`],
    ['referToURL', agent, 'Refer-To', `<${agent}?User-to-User=${escaped}>`],
    ['referToURL', 'tel:+391234', 'Refer-To', `<tel:+391234;User-to-User=${escaped}>`],
  ] as const) {
    test(`uuiData, uuiSendMethod ${method ?? 'left out'}, ${target}`, async () => {
      const world = await transferred(accepts, {
        parameters: {
          transferTarget: target,
          uuiData: uui,
          ...(method === undefined ? {} : { uuiSendMethod: method }),
        },
      });
      assert.deepEqual(headersOf(world, header), [value]);
      assert.equal(headersOf(world, 'User-to-User').length, header === 'User-to-User' ? 1 : 0);
    });
  }

  for (const [what, script] of [
    ['of the target', { status: 202, notices: [{ afterMs: 100, status: 486 }] }],
    ['of the REFER', { status: 486 }],
  ] as const) {
    test(`acceptTransferRejectCodes: ${what}, they count as success`, async () => {
      const world = await transferred(script, { parameters: { acceptTransferRejectCodes: '603, 486' } });
      assert.deepEqual(world.states().slice(-2), ['transferred', 'ended']);
      assert.equal(recordOf(world).transfer?.sipStatus, 486);
    });
  }

  test('transferMethod HANGUP: BYE with the target in Transfer-Target', async () => {
    const byes: string[] = [];
    const world = await transferred(undefined, {
      parameters: { transferMethod: 'HANGUP', uuiData: 'abc', transferHeaders: { 'X-A': '1' } },
      bot: answers(
        transferTo(
          { transferTarget: agent, transferMethod: 'HANGUP', uuiData: 'abc', transferHeaders: { 'X-A': '1' } },
          'one moment',
        ),
      ),
    });
    byes.push(...world.byes);
    assert.match(byes[0] ?? '', /^Transfer-Target: sip:agent@10\.0\.0\.9\r$/m);
    assert.match(byes[0] ?? '', /^User-to-User: abc\r$/m);
    assert.match(byes[0] ?? '', /^X-A: 1\r$/m);
    assert.deepEqual(world.phone.understood, ['one moment']);
    assert.deepEqual(world.phone.offers, []);
    assert.deepEqual(world.states().slice(-2), ['transferred', 'ended']);
    assert.deepEqual(texts(world), ['', 'vgwCallTransferred', 'vgwHangUp']);
    assert.equal(recordOf(world).transfer?.sipStatus, 200);
  });

  test('transferTargetHeader names the header', async () => {
    const world = await transferred(undefined, {
      parameters: { transferMethod: 'HANGUP', transferTargetHeader: 'X-To' },
    });
    assert.match(world.byes[0] ?? '', /^X-To: sip:agent@10\.0\.0\.9\r$/m);
    assert.doesNotMatch(world.byes[0] ?? '', /Transfer-Target/);
  });

  test('a header that SIP writes itself cannot name the target: nothing is hung up', async () => {
    const world = await transferred(undefined, {
      parameters: { transferMethod: 'HANGUP', transferTargetHeader: 'Via' },
      order: { tenant: kept },
    });
    assert.deepEqual(texts(world), ['', 'vgwCallTransferFailed', 'vgwHangUp']);
    assert.match(recordOf(world).transfer?.reason ?? '', /Via is written by the stack/);
    assert.doesNotMatch(world.byes[0] ?? '', /agent/);
  });

  test('uuiData that is no token is quoted, in REFER and BYE; what could forge a header is left out and said', async () => {
    for (const transferMethod of ['REFER', 'HANGUP']) {
      const world = await transferred(accepts, { parameters: { transferMethod, uuiData: 'call "back"' } });
      const headers =
        transferMethod === 'REFER'
          ? headersOf(world, 'User-to-User')
          : /^User-to-User: (.*)\r$/m.exec(world.byes[0] ?? '');
      assert.equal(headers?.at(-1), '"call \\"back\\""');
      const forged = await transferred(accepts, { parameters: { transferMethod, uuiData: 'a\r\nVia: x' } });
      assert.equal(forged.states().at(-2), 'transferred');
      assert.deepEqual(headersOf(forged, 'User-to-User'), []);
      assert.doesNotMatch(forged.byes.join(), /User-to-User/);
      assert.match(recordOf(forged).warnings.join(), /user-to-user information holds a control character/);
    }
  });
});

describe('state variables', () => {
  test('vgwTransferTarget, vgwTransferHeader, vgwTransferHeaderVal are what the action leaves out', async () => {
    const world = await run(
      {
        bot: answers(transferTo({})),
        phone: { transfer: accepts },
      },
      { context: { vgwTransferTarget: 'sip:desk@10.0.0.9', vgwTransferHeader: 'X-Desk', vgwTransferHeaderVal: '7' } },
    );
    assert.equal(world.phone.refers[0]?.target, 'sip:desk@10.0.0.9');
    assert.deepEqual(headersOf(world, 'X-Desk'), ['7']);
  });

  test('vgwTransferTargetHeader names the header of the BYE', async () => {
    const world = await transferred(undefined, {
      parameters: { transferMethod: 'HANGUP' },
      order: { context: { vgwTransferTargetHeader: 'X-Where' } },
    });
    assert.match(world.byes[0] ?? '', /^X-Where: sip:agent/m);
  });

  test('vgwByeCustomHeader, vgwByeCustomHeaderVal and the headers of vgwActHangup stand in our BYE', async () => {
    const world = await run(
      {
        bot: answers(
          { vgwAction: { command: 'vgwActHangup', parameters: { headers: { 'X-End': 'yes' } } } },
          {
            vgwAction: { command: 'vgwActHangup', parameters: { headers: { 'X-End': 'yes' } } },
          },
        ),
      },
      { context: { vgwByeCustomHeader: 'X-Bye', vgwByeCustomHeaderVal: 'so long' } },
    );
    assert.match(world.byes[0] ?? '', /^X-End: yes\r$/m);
    assert.match(world.byes[0] ?? '', /^X-Bye: so long\r$/m);
  });

  test('the deprecated vgwTransfer: Yes', async () => {
    const old: FakeBot = (request, index) =>
      answers({ text: ['bye'] })(
        { ...request, context: { ...request.context, vgwTransfer: 'Yes', vgwTransferTarget: agent } },
        index,
      );
    const asked = await run({ bot: old, phone: { transfer: accepts } });
    assert.equal(asked.phone.refers[0]?.target, agent);
    assert.equal(asked.asked[1]?.context['vgwTransfer'], undefined);
  });
});

describe('the peer hangs up during the transfer', () => {
  test('after it was accepted, without a word: it counts as done', async () => {
    const world = await transferred({ status: 202, hangsUpAfterMs: 500 });
    assert.deepEqual(world.states().slice(-2), ['transferred', 'ended']);
    assert.deepEqual(texts(world), ['', 'vgwCallTransferred', 'vgwHangUp']);
    const record = recordOf(world);
    assert.deepEqual([record.end.code, record.end.by], ['completed.transfer', 'callee']);
    assert.match(record.warnings.join(), /hung up without saying how it went/);
  });

  test('after the news of failure: the callee hung up', async () => {
    const world = await transferred(
      { status: 202, notices: [{ afterMs: 100, status: 486 }], hangsUpAfterMs: 120 },
      {
        bot: answers(transferTo({ transferTarget: agent }), { text: ['what a pity that nobody was there'] }),
        order: { tenant: kept },
      },
    );
    assert.equal(world.states().at(-1), 'ended');
    assert.equal(recordOf(world).transfer?.outcome, 'failed');
    assert.equal(recordOf(world).end.code, 'completed.callee');
  });
});

describe('targets of a bot are held to what `to` is held to', () => {
  const rows: readonly (readonly [target: string, reason: RegExp])[] = [
    ['sip:a@b\r\nVia: x', /control character/],
    ['sip:a@10.0.0.9?Replaces=x', /carries headers/],
    ['sip:a@10.0.0.9>;x="<', /not valid|not sip/],
    ['javascript:alert(1)', /not sip:, sips: or tel:/],
    ['tel:+900123', /begins with no allowed prefix/],
    ['sip:+900123@10.0.0.2', /begins with no allowed prefix/],
  ];
  for (const [target, reason] of rows) {
    test(JSON.stringify(target), async () => {
      const world = await transferred(accepts, {
        parameters: { transferTarget: target },
        order: { tenant: { ...kept, limits: { ...tenant.limits, allowedPrefixes: ['+39'] } } },
      });
      assert.deepEqual(world.phone.refers, []);
      assert.deepEqual(texts(world), ['', 'vgwCallTransferFailed', 'vgwHangUp']);
      assert.match(recordOf(world).transfer?.reason ?? '', reason);
    });
  }

  test('a host on OUTDIAL_SIP_DENY, also for HANGUP; the default target of the operator is not questioned', async () => {
    const sipPolicy: SipPolicy = { ...anywhere, deny: [{ kind: 'name', name: 'evil.example' }] };
    const target = 'sip:a@evil.example';
    for (const transferMethod of ['REFER', 'HANGUP']) {
      const world = await transferred(accepts, {
        parameters: { transferTarget: target, transferMethod },
        order: { tenant: kept },
        settings: { sipPolicy },
      });
      assert.deepEqual(world.phone.refers, []);
      assert.doesNotMatch(world.byes.join(), /evil/);
      assert.match(recordOf(world).transfer?.reason ?? '', /list of refused SIP hosts/);
    }
    const operators = withSettings({ transferDefaultTarget: target });
    const trusted = await transferred(accepts, {
      parameters: { transferTarget: target },
      order: { tenant: operators },
      settings: { sipPolicy },
    });
    assert.equal(trusted.phone.refers.length, 1);
    const asked = await transferred(accepts, {
      parameters: { transferTarget: target },
      order: { tenant: { ...operators, fromRequest: new Set(['transferDefaultTarget'] as const) } },
      settings: { sipPolicy },
    });
    assert.equal(asked.phone.refers.length, 0);
  });
});

describe('the failure path', () => {
  const broken: FakeBot = ({ context }, index) =>
    index === 0 ? ok({ steps: [], context, problems: [] }) : err(gatewayError('bot.timeout', 'No answer.'));

  test('the bot fails: message, hold, REFER to the default target; transferred, ended, with the reason', async () => {
    const world = await run(
      { bot: broken, phone: { transfer: accepts } },
      { tenant: withSettings({ transferDefaultTarget: 'sip:agents@10.0.0.9' }) },
    );
    assert.deepEqual(world.phone.understood, ['Sorry.']);
    assert.equal(world.phone.refers[0]?.target, 'sip:agents@10.0.0.9');
    assert.match(world.phone.offers[0] ?? '', /a=sendonly/);
    assert.deepEqual(
      world.told.slice(-2).map(({ callState, failureReason }) => [callState, failureReason]),
      [
        ['transferred', 'No answer.'],
        ['ended', 'No answer.'],
      ],
    );
    const record = recordOf(world);
    assert.deepEqual([record.end.code, record.end.by, record.finalState], ['bot.timeout', 'gateway', 'ended']);
    assert.deepEqual([record.transfer?.cause, record.transfer?.outcome], ['failure', 'transferred']);
    assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout']);
  });

  test('the voice fails: no message, but the transfer', async () => {
    const mute: FakeBot = ({ context }, index) =>
      index === 0
        ? ok({ steps: [], context, problems: [] })
        : ok({ steps: [{ type: 'say', text: '(cannot be spoken)' }], context, problems: [] });
    const world = await run(
      { bot: mute, phone: { transfer: accepts } },
      { tenant: withSettings({ transferDefaultTarget: agent }) },
    );
    assert.equal(world.phone.refers[0]?.target, agent);
    assert.deepEqual(world.states().slice(-2), ['transferred', 'ended']);
    assert.equal(recordOf(world).end.code, 'speech.synthesis-failed');
    assert.deepEqual(texts(world).slice(-2), ['vgwCallTransferred', 'vgwHangUp']);
  });

  test('message and voice fail: the transfer all the same', async () => {
    const world = await run(
      { bot: broken, phone: { transfer: accepts } },
      {
        tenant: {
          ...withSettings({ transferDefaultTarget: agent }),
          conversationFailedMessage: '(cannot be spoken)',
        },
      },
    );
    assert.deepEqual(world.states().slice(-2), ['transferred', 'ended']);
    assert.equal(recordOf(world).end.code, 'bot.timeout');
  });

  test('vgwTransferTarget goes before the setting', async () => {
    const world = await run(
      { bot: broken, phone: { transfer: accepts } },
      { tenant: withSettings({ transferDefaultTarget: 'sip:agents@10.0.0.9' }), context: { vgwTransferTarget: agent } },
    );
    assert.equal(world.phone.refers[0]?.target, agent);
  });

  test('the transfer fails: transfer-failed message, then failed with the first reason', async () => {
    const world = await run(
      { bot: broken, phone: { transfer: { status: 202, notices: [{ afterMs: 2000, status: 503 }] } } },
      { tenant: { ...withSettings({ transferDefaultTarget: agent, isDisconnectedOnTransferFailure: false }) } },
    );
    assert.deepEqual(world.phone.understood, ['Sorry.', 'No agent.']);
    assert.deepEqual(world.states().slice(-1), ['failed']);
    assert.equal(recordOf(world).end.code, 'bot.timeout');
    assert.equal(recordOf(world).transfer?.outcome, 'failed');
  });

  test('without a target: message, then hang-up', async () => {
    const world = await run({ bot: broken, phone: { transfer: accepts } });
    assert.deepEqual(world.phone.refers, []);
    assert.deepEqual(world.states().slice(-1), ['failed']);
  });
});

test('over a network that loses, repeats and reorders, a transfer is told once, whatever becomes of it', async () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const world = await run({
      seed,
      weather: { lossChance: 0.15, duplicateChance: 0.15, jitterMs: 40 },
      bot: answers(transferTo({ transferTarget: agent }), hangUp),
      phone: { transfer: accepts },
    });
    const told = world.states();
    assert.equal(new Set(told).size, told.length, told.join());
    assert.match(told.at(-1) ?? '', /^(?:ended|failed)$/);
    if (told.includes('active')) assert.ok(recordOf(world).transfer !== undefined);
  }
});
