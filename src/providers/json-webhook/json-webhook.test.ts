import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Authorization,
  type AuthorizationMethod,
  createAuthorization,
  noAuthorization,
} from '../../authorization/index.ts';
import type { TurnReply, TurnRequest } from '../../conversation/index.ts';
import { err, type HttpFailure, type HttpPostOrder, type HttpReply, ok, type Result } from '../../kit/index.ts';
import { createJsonWebhook, type JsonWebhookInput, jsonWebhookOptions } from './index.ts';

const hidden = (text: string) => ({ reveal: () => text });
const opensBy = (method: AuthorizationMethod): Authorization =>
  createAuthorization(method, { post: () => assert.fail('nothing is exchanged'), clock: { nowMs: () => 0 } });
const turn: TurnRequest = { sessionId: 's-1', tenantId: 't-1', text: 'yes', context: { step: 1, old: true } };
const answer = (body: unknown, status = 200): Result<HttpReply, HttpFailure> =>
  ok({ status, bodyText: typeof body === 'string' ? body : JSON.stringify(body) });
const failure = (kind: HttpFailure['kind']): Result<HttpReply, HttpFailure> => err({ kind, detail: `it was ${kind}` });

function botAnswering(
  answers: readonly Result<HttpReply, HttpFailure>[],
  input: Partial<JsonWebhookInput> = {},
  authorization: Authorization = noAuthorization,
) {
  const orders: HttpPostOrder[] = [];
  const options = jsonWebhookOptions.parse({ url: 'https://bot.example.net/turn?a=1', ...input });
  const service = createJsonWebhook(
    options,
    async (order) => {
      orders.push(order);
      return answers[orders.length - 1] ?? failure('connect');
    },
    authorization,
  );
  return {
    orders,
    ask: (more: Partial<TurnRequest> = {}) => service.turn({ ...turn, ...more }, new AbortController().signal),
  };
}

async function replyTo(body: unknown): Promise<TurnReply> {
  const reply = await botAnswering([answer(body)]).ask();
  assert.ok(reply.ok, reply.ok ? '' : reply.error.message);
  return reply.value;
}

const textsOf = ({ steps }: TurnReply) => steps.map((step) => (step.type === 'say' ? step.text : `<${step.type}>`));

describe('request', () => {
  test('names call, event, words and context', async () => {
    const bot = botAnswering([answer({})], {}, opensBy({ kind: 'bearer', token: hidden('k') }));
    await bot.ask({ spoken: 'Can you come?' });
    assert.equal(bot.orders[0]?.url, 'https://bot.example.net/turn?a=1');
    assert.equal(bot.orders[0]?.headers['authorization'], 'Bearer k');
    assert.deepEqual(JSON.parse(bot.orders[0]?.body ?? ''), {
      sessionId: 's-1',
      tenantId: 't-1',
      event: 'speech',
      text: 'yes',
      bargeIn: false,
      spoken: 'Can you come?',
      context: { step: 1, old: true },
    });
  });

  for (const [text, context, event, words] of [
    ['', {}, 'start', ''],
    ['vgwHangUp', {}, 'end', ''],
    ['vgwPostResponseTimeout', {}, 'silence', ''],
    ['vgwFinalUtteranceTimeout', {}, 'no-words', ''],
    ['vgwSTTResultFiltered', {}, 'unclear', ''],
    ['vgwNoInputTurn', {}, 'continue', ''],
    ['vgwCallTransferred', {}, 'transferred', ''],
    ['vgwCallTransferFailed', {}, 'transfer-failed', ''],
    ['vgwNetworkWarningMessage', {}, 'vgwNetworkWarningMessage', ''],
    ['42', { vgwIsDTMF: 'Yes' }, 'digits', '42'],
    ['toString', {}, 'speech', 'toString'],
  ] as const) {
    test(`"${text}" is the event ${event}`, async () => {
      const bot = botAnswering([answer({})]);
      await bot.ask({ text, context });
      const body: Record<string, unknown> = JSON.parse(bot.orders[0]?.body ?? '');
      assert.deepEqual([body['event'], body['text']], [event, words]);
    });
  }

  test('credentials may be HTTP Basic', async () => {
    const bot = botAnswering([answer({})], {}, opensBy({ kind: 'basic', username: 'u', password: hidden('p') }));
    await bot.ask();
    assert.equal(bot.orders[0]?.headers['authorization'], `Basic ${btoa('u:p')}`);
  });
});

describe('reply', () => {
  test('every part of it may be left out', async () => {
    const nothing = { steps: [], context: turn.context, problems: [] };
    for (const body of ['', ' \n', {}, [], { say: null, hangup: null, context: null, actions: null }]) {
      assert.deepEqual(await replyTo(body), nothing);
    }
  });

  test('what to say is a text or several', async () => {
    for (const body of [{ say: 'Hi.' }, { say: ['Hi.'] }, '"Hi."', ['Hi.']]) {
      assert.deepEqual(textsOf(await replyTo(body)), ['Hi.']);
    }
    assert.deepEqual(textsOf(await replyTo({ say: ['One.', '', 'Two.'], hangup: true })), [
      'One.',
      'Two.',
      '<hang-up>',
    ]);
  });

  test('its context goes over what there was, and null takes away', async () => {
    const { context } = await replyTo({ context: { step: 2, old: null, name: 'Rossi', deep: { a: null } } });
    assert.deepEqual(context, { step: 2, name: 'Rossi', deep: { a: null } });
  });

  test('actions follow the words, in order, and a hang-up is the last', async () => {
    const reply = await replyTo({
      say: 'Enter your number.',
      actions: [
        { command: 'vgwActDisableSpeechBargeIn' },
        { command: 'vgwActCollectDTMF', parameters: { dtmfTermKey: '#' } },
      ],
      hangup: true,
    });
    assert.deepEqual(textsOf(reply), ['Enter your number.', '<switch>', '<collect-digits>', '<hang-up>']);
    assert.deepEqual(
      reply.actions?.map(({ firstStep, endStep }) => [firstStep, endStep]),
      [
        [1, 2],
        [2, 3],
        [3, 4],
      ],
    );
  });

  for (const [body, problem] of [
    [{ say: 7 }, /"say" holds something/],
    [{ say: ['a', {}] }, /"say" holds something/],
    [{ hangup: 'yes' }, /"hangup"/],
    [{ actions: {} }, /"actions" is not a list/],
    [{ actions: [{ command: 'vgwActFly' }] }, /vgwActFly/],
    [{ text: 'Hi.' }, /"text", which means nothing/],
    [{ context: 'x' }, /context/],
  ] as const) {
    test(`${JSON.stringify(body)} is a problem, and the call goes on`, async () => {
      assert.match((await replyTo(body)).problems.join(), problem);
    });
  }

  for (const [name, answers, code, attempts] of [
    ['no JSON', [answer('<html>')], 'bot.bad-reply', 1],
    ['a number', [answer('7')], 'bot.bad-reply', 1],
    [
      'a context without a floor',
      [answer(`{"context":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`)],
      'bot.bad-reply',
      1,
    ],
    ['a refusal', [answer('', 404)], 'bot.bad-status', 1],
    ['a wrong key', [answer('', 401)], 'bot.unauthorized', 1],
    ['a redirect', [answer('', 302)], 'bot.bad-status', 1],
    ['a server error twice', [answer('', 500), answer('', 500)], 'bot.bad-status', 2],
    ['too late twice', [failure('timeout'), failure('timeout')], 'bot.timeout', 2],
    ['no connection twice', [failure('connect'), failure('connect')], 'bot.unreachable', 2],
    ['too large a reply', [failure('too-large')], 'bot.reply-too-large', 1],
  ] as const) {
    test(`${name} is ${code} after ${attempts} attempts`, async () => {
      const bot = botAnswering(answers);
      const reply = await bot.ask();
      assert.equal(!reply.ok && reply.error.code, code);
      assert.equal(bot.orders.length, attempts);
    });
  }

  test('whatever JSON comes, reading it ends in a value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        const reply = await botAnswering([answer(JSON.stringify(body))]).ask();
        assert.ok(reply.ok || reply.error.code === 'bot.bad-reply');
      }),
    );
  });

  test('an aborted turn rejects and is not sent again', async () => {
    const controller = new AbortController();
    let attempts = 0;
    const service = createJsonWebhook(
      jsonWebhookOptions.parse({ url: 'http://bot.example' }),
      async () => {
        attempts++;
        controller.abort(new Error('the call is over'));
        return failure('aborted');
      },
      noAuthorization,
    );
    await assert.rejects(service.turn(turn, controller.signal), /the call is over/);
    assert.equal(attempts, 1);
  });
});

test('what is expected of the answer is passed on, and what cannot be expected is said', async () => {
  const { expected, problems } = await replyTo({ say: 'Sales or support?', expect: ['sales', 'support', 5] });
  assert.deepEqual(expected, { phrases: ['sales', 'support'] });
  assert.equal(problems.length, 1);
  assert.equal((await replyTo({ say: 'Hello.' })).expected, undefined);
});
