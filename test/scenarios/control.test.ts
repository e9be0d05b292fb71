/** Calls that are told what to do from outside, in the simulated world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlCommand } from '../../src/engine/index.ts';
import { answers, says, World, type WorldOptions } from './world.ts';

type Told = readonly [atMs: number, command: ControlCommand];

interface Outcome {
  readonly world: World;
  /** What each command was answered with: `taken`, or the code of the refusal. */
  readonly answered: readonly string[];
}

/** Starts a call and tells it things at instants of the simulated clock; it is answered after 500 ms. */
async function story(options: WorldOptions, ...told: readonly Told[]): Promise<Outcome> {
  const world = new World(options);
  const answered: string[] = [];
  const accepted = await world.call().accepted;
  assert.ok(accepted.ok);
  const { sessionId } = accepted.value;
  for (const [atMs, command] of told) {
    world.clock.at(atMs, () => {
      const done = world.engine.control(sessionId, command);
      answered.push(done.ok ? 'taken' : done.error.code);
    });
  }
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return { world, answered };
}

const silent = { speaksFirst: false, lines: [] };
const say = (text: string): ControlCommand => ({ type: 'say', text });
const hangUp: ControlCommand = { type: 'hang-up' };
const transfer: ControlCommand = {
  type: 'transfer',
  order: { method: 'refer', target: 'sip:agent@10.0.0.9', acceptedCodes: [] },
};

test('a hang-up ends an answered call, and cancels one that is not', async () => {
  const answered = await story({ bot: answers({ text: 'welcome' }), phone: silent }, [5000, hangUp], [5001, hangUp]);
  assert.deepEqual(answered.answered, ['taken', 'call.is-over']);
  assert.deepEqual(answered.world.states(), ['started', 'ringing', 'active', 'ended']);
  assert.deepEqual(
    [answered.world.records[0]?.end?.endCode, answered.world.records[0]?.end?.endedBy],
    ['completed.api', 'api'],
  );
  assert.equal(answered.world.byes.length, 1);
  const ringing = await story(
    { bot: answers(), phone: { ...silent, ringMs: 20_000 } },
    [3000, say('early')],
    [4000, hangUp],
  );
  assert.deepEqual(ringing.answered, ['call.not-answered', 'taken']);
  assert.deepEqual(ringing.world.states(), ['started', 'ringing', 'failed']);
  assert.equal(ringing.world.records[0]?.end?.endCode, 'call.cancelled');
  const preparing = await story({ bot: answers(), botDelaysMs: [3000], phone: silent }, [100, hangUp]);
  assert.deepEqual(preparing.world.states(), ['failed']);
});

/** Files begin and end with silence, so that what is played one after the other can be told apart. */
const audioFiles = { 'http://a/first.wav': 'first', 'http://a/second.wav': 'second' };
const play = (name: string): ControlCommand => ({ type: 'play', url: `http://a/${name}.wav` });

test('what is played follows in order what plays now, and comes before a hang-up that waits', async () => {
  const last = {
    vgwActionSequence: [{ command: 'vgwActPlayText', parameters: { text: ['goodbye'] } }, { command: 'vgwActHangup' }],
  };
  const world: World = new World({
    bot: answers({ text: 'welcome' }, last),
    phone: { ...silent, lines: ['hello'] },
    audioFiles,
    observe: (sessionId, _tenantId, event) => {
      if (event.type !== 'turn.spoken' || event.turn.turnId !== 1) return;
      for (const name of ['first', 'second']) assert.ok(world.engine.control(sessionId, play(name)).ok);
    },
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.phone.understood, ['welcome', 'goodbye', 'first', 'second']);
  assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
});

test('a text in the silence is said at once, and the response timer runs from its end', async () => {
  const { world } = await story(
    { bot: answers({ text: 'welcome' }), phone: silent },
    [5000, say('still there')],
    [30_000, hangUp],
  );
  assert.deepEqual(world.phone.understood, ['welcome', 'still there']);
  const silence = world.records[0]?.turns.find(({ cause }) => cause.type === 'silence');
  assert.ok(silence !== undefined && silence.askedAtMs > 5000 + 7000);
  // What comes from outside counts to no turn of the bot.
  assert.deepEqual(
    world.records[0]?.turns.map(({ spoken }) => spoken).filter((spoken) => spoken !== undefined),
    ['welcome'],
  );
});

test('while the bot thinks, what is to be played waits for its answer', async () => {
  const world: World = new World({
    bot: answers({ text: 'welcome' }, { text: 'answer' }),
    botDelaysMs: [0, 3000],
    phone: { ...silent, lines: ['question'] },
    audioFiles,
    observe: (sessionId, _tenantId, event) => {
      if (event.type !== 'turn.asked' || event.turn.turnId !== 1) return;
      assert.ok(world.engine.control(sessionId, play('first')).ok);
      world.clock.at(30_000, () => void world.engine.control(sessionId, hangUp));
    },
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.phone.understood, ['welcome', 'answer', 'first']);
});

test('a file is played, and one that is not there is left out', async () => {
  const { world, answered } = await story(
    { bot: answers(), phone: silent, audioFiles: { 'http://a/music.wav': 'music' } },
    [2000, { type: 'play', url: 'http://a/music.wav' }],
    [2001, { type: 'play', url: 'http://a/none.wav' }],
    [2002, say('afterwards')],
    [12_000, hangUp],
  );
  assert.deepEqual(answered, ['taken', 'taken', 'taken', 'taken']);
  assert.deepEqual(world.phone.understood, ['music', 'afterwards']);
  assert.ok(world.records[0]?.warnings.some((warning) => warning.includes('audio file')));
});

test('a transfer follows the text before it; commands are refused while it goes on', async () => {
  const accepting = { ...silent, transfer: { status: 202, notices: [{ afterMs: 4000, status: 200 }] } };
  const { world, answered } = await story(
    { bot: answers({ text: 'welcome' }), phone: accepting },
    [5000, say('connecting you')],
    [5001, transfer],
    [7000, say('too late')],
    [7001, transfer],
  );
  assert.deepEqual(answered, ['taken', 'taken', 'call.busy', 'call.busy']);
  assert.deepEqual(world.phone.refers.length, 1);
  assert.ok(world.phone.understood.includes('connecting you'));
  assert.equal(world.records[0]?.transfer?.cause, 'api');
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'transferred', 'ended']);
});

test('variables go into the next turn once, whatever the bot answers meanwhile', async () => {
  const { world } = await story(
    {
      bot: ({ context }, index) => {
        const { plan: _taken, ...rest } = context;
        const answer = says(index === 0 ? 'welcome' : `answer ${index}`);
        // It gives back the context without the variable that it has seen.
        return answer === 'never' || !answer.ok
          ? answer
          : { ok: true, value: { ...answer.value, context: { ...rest, plan: null } } };
      },
      botDelaysMs: [0, 2000],
      phone: { ...silent, lines: ['one', 'two'] },
    },
    [100, { type: 'set-variables', variables: { plan: 'gold' } }],
    [200, { type: 'set-variables', variables: { size: 2 } }],
    [60_000, hangUp],
  );
  const given = world.asked.map(({ context }) => [context['plan'] ?? null, context['size'] ?? null]);
  assert.deepEqual(given.slice(0, 3), [
    [null, null],
    ['gold', 2],
    [null, 2],
  ]);
});

test('variables of one turn are bounded together', async () => {
  const variables = (name: string): ControlCommand => ({
    type: 'set-variables',
    variables: { [name]: 'x'.repeat(9000) },
  });
  const { answered } = await story(
    { bot: answers(), phone: silent },
    [10, variables('a')],
    [20, variables('b')],
    [30, variables('a')],
    [2000, hangUp],
  );
  assert.deepEqual(answered, ['taken', 'call.busy', 'taken', 'taken']);
});

test('a muted bot speaks unheard; a muted callee speaks to nobody', async () => {
  const { world, answered } = await story(
    { bot: answers({ text: 'welcome' }), phone: silent },
    [100, { type: 'mute', who: 'bot', isMuted: true }],
    [4000, { type: 'mute', who: 'bot', isMuted: true }],
    [4100, say('secret')],
    [7000, { type: 'mute', who: 'bot', isMuted: false }],
    [7100, say('public')],
    [15_000, hangUp],
  );
  assert.deepEqual(answered, ['call.not-answered', 'taken', 'taken', 'taken', 'taken', 'taken']);
  assert.deepEqual(world.phone.understood, ['welcome', 'public']);
  const deaf = await story(
    { bot: answers(), phone: { ...silent, lines: ['can you hear me'] } },
    [1000, { type: 'mute', who: 'callee', isMuted: true }],
    [1500, say('speak')],
    [15_000, hangUp],
  );
  assert.ok(deaf.world.phoneEvents.some(({ type }) => type === 'says'));
  assert.ok(deaf.world.asked.every(({ text }) => !text.includes('hear me')));
});

test('more commands than a call takes are refused; those that wait end with it', async () => {
  const { world, answered } = await story(
    { bot: answers({ text: 'welcome '.repeat(30) }), phone: silent },
    ...Array.from({ length: 40 }, (_, index): Told => [1500 + index, say(`text ${index}`)]),
    [2000, hangUp],
  );
  assert.deepEqual(answered.filter((each) => each === 'taken').length, 33);
  assert.equal(answered.filter((each) => each === 'call.busy').length, 8);
  assert.deepEqual(world.states().at(-1), 'ended');
});

test('digits are sent as keys after what plays now', async () => {
  const events = '0123456789*#ABCD';
  const sent: string[] = [];
  const world: World = new World({ bot: answers({ text: 'welcome' }), phone: silent });
  const accepted = await world.call().accepted;
  assert.ok(accepted.ok);
  const { sessionId } = accepted.value;
  const send = world.network.send.bind(world.network);
  world.network.send = (bytes, from, to) => {
    const [, second = 0] = bytes;
    // RFC 4733 §2.3: the event, then the bit that tells its end.
    const isEnd = second % 128 === 101 && from.host === '10.0.0.1' && from.port !== 5060 && (bytes[13] ?? 0) >= 128;
    const digit = events[bytes[12] ?? 99] ?? '';
    if (isEnd && sent.at(-1) !== digit) sent.push(digit);
    send(bytes, from, to);
  };
  world.clock.at(3000, () => {
    assert.ok(world.engine.control(sessionId, { type: 'send-digits', digits: '1#D' }).ok);
  });
  world.clock.at(6000, () => {
    assert.ok(world.engine.control(sessionId, hangUp).ok);
  });
  await world.runToTheEnd();
  assert.deepEqual(sent, ['1', '#', 'D']);
});
