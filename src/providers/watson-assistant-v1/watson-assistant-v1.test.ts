import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AuthorizationMethod, createAuthorization } from '../../authorization/index.ts';
import type { TurnRequest } from '../../conversation/index.ts';
import { err, ok, type Result } from '../../kit/index.ts';
import type { HttpFailure, HttpPost, HttpPostOrder, HttpReply } from '../../kit/index.ts';
import { createWatsonAssistantV1, type WatsonAssistantV1Input, watsonAssistantV1Options } from './index.ts';

const turn: TurnRequest = { sessionId: 's-1', tenantId: 't-1', text: 'yes', context: { campaign: 'recall-07' } };
const answer: Result<HttpReply, HttpFailure> = ok({
  status: 200,
  bodyText: '{"output":{"text":["Hi."]},"context":{"a":1}}',
});
const status = (code: number, bodyText = ''): Result<HttpReply, HttpFailure> => ok({ status: code, bodyText });
const failure = (kind: HttpFailure['kind']): Result<HttpReply, HttpFailure> => err({ kind, detail: `it was ${kind}` });

/** The service over a network that answers as listed, and what was posted. */
function botAnswering(
  answers: readonly Result<HttpReply, HttpFailure>[],
  input: Partial<WatsonAssistantV1Input> = {},
  method: AuthorizationMethod = { kind: 'none' },
) {
  const orders: HttpPostOrder[] = [];
  const options = watsonAssistantV1Options.parse({ url: 'https://bot.example.net/hook', ...input });
  const post: HttpPost = async (order) => {
    orders.push(order);
    return answers[orders.length - 1] ?? failure('connect');
  };
  const authorization = createAuthorization(method, { post, clock: { nowMs: () => 0 } });
  const service = createWatsonAssistantV1(options, post, authorization);
  return { service, orders, ask: (request = turn) => service.turn(request, new AbortController().signal) };
}

describe('request', () => {
  test('without a workspace the URL is used exactly as given', async () => {
    const bot = botAnswering([answer], { url: 'https://bot.example.net/hook/?a=1' });
    await bot.ask();
    const [order] = bot.orders;
    assert.equal(order?.url, 'https://bot.example.net/hook/?a=1');
    assert.equal(order.headers['authorization'], undefined);
    assert.deepEqual(JSON.parse(order.body), {
      alternateIntents: false,
      input: { text: 'yes' },
      context: { campaign: 'recall-07' },
    });
    assert.deepEqual([order.connectTimeoutMs, order.readTimeoutMs, order.maxReplyBytes], [10_000, 5000, 1_048_576]);
  });

  test('a call may give the bot another time for its answer', async () => {
    const bot = botAnswering([failure('timeout'), answer], { readTimeoutMs: 3000 });
    await bot.ask({ ...turn, answerTimeoutMs: 20_000 });
    assert.deepEqual(
      bot.orders.map(({ readTimeoutMs }) => readTimeoutMs),
      [20_000, 20_000],
    );
  });

  for (const url of ['https://bot.example.net/api', 'https://bot.example.net/api/']) {
    test(`with a workspace it is a path below ${url}`, async () => {
      const bot = botAnswering([answer], { url, workspaceId: 'a/b' });
      await bot.ask();
      assert.equal(bot.orders[0]?.url, 'https://bot.example.net/api/v1/workspaces/a%2Fb/message?version=2017-05-26');
    });
  }

  test('credentials go as HTTP Basic in UTF-8', async () => {
    const password = { reveal: () => 'pä:ss' };
    const bot = botAnswering([answer], {}, { kind: 'basic', username: 'apikey', password });
    await bot.ask();
    const [, encoded = ''] = (bot.orders[0]?.headers['authorization'] ?? '').split('Basic ');
    assert.equal(Buffer.from(encoded, 'base64').toString('utf8'), 'apikey:pä:ss');
  });

  test('a misspelt option and a strange URL are refused', () => {
    assert.ok(!watsonAssistantV1Options.safeParse({ url: 'https://a.example', workspaceID: 'x' }).success);
    assert.ok(!watsonAssistantV1Options.safeParse({ url: 'ftp://a.example' }).success);
    assert.ok(!watsonAssistantV1Options.safeParse({ url: 'bot' }).success);
  });
});

describe('reply', () => {
  test('a message response is read', async () => {
    assert.deepEqual(
      await botAnswering([answer]).ask(),
      ok({
        steps: [{ type: 'say', text: 'Hi.' }],
        context: { a: 1 },
        problems: [],
        exchange: {
          request: { alternateIntents: false, input: { text: 'yes' }, context: { campaign: 'recall-07' } },
          response: { output: { text: ['Hi.'] }, context: { a: 1 } },
        },
      }),
    );
  });

  test('an empty body is enough for the last turn and keeps the context', async () => {
    const reply = await botAnswering([status(200)]).ask({ ...turn, text: 'vgwHangUp' });
    assert.ok(reply.ok);
    const { exchange, ...rest } = reply.value;
    assert.deepEqual(rest, { steps: [], context: turn.context, problems: [] });
    assert.equal(exchange?.response, null);
  });

  for (const [name, answers, code, attempts] of [
    ['an empty body on another turn', [status(200, ' \n')], 'bot.bad-reply', 1],
    ['no JSON', [status(200, '<html>')], 'bot.bad-reply', 1],
    ['JSON of another shape', [status(200, '[]')], 'bot.bad-reply', 1],
    ['a refusal', [status(406)], 'bot.bad-status', 1],
    ['a redirect', [status(302)], 'bot.bad-status', 1],
    ['a server error twice', [status(500), status(503)], 'bot.bad-status', 2],
    ['too late twice', [failure('timeout'), failure('timeout')], 'bot.timeout', 2],
    ['no connection twice', [failure('connect'), failure('connect')], 'bot.unreachable', 2],
    ['a broken connection twice', [failure('broken'), failure('broken')], 'bot.unreachable', 2],
    ['a timeout, then a server error', [failure('timeout'), status(500)], 'bot.bad-status', 2],
    ['too large a reply', [failure('too-large')], 'bot.reply-too-large', 1],
    ['something that is not HTTP', [failure('malformed')], 'bot.bad-reply', 1],
  ] as const) {
    test(`${name} is ${code} after ${attempts} attempts`, async () => {
      const bot = botAnswering(answers);
      const reply = await bot.ask();
      assert.equal(!reply.ok && reply.error.code, code);
      assert.equal(bot.orders.length, attempts);
    });
  }

  for (const first of [failure('timeout'), failure('connect'), failure('broken'), status(500)]) {
    test(`the second attempt may succeed after ${JSON.stringify(first)}, with the same bytes`, async () => {
      const bot = botAnswering([first, answer]);
      assert.ok((await bot.ask()).ok);
      assert.equal(bot.orders.length, 2);
      assert.equal(bot.orders[0]?.body, bot.orders[1]?.body);
    });
  }

  test('an aborted turn rejects and is not sent again', async () => {
    const controller = new AbortController();
    let attempts = 0;
    const post: HttpPost = async () => {
      attempts++;
      controller.abort(new Error('the call is over'));
      return failure('aborted');
    };
    const authorization = createAuthorization({ kind: 'none' }, { post, clock: { nowMs: () => 0 } });
    const options = watsonAssistantV1Options.parse({ url: 'http://bot.example' });
    const service = createWatsonAssistantV1(options, post, authorization);
    await assert.rejects(service.turn(turn, controller.signal), /the call is over/);
    await assert.rejects(service.turn(turn, controller.signal), /the call is over/);
    assert.equal(attempts, 1);
  });
});
