/** Whole calls with a language model: its stream is spoken, its tools act, and it knows only what the callee heard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noAuthorization } from '../../src/authorization/index.ts';
import { err, type HttpStreamPost, ok } from '../../src/kit/index.ts';
import { createOpenaiChat, openaiChatOptions } from '../../src/providers/openai-chat/index.ts';
import type { SimClock } from '../../src/testing/index.ts';
import { says, World } from './world.ts';

/** Deltas of one answer, each so long after the one before it; an empty one is silence until the idle time is over. */
type Answer = readonly (readonly [afterMs: number, delta: object])[];

const say = (content: string) => ({ content });
const call = (name: string, values: object) => ({
  tool_calls: [{ index: 0, id: 'c', function: { name, arguments: JSON.stringify(values) } }],
});

/** A server in simulated time, and the messages of each request but the first, which holds the prompt. */
function modelAnswering(answers: readonly Answer[]) {
  const asked: { readonly role: string; readonly content: string }[][] = [];
  let clock: SimClock | undefined;
  const postStream: HttpStreamPost = ({ body, signal, onData, idleTimeoutMs }) =>
    new Promise((resolve) => {
      const { messages } = JSON.parse(String(body)) as { messages: { role: string; content: string }[] };
      asked.push(messages.slice(1));
      const answer = answers[asked.length - 1] ?? [];
      let atMs = clock?.nowMs() ?? 0;
      const at = (afterMs: number, act: () => void): void => {
        atMs += afterMs;
        clock?.at(atMs, () => {
          if (!signal.aborted) act();
        });
      };
      const send = (delta: object, finish: string | null): void => {
        const event = JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] });
        onData(new TextEncoder().encode(`data: ${event}\n\n`), 200);
      };
      signal.addEventListener('abort', () => {
        resolve(err({ kind: 'aborted', detail: 'given up' }));
      });
      for (const [afterMs, delta] of answer) {
        at(afterMs, () => {
          send(delta, null);
        });
      }
      if (answer.length === 0 || Object.keys(answer.at(-1)?.[1] ?? {}).length === 0) {
        at(idleTimeoutMs, () => {
          resolve(err({ kind: 'timeout', detail: 'The model stopped amid its answer.' }));
        });
        return;
      }
      at(0, () => {
        send({}, 'stop');
        resolve(ok({ status: 200 }));
      });
    });
  return {
    asked,
    postStream,
    useClock: (simulated: SimClock) => {
      clock = simulated;
    },
  };
}

async function callWith(answers: readonly Answer[], prepare: (world: World) => void = () => undefined) {
  const model = modelAnswering(answers);
  const options = openaiChatOptions.parse({ url: 'http://llm/v1', model: 'small', greeting: 'hello' });
  const world = new World({
    phone: { speaksFirst: false, lines: ['yes'] },
    bot: () => says(''),
    service: createOpenaiChat(options, model.postStream, noAuthorization),
  });
  model.useClock(world.clock);
  prepare(world);
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return { world, asked: model.asked };
}

test('greeting, words, a streamed answer with a variable, last words: a call from its beginning to its end', async () => {
  const { world, asked } = await callWith([
    [
      [200, say('That is ')],
      [100, say('good. See ')],
      [3000, say('you then.')],
      [50, call('set_variable', { name: 'outcome', value: 'confirmed' })],
    ],
    [[100, call('hang_up', { say: 'goodbye' })]],
  ]);
  assert.deepEqual(world.phone.understood, ['hello', 'That is good.', 'See you then.', 'goodbye']);
  assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
  assert.equal(world.records[0]?.context['outcome'], 'confirmed');
  assert.deepEqual(
    asked[1]?.map(({ role, content }) => [role, content]),
    [
      ['user', '[The call begins. The person is about to pick up: greet them.]'],
      ['assistant', 'hello'],
      ['user', 'yes'],
      ['assistant', 'That is good. See you then.'],
      ['tool', 'Done.'],
      ['user', '[The person says nothing.]'],
    ],
  );
});

test('the model is told what was begun to be said when the callee cut it short', async () => {
  const { world, asked } = await callWith(
    [
      [
        [0, say('This is a very long first sentence. ')],
        [10, say('And this the second one. ')],
        [60_000, say('Never made.')],
      ],
      [[0, call('hang_up', {})]],
    ],
    (before) => {
      before.press('5', 5000);
    },
  );
  const messages = asked[1] ?? [];
  assert.deepEqual(messages.at(-2), { role: 'assistant', content: 'This is a very long first sentence.' });
  assert.deepEqual(messages.at(-1), { role: 'user', content: '[The person interrupts you.] [The person pressed 5.]' });
  assert.deepEqual(world.aborted.includes('yes'), true);
});

test('a model that stalls amid its answer: what came is said, then the goodbye, and it is not asked again', async () => {
  const { world, asked } = await callWith([
    [
      [0, say('One moment. I ')],
      [0, {}],
    ],
  ]);
  assert.deepEqual(world.phone.understood, ['hello', 'One moment.', 'Sorry.']);
  assert.equal(world.records[0]?.end?.endCode, 'bot.timeout');
  assert.equal(asked.length, 1);
});
