import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import { type BotWatch, gatewayTexts, type NamedBot, type TurnReply, type TurnRequest, withFailover } from './index.ts';

const turn: TurnRequest = { sessionId: 's', tenantId: 't', text: 'yes', context: { a: 1 } };
const reply: TurnReply = { steps: [{ type: 'say', text: 'Hi.' }], context: { b: 2 }, problems: ['of its own'] };
const late = err(gatewayError('bot.timeout', 'It was too late.'));
const down = err(gatewayError('bot.unreachable', 'Nobody is there.'));

type Answer = Result<TurnReply, GatewayError>;

/** Bots a, b, ... that answer as listed, and which of them were asked. */
function bots(...answers: readonly (readonly Answer[])[]) {
  const asked: string[] = [];
  const [first = assert.fail(), ...standbys] = answers.map((own, index) => {
    const name = 'abc'.charAt(index);
    let turns = 0;
    return {
      name,
      service: {
        spec: 'conversation/1' as const,
        name: `service ${name}`,
        turn: async () => {
          asked.push(name);
          return own[turns++] ?? down;
        },
      },
    };
  });
  const service = withFailover(first, ...standbys);
  const controller = new AbortController();
  return {
    asked,
    controller,
    ask: (request: TurnRequest = turn) => service.turn(request, controller.signal),
  };
}

test('the first bot answers under its name, and no other is asked', async () => {
  const { asked, ask } = bots([ok(reply)], [ok(reply)]);
  assert.deepEqual(await ask(), ok({ ...reply, provider: 'a' }));
  assert.deepEqual(asked, ['a']);
});

test('when it fails the next ones are asked in order, and the answer says why', async () => {
  const { asked, ask } = bots([late], [down], [ok(reply)]);
  const result = await ask();
  assert.ok(result.ok);
  assert.equal(result.value.provider, 'c');
  assert.deepEqual(result.value.problems, [
    'The bot "a" failed: It was too late.',
    'The bot "b" failed: Nobody is there.',
    'The bot "c" answers from now on.',
    'of its own',
  ]);
  assert.deepEqual(asked, ['a', 'b', 'c']);
});

test('whoever answered stays for the rest of the call', async () => {
  const { asked, ask } = bots([late, ok(reply)], [ok(reply), ok(reply), down], [ok(reply)]);
  await ask();
  assert.deepEqual(await ask(), ok({ ...reply, provider: 'b' }));
  const third = await ask();
  assert.equal(third.ok && third.value.provider, 'c');
  assert.deepEqual(asked, ['a', 'b', 'b', 'b', 'c']);
});

test('when all fail the last one says the code and everyone the reason', async () => {
  const { ask } = bots([late], [down]);
  const result = await ask();
  assert.ok(!result.ok);
  assert.equal(result.error.code, 'bot.unreachable');
  assert.equal(result.error.message, 'None of 2 bots answered. "a": It was too late. "b": Nobody is there.');
  assert.deepEqual(await bots([late]).ask(), late);
});

test('the last turn of a call goes only to the bot that led it', async () => {
  const { asked, ask } = bots([late, ok(reply)], [ok(reply), down], [ok(reply)]);
  await ask();
  assert.deepEqual(await ask({ ...turn, text: gatewayTexts.hangUp }), down);
  assert.deepEqual(asked, ['a', 'b', 'b']);
});

test('who looks on is told by name which bot is asked, and which one failed', async () => {
  const told: string[] = [];
  const watchAs = (name: string): BotWatch => ({
    named: watchAs,
    onSent: () => assert.fail(),
    onFailed: ({ code }) => void told.push(`${name} failed: ${code}`),
  });
  const bot = (name: string, answer: Answer): NamedBot => ({
    name,
    service: {
      spec: 'conversation/1',
      name,
      turn: async (_request, _signal, _onPart, watch) => {
        told.push(`${name} asked, ${watch === undefined ? 'unseen' : 'seen'}`);
        return answer;
      },
    },
  });
  const service = withFailover(bot('a', late), bot('b', ok(reply)));
  await service.turn(turn, new AbortController().signal, undefined, watchAs('nobody'));
  assert.deepEqual(told, ['a asked, seen', 'a failed: bot.timeout', 'b asked, seen']);
});

test('a failure that nobody waits for any more makes no bot be asked', async () => {
  const { asked, ask, controller } = bots([late], [ok(reply)]);
  const asking = ask();
  controller.abort();
  await asking;
  assert.deepEqual(asked, ['a']);
});

test('an answer that nobody waits for any more changes nothing for the next turn', async () => {
  let resolveLate: (result: Answer) => void = () => undefined;
  const asked: string[] = [];
  const controller = new AbortController();
  const service = withFailover(
    { name: 'a', service: { spec: 'conversation/1', name: 'a', turn: async () => (asked.push('a'), late) } },
    {
      name: 'b',
      service: {
        spec: 'conversation/1',
        name: 'b',
        turn: () => (asked.push('b'), new Promise((resolve) => (resolveLate = resolve))),
      },
    },
  );
  const first = service.turn(turn, controller.signal);
  await Promise.resolve();
  await Promise.resolve();
  controller.abort();
  resolveLate(ok(reply));
  await first;
  void service.turn(turn, new AbortController().signal);
  assert.deepEqual(asked, ['a', 'b', 'a']);
});
