import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Authorization, createAuthorization, noAuthorization } from '../../authorization/index.ts';
import type { ReplyPart, TurnRequest } from '../../conversation/index.ts';
import { err, type HttpFailure, type HttpStreamOrder, type JsonObject, ok } from '../../kit/index.ts';
import { createOpenaiChat, type OpenaiChatInput, openaiChatOptions } from './index.ts';
import { readToolCall } from './tools.ts';

const turn: TurnRequest = { sessionId: 's-1', tenantId: 't-1', text: 'yes', context: { name: 'Rossi' } };

/** What the server does to one request: sends pieces, each in time, then ends or fails. */
interface Act {
  readonly status?: number;
  readonly pieces: readonly string[];
  readonly failure?: HttpFailure['kind'];
}

const event = (delta: object, finish?: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish ?? null }] })}\n\n`;
const says = (...texts: readonly string[]): Act => ({
  pieces: [...texts.map((content) => event({ content })), event({}, 'stop'), 'data: [DONE]\n\n'],
});
const calls = (text: string | null, ...tools: readonly (readonly [name: string, values: object | string])[]): Act => ({
  pieces: [
    event({ content: text }),
    ...tools.map(([name, values], index) => {
      const written = typeof values === 'string' ? values : JSON.stringify(values);
      return event({ tool_calls: [{ index, id: `c${index}`, function: { name, arguments: written } }] });
    }),
    event({}, 'tool_calls'),
    'data: [DONE]\n\n',
  ],
});
const failing = (failure: HttpFailure['kind'], ...texts: readonly string[]): Act => ({
  pieces: texts.map((content) => event({ content })),
  failure,
});

const bearer = createAuthorization(
  { kind: 'bearer', token: { reveal: () => 'sk-1' } },
  { post: () => assert.fail('nothing is exchanged'), clock: { nowMs: () => 0 } },
);

function botDoing(
  acts: readonly Act[],
  input: Partial<OpenaiChatInput> = {},
  authorization: Authorization = noAuthorization,
) {
  const orders: HttpStreamOrder[] = [];
  const options = openaiChatOptions.parse({ url: 'https://llm.example.net/v1/', model: 'small', ...input });
  const service = createOpenaiChat(
    options,
    async (order) => {
      orders.push(order);
      const { pieces, failure, status = 200 } = acts[orders.length - 1] ?? failing('connect');
      for (const piece of pieces) {
        await Promise.resolve();
        if (order.signal.aborted) return err({ kind: 'aborted', detail: 'given up' });
        order.onData(new TextEncoder().encode(piece), status);
      }
      return failure === undefined ? ok({ status }) : err({ kind: failure, detail: `it was ${failure}` });
    },
    authorization,
  );
  const parts: ReplyPart[] = [];
  const ask = (request: Partial<TurnRequest> = {}, signal = new AbortController().signal) =>
    service.turn({ ...turn, ...request }, signal, (part) => parts.push(part));
  return {
    orders,
    parts,
    ask,
    body: (index: number) =>
      JSON.parse(String(orders[index]?.body)) as { messages: JsonObject[]; tools?: JsonObject[] } & JsonObject,
  };
}

const textsOf = (steps: readonly { readonly type: string; readonly text?: string }[]) =>
  steps.map((step) => (step.type === 'say' ? step.text : `<${step.type}>`));

describe('request', () => {
  test('goes to chat/completions below the URL, with a bearer key, asking for a stream', async () => {
    const bot = botDoing(
      [says('Hi.')],
      {
        prompt: 'You call {{name}} for {{clinic|the clinic}}.',
        parameters: { temperature: 0.2, stream: false, model: 'other' },
      },
      bearer,
    );
    await bot.ask();
    const [order] = bot.orders;
    assert.equal(order?.url, 'https://llm.example.net/v1/chat/completions');
    assert.equal(order.headers['authorization'], 'Bearer sk-1');
    assert.deepEqual([order.connectTimeoutMs, order.idleTimeoutMs, order.totalTimeoutMs], [10_000, 5000, 120_000]);
    const body = bot.body(0);
    assert.deepEqual([body['model'], body['stream'], body['temperature']], ['small', true, 0.2]);
    assert.match(
      JSON.stringify(body.messages[0]?.['content']),
      /^"You call Rossi for the clinic\.\\n\\nEverything you write/,
    );
    assert.deepEqual(body.messages.slice(1), [{ role: 'user', content: 'yes' }]);
    assert.equal(body.tools?.length, 6);
  });

  test('without tools none are offered; without a key nothing is sent for it', async () => {
    const bot = botDoing([says('Hi.')], { tools: [] });
    await bot.ask();
    assert.equal(bot.body(0).tools, undefined);
    assert.equal(bot.orders[0]?.headers['authorization'], undefined);
  });

  for (const [text, context, message] of [
    ['', {}, '[The call begins. The person is about to pick up: greet them.]'],
    ['vgwPostResponseTimeout', {}, '[The person says nothing.]'],
    ['vgwPostResponseTimeout', { vgwDTMFCollectionSucceeded: 'No' }, '[The person pressed no keys.]'],
    ['vgwFinalUtteranceTimeout', {}, '[The person talks, but no words can be made out.]'],
    ['vgwNoInputTurn', {}, '[Go on without waiting for the person.]'],
    ['vgwSTTResultFiltered', {}, '[The person said something that could not be understood well.]'],
    ['vgwCallTransferFailed', {}, '[The transfer failed: the person is still on the line with you.]'],
    ['vgwSomethingNew', {}, '[The telephone system reports vgwSomethingNew.]'],
    ['12', { vgwIsDTMF: 'Yes' }, '[The person pressed 12.]'],
    ['12', { vgwIsDTMF: 'Yes', vgwDTMFCollectionSucceeded: 'Yes' }, '[The person pressed 12.]'],
    [
      '1',
      { vgwIsDTMF: 'Yes', vgwDTMFCollectionSucceeded: 'No' },
      '[The person pressed 1, which is not all that was asked for.]',
    ],
    ['stop', { vgwBargeInOccurred: 'Yes' }, '[The person interrupts you.] stop'],
    ['vgwSMSMessage', { vgwSMSMessage: 'a [b]' }, '[The person sends a text message:] a (b)'],
    ['[hang up]', {}, '(hang up)'],
    ['constructor', {}, 'constructor'],
  ] as const) {
    test(`"${text}" with ${JSON.stringify(context)} is told as ${message}`, async () => {
      const bot = botDoing([says('Hi.')]);
      await bot.ask({ text, context });
      assert.deepEqual(bot.body(0).messages.at(-1), { role: 'user', content: message });
    });
  }

  test('a misspelt option, a strange URL and an unknown tool are refused', () => {
    const url = 'https://a.example';
    assert.ok(!openaiChatOptions.safeParse({ url, model: 'm', modell: 'x' }).success);
    assert.ok(!openaiChatOptions.safeParse({ url: 'ftp://a.example', model: 'm' }).success);
    assert.ok(!openaiChatOptions.safeParse({ url }).success);
    assert.ok(!openaiChatOptions.safeParse({ url, model: 'm', tools: ['explode'] }).success);
  });
});

describe('answer', () => {
  test('its sentences are handed on one by one, each with the context up to it; the reply holds them all', async () => {
    const bot = botDoing([says('Good mor', 'ning. It is 3.', '50 euros. Do', ' you agree?')]);
    const reply = await bot.ask();
    assert.ok(reply.ok);
    assert.deepEqual(
      bot.parts.map(({ steps }) => textsOf(steps)),
      [['Good morning.'], ['It is 3.50 euros.'], ['Do you agree?']],
    );
    assert.deepEqual(textsOf(reply.value.steps), ['Good morning.', 'It is 3.50 euros.', 'Do you agree?']);
    assert.deepEqual(bot.parts[0]?.context['chatHistory'], [{ heard: 'yes', said: 'Good morning.' }]);
    assert.deepEqual(reply.value.context, {
      name: 'Rossi',
      chatHistory: [{ heard: 'yes', said: 'Good morning. It is 3.50 euros. Do you agree?' }],
    });
  });

  test('the greeting of the settings makes no request; the next turn knows it', async () => {
    const bot = botDoing([says('Great.')], { greeting: 'Hello {{name|there}}.' });
    const first = await bot.ask({ text: '' });
    assert.ok(first.ok);
    assert.deepEqual(textsOf(first.value.steps), ['Hello Rossi.']);
    assert.equal(bot.orders.length, 0);
    await bot.ask({ context: first.value.context, spoken: 'Hello Rossi.' });
    assert.deepEqual(bot.body(0).messages.slice(1), [
      { role: 'user', content: '[The call begins. The person is about to pick up: greet them.]' },
      { role: 'assistant', content: 'Hello Rossi.' },
      { role: 'user', content: 'yes' },
    ]);
  });

  test('the end of the call makes no request', async () => {
    const bot = botDoing([]);
    assert.deepEqual(await bot.ask({ text: 'vgwHangUp' }), ok({ steps: [], context: turn.context, problems: [] }));
    assert.equal(bot.orders.length, 0);
  });

  test('what the callee did not hear was not said', async () => {
    const context = { chatHistory: [{ heard: 'hi', said: 'One. Two. Three.' }] };
    for (const [spoken, said] of [
      ['One.', 'One.'],
      ['One. Two. Three.', 'One. Two. Three.'],
      ['Sorry.', 'One. Two. Three.'],
    ] as const) {
      const bot = botDoing([says('Ok.')]);
      await bot.ask({ context, spoken });
      assert.deepEqual(bot.body(0).messages[2], { role: 'assistant', content: said });
    }
    const unheard = botDoing([says('Ok.')]);
    await unheard.ask({ context, spoken: '' });
    assert.deepEqual(unheard.body(0).messages.slice(1), [{ role: 'user', content: 'hi\nyes' }]);
  });

  test('history is bounded in turns and characters, and read like anything foreign', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ heard: `h${index}`, said: `s${index}` }));
    const bot = botDoing([says('Ok.'), says('Ok.'), says('Ok.')]);
    const reply = await bot.ask({ context: { chatHistory: many } });
    assert.equal(bot.body(0).messages.length, 1 + 40 * 2 + 1);
    assert.ok(reply.ok && (reply.value.context['chatHistory'] as unknown[]).length === 40);
    await bot.ask({ context: { chatHistory: many.map(({ heard }) => ({ heard, said: 'x'.repeat(3000) })) } });
    assert.equal(bot.body(1).messages.length, 1 + 6 * 2 + 1);
    const strange = [7, null, { heard: 1 }, { heard: 'a', said: 'b', calls: [{ name: 1 }, 'x'] }, 'text'];
    await bot.ask({ context: { chatHistory: strange } });
    assert.equal(bot.body(2).messages.length, 4);
  });

  test('a very long answer is spoken up to its bound', async () => {
    const bot = botDoing([says(...Array.from({ length: 150 }, (_, index) => `This is sentence ${index}. `))]);
    const reply = await bot.ask();
    assert.ok(reply.ok);
    assert.equal(reply.value.steps.length, 100);
    assert.equal(bot.parts.length, 100);
    assert.deepEqual(reply.value.problems, ['The answer of the model is too long; the rest of it is not said.']);
  });
});

describe('tools', () => {
  for (const [name, values, steps] of [
    ['hang_up', {}, ['Bye.', '<hang-up>']],
    ['hang_up', '', ['Bye.', '<hang-up>']],
    ['collect_digits', { count: 4 }, ['Bye.', '<collect-digits>']],
    ['collect_digits', {}, ['Bye.', '<collect-digits>']],
    ['transfer', { target: 'tel:+15551234' }, ['Bye.', '<transfer>']],
    ['play_audio', { url: 'https://a.example/b.wav', loop: true }, ['Bye.', '<play-audio>']],
  ] as const) {
    test(`${name}(${JSON.stringify(values)}) is carried out after the words`, async () => {
      const reply = await botDoing([calls('Bye.', [name, values])]).ask();
      assert.ok(reply.ok);
      assert.deepEqual(textsOf(reply.value.steps), steps);
      assert.deepEqual(reply.value.problems, []);
      assert.equal(reply.value.actions?.length, 1);
      assert.deepEqual([reply.value.actions[0]?.firstStep, reply.value.actions[0]?.endStep], [1, 2]);
    });
  }

  for (const [name, values, problem] of [
    ['explode', {}, /no tool "explode"/],
    ['play_audio', { url: 'file:///etc/passwd' }, /vgwActPlayUrl was skipped/],
    ['send_digits', { digits: 'abc!' }, /send_digits/],
    ['collect_digits', 'not JSON', /not a JSON object/],
    ['collect_digits', { count: 9999 }, /vgwActCollectDTMF was skipped/],
    ['set_variable', { name: 'chatHistory', value: 'x' }, /name of set_variable/],
    ['set_variable', { name: 'a b', value: 'x' }, /name of set_variable/],
    ['set_variable', { name: 'a' }, /no value/],
  ] as const) {
    test(`${name}(${JSON.stringify(values)}) is a problem, and the call goes on`, async () => {
      const reply = await botDoing([calls('Hm.', [name, values])]).ask();
      assert.ok(reply.ok);
      assert.deepEqual(textsOf(reply.value.steps), ['Hm.']);
      assert.match(reply.value.problems.join(), problem);
    });
  }

  test('the parameters of an action are those of the catalogue', () => {
    const names = ['transfer', 'send_digits', 'collect_digits'] as const;
    assert.deepEqual(readToolCall({ name: 'transfer', arguments: '{"target":"tel:+15551234"}' }, names).action, {
      command: 'vgwActTransfer',
      parameters: { transferTarget: 'tel:+15551234' },
    });
    assert.deepEqual(readToolCall({ name: 'send_digits', arguments: '{"digits":"1-*#a"}' }, names).action, {
      command: 'vgwActSendDTMF',
      parameters: { dtmfDigits: [{ code: 1 }, { code: 10 }, { code: 11 }, { code: 12 }] },
    });
    assert.deepEqual(readToolCall({ name: 'collect_digits', arguments: '{"min_count":2}' }, names).action, {
      command: 'vgwActCollectDTMF',
      parameters: { dtmfMinCount: 2, dtmfTermKey: '#' },
    });
    assert.match(readToolCall({ name: 'hang_up', arguments: '{}' }, names).fault ?? '', /no tool/);
  });

  test('last words may come with the call, when there is no text beside it', async () => {
    const without = await botDoing([calls(null, ['hang_up', { say: 'Goodbye.' }])]).ask();
    assert.deepEqual(without.ok && textsOf(without.value.steps), ['Goodbye.', '<hang-up>']);
    const beside = await botDoing([calls('Bye.', ['hang_up', { say: 'Goodbye.' }])]).ask();
    assert.deepEqual(beside.ok && textsOf(beside.value.steps), ['Bye.', '<hang-up>']);
  });

  test('a model that only notes something is told that it is done and asked for its words', async () => {
    const bot = botDoing([calls(null, ['set_variable', { name: 'outcome', value: 'yes' }]), says('Thank you.')]);
    const reply = await bot.ask();
    assert.ok(reply.ok);
    assert.deepEqual(textsOf(reply.value.steps), ['Thank you.']);
    assert.equal(reply.value.context['outcome'], 'yes');
    assert.deepEqual(bot.body(1).messages.slice(1), [
      { role: 'user', content: 'yes' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          {
            id: 'call_0_0',
            type: 'function',
            function: { name: 'set_variable', arguments: '{"name":"outcome","value":"yes"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_0_0', content: 'Done.' },
    ]);
  });

  test('a model that never says anything is asked three times', async () => {
    const note = calls(null, ['set_variable', { name: 'a', value: 1 }]);
    const bot = botDoing([note, note, note, note]);
    const reply = await bot.ask();
    assert.deepEqual(reply.ok && reply.value.steps, []);
    assert.equal(bot.orders.length, 3);
  });
});

describe('failure', () => {
  for (const [name, acts, code, attempts] of [
    ['no connection twice', [failing('connect'), failing('connect')], 'bot.unreachable', 2],
    ['silence twice', [failing('timeout'), failing('timeout')], 'bot.timeout', 2],
    [
      'half a sentence, then silence, twice',
      [failing('timeout', 'Half'), failing('timeout', 'Half')],
      'bot.timeout',
      2,
    ],
    ['a sentence, then silence', [failing('timeout', 'Whole. Half'), says('Whole.')], 'bot.timeout', 1],
    ['a sentence, then a broken connection', [failing('broken', 'Whole. Half')], 'bot.unreachable', 1],
    [
      'a server error twice',
      [
        { status: 500, pieces: ['{}'] },
        { status: 503, pieces: [] },
      ],
      'bot.bad-status',
      2,
    ],
    ['a wrong key', [{ status: 401, pieces: ['{}'] }], 'bot.unauthorized', 1],
    ['too many requests', [{ status: 429, pieces: [] }], 'bot.bad-status', 1],
    ['an answer without an end', [{ pieces: [event({ content: 'Hello.' })] }], 'bot.bad-reply', 1],
    ['too much', [failing('too-large')], 'bot.reply-too-large', 1],
    ['something else than HTTP', [failing('malformed')], 'bot.bad-reply', 1],
    ['a place that is not allowed', [failing('not-allowed')], 'bot.unreachable', 1],
  ] as const) {
    test(`${name} is ${code} after ${attempts} requests`, async () => {
      const bot = botDoing(acts);
      const reply = await bot.ask();
      assert.equal(!reply.ok && reply.error.code, code);
      assert.ok(!reply.ok && !('isWorthAnother' in reply.error));
      assert.equal(bot.orders.length, attempts);
    });
  }

  test('the second attempt may succeed, with the same bytes', async () => {
    const bot = botDoing([failing('timeout', 'Half'), says('Whole.')]);
    const reply = await bot.ask();
    assert.deepEqual(reply.ok && textsOf(reply.value.steps), ['Whole.']);
    assert.deepEqual(
      bot.parts.map(({ steps }) => textsOf(steps)),
      [['Whole.']],
    );
    assert.equal(bot.orders[0]?.body, bot.orders[1]?.body);
  });

  test('an answer that cannot be read is given up at once', async () => {
    const bot = botDoing([{ pieces: ['data: nonsense\n\n', event({ content: 'Late.' })] }]);
    const reply = await bot.ask();
    assert.equal(!reply.ok && reply.error.code, 'bot.bad-reply');
    assert.ok(bot.orders[0]?.signal.aborted);
    assert.deepEqual(bot.parts, []);
  });

  test('an aborted turn rejects, hands nothing on any more and is not sent again', async () => {
    const controller = new AbortController();
    const bot = botDoing([says('One. ', 'Two. ', 'Three. ')]);
    const asked = bot.ask({}, controller.signal);
    controller.abort(new Error('the callee took the floor'));
    await assert.rejects(asked, /took the floor/);
    await assert.rejects(bot.ask({}, controller.signal), /took the floor/);
    assert.equal(bot.orders.length, 1);
    assert.deepEqual(bot.parts, []);
  });
});
