import assert, { AssertionError } from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { type BotFunction, type BotTurn, dialBot } from './index.ts';

const reminder = new URL('../../../examples/appointment-reminder/dialog.yaml', import.meta.url);

/** Greets, repeats what it hears, and takes its leave of who says "bye". */
const parrot: BotFunction = ({ event, text }) => {
  if (event === 'start') return 'Hello.';
  if (event === 'speech') return text === 'bye' ? { say: 'Goodbye.', hangup: true } : `You said ${text}.`;
  return event === 'silence' ? 'Are you there?' : undefined;
};

test('a dialog file: greeted, silent, understood, ended by the bot, with its record', async () => {
  const call = await dialBot({ bot: reminder, context: { name: 'Alice', day: 'on Monday' } });
  assert.equal(call.end, undefined);
  await call.answer();
  assert.deepEqual(call.heard, [
    'Hello Alice, this is your clinic. Your appointment is on Monday at ten. Can you come?',
  ]);
  await call.staysSilent();
  await call.hears(/did not get that/);
  await call.says('yes');
  await call.hears('see you then');
  assert.deepEqual(call.end, { state: 'ended', endCode: 'completed.bot', endedBy: 'bot', failureReason: null });
  assert.equal(call.context['outcome'], 'confirmed');
  assert.deepEqual(
    call.turns.map(({ type, text }) => [type, text]),
    [
      ['start', ''],
      ['post_response_timeout', 'vgwPostResponseTimeout'],
      ['speech_to_text', 'yes'],
      ['hangup', 'vgwHangUp'],
    ],
  );
  assert.equal(call.record?.endCode, 'completed.bot');
});

test('a function as bot: keys until #, its context, its words', async () => {
  const call = await dialBot({
    bot: ({ event, text }) => {
      if (event === 'start') {
        const parameters = { dtmfTermKey: '#' };
        return { say: 'Your number?', actions: [{ command: 'vgwActCollectDTMF', parameters }] };
      }
      return event === 'digits' ? { say: `It is ${text}.`, context: { number: text }, hangup: true } : {};
    },
  });
  await call.answer();
  await call.presses('47');
  assert.equal(call.turns.length, 1, 'the collection goes on');
  await call.presses('11#');
  await call.hears('It is 4711.');
  assert.equal(call.context['number'], '4711');
});

test('a webhook behind a URL gets the turns of the gateway', async () => {
  const asked: BotTurn[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const turn: BotTurn = JSON.parse((await request.toArray()).join(''));
    asked.push(turn);
    response.end(JSON.stringify((await parrot(turn)) ?? {}));
  };
  const server = createServer((request, response) => void answer(request, response));
  after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const call = await dialBot({ bot: `http://127.0.0.1:${port}/bot`, type: 'webhook', context: { name: 'Bo' } });
  await call.answer();
  await call.says('on Tuesday');
  await call.hears('You said on Tuesday.');
  await call.hangUp();
  assert.equal(call.end?.endCode, 'completed.callee');
  assert.deepEqual(
    asked.map(({ event, text }) => [event, text]),
    [
      ['start', ''],
      ['speech', 'on Tuesday'],
      ['end', ''],
    ],
  );
  assert.equal(asked[0]?.context['name'], 'Bo');
});

test('who speaks while the bot does interrupts it', async () => {
  const long = 'this is a long announcement that nobody wants to hear to its end';
  const call = await dialBot({ bot: ({ event }) => (event === 'start' ? long : {}) });
  await call.answer({ until: 'speaking' });
  await call.says('stop');
  const [heard = ''] = call.heard;
  assert.ok(long.startsWith(heard) && heard.length < 30, `heard "${heard}"`);
  assert.deepEqual(
    call.turns.map(({ text, isBargeIn }) => [text, isBargeIn]),
    [
      ['', false],
      ['stop', true],
    ],
  );
});

test('settings are those of the gateway', async () => {
  const call = await dialBot({ bot: parrot, settings: { OUTDIAL_NO_INPUT_LIMIT: '1' } }).catch(
    (fault: unknown) => fault,
  );
  assert.match(String(call), /OUTDIAL_NO_INPUT_LIMIT/, 'an unknown setting is a mistake');
  const quick = await dialBot({ bot: parrot, settings: { POST_RESPONSE_TIMEOUT: '1000' } });
  await quick.answer();
  await quick.hears('Are you there?', { withinMs: 1500 });
  const usual = await dialBot({ bot: parrot });
  await usual.answer();
  await assert.rejects(usual.hears('Are you there?', { withinMs: 1500 }), AssertionError);
});

test('what was not heard is told with what was, and where the call stands', async () => {
  const call = await dialBot({ bot: parrot });
  await call.answer();
  await call.hears('Hello');
  await call.says('maybe');
  await assert.rejects(call.hears(/Hello/, { withinMs: 1000 }), (fault) => {
    assert.ok(fault instanceof AssertionError);
    assert.match(fault.message, /did not say \/Hello\/\. It said:\n {2}You said maybe\.\n/);
    assert.match(fault.message, /The call is active, \d+\.\d s after the answer/);
    return true;
  });
  await call.says('bye');
  await assert.rejects(call.says('more'), /over \(completed\.bot\): "more" cannot be said/);
});

test('a callee who is busy: failed, and no turn after the first but the last', async () => {
  const call = await dialBot({ bot: parrot });
  await assert.rejects(call.says('hello'), /not answered yet/);
  await call.reject(486);
  assert.equal(call.end?.state, 'failed');
  assert.match(call.end.failureReason ?? '', /486 Busy Here/);
});

test('a bot that fails its first turn: the call is over before it rings, and says why', async () => {
  const call = await dialBot({ bot: 'http://127.0.0.1:9/bot', type: 'webhook' });
  assert.equal(call.end?.endCode, 'bot.unreachable');
  await assert.rejects(call.answer(), /bot\.unreachable.*127\.0\.0\.1/);
});

test('what the function of a test throws fails the test', async () => {
  const call = await dialBot({
    bot: ({ event }) => {
      if (event === 'speech') throw new Error('the bot is broken');
      return 'Hello.';
    },
  });
  await call.answer();
  await assert.rejects(call.says('hi'), /the bot is broken/);
});

test('transfers, keys of the bot and audio files are heard; what cannot be done is a problem', async () => {
  const actions = {
    keys: [{ command: 'vgwActSendDTMF', parameters: { dtmfDigits: [{ code: 4 }, { code: 11 }] } }],
    audio: [{ command: 'vgwActPlayUrl', parameters: { url: 'http://files.example.net/a.wav' } }],
    dance: [{ command: 'vgwActDance' }],
    agent: [{ command: 'vgwActTransfer', parameters: { transferTarget: 'sip:agent@example.net' } }],
  };
  const call = await dialBot({
    bot: ({ text }) => ({ actions: Object.hasOwn(actions, text) ? actions[text as keyof typeof actions] : [] }),
  });
  await call.answer();
  for (const text of ['keys', 'audio', 'dance', 'agent']) await call.says(text);
  await call.hears('(audio http://files.example.net/a.wav)');
  assert.deepEqual(
    call.turns.map(({ problems }) => problems.length),
    [0, 0, 0, 1, 0, 0, 0],
  );
  assert.deepEqual(call.transfers, ['sip:agent@example.net']);
  assert.equal(call.keysHeard, '4#');
});

test('a seed makes the call: the same record again, another one with another seed', async () => {
  const record = async (seed: number): Promise<string> => {
    const call = await dialBot({ bot: parrot, seed });
    await call.answer();
    await call.says('bye');
    return JSON.stringify(call.record);
  };
  const [first, again, other] = [await record(7), await record(7), await record(8)];
  assert.equal(first, again);
  assert.notEqual(first, other);
});
