/** Keys (specification §9.3 and §6.2, `vgwActCollectDTMF`), pressed as RFC 4733 events in whole simulated calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import { answers, World, type WorldOptions } from './world.ts';

const hangUp: JsonObject = { vgwAction: { command: 'vgwActHangup' } };
const collect = (parameters: JsonObject, command = 'vgwActCollectDTMF'): JsonObject => ({
  vgwAction: { command, parameters },
});
const silentPhone = { speaksFirst: false, lines: [] };
/** The phone answers after 500 ms. */
const afterAnswerMs = 1000;

interface Story {
  readonly row: string;
  readonly first: JsonObject;
  readonly phone?: WorldOptions['phone'];
  readonly press: (world: World) => void;
  /** Texts of the turns between the first and the last one. */
  readonly texts: readonly string[];
  /** Of the first of them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

const stories: readonly Story[] = [
  {
    row: 'Without an active collection each key is a one-digit utterance turn.',
    first: {},
    press: (world) => world.press('5', afterAnswerMs),
    texts: ['5'],
    variables: { vgwIsDTMF: 'Yes', vgwBargeInOccurred: 'No', vgwDTMFCollectionSucceeded: undefined },
  },
  {
    row: 'A collection ends on termination key, which is not one of the digits',
    first: collect({ dtmfTermKey: '#' }),
    press: (world) => world.press('4711#', afterAnswerMs),
    texts: ['4711'],
    variables: { vgwIsDTMF: 'Yes', vgwDTMFCollectionSucceeded: 'Yes' },
  },
  {
    row: 'A collection ends on count',
    first: collect({ dtmfCount: 3 }),
    press: (world) => world.press('123', afterAnswerMs),
    texts: ['123'],
    variables: { vgwDTMFCollectionSucceeded: 'Yes' },
  },
  {
    row: 'A collection ends on max',
    first: collect({ dtmfMinCount: '2', dtmfMaxCount: '4' }),
    press: (world) => world.press('1234', afterAnswerMs),
    texts: ['1234'],
    variables: { vgwDTMFCollectionSucceeded: 'Yes' },
  },
  {
    row: 'min/max gives a range: a time-out inside it is no failure',
    first: collect({ dtmfMinCount: 2, dtmfMaxCount: 4, dtmfInterDigitTimeoutCount: 500 }),
    press: (world) => world.press('12', afterAnswerMs),
    texts: ['12'],
    variables: { vgwDTMFCollectionSucceeded: 'Yes' },
  },
  {
    row: 'At time-out the digits so far are delivered with `vgwDTMFCollectionSucceeded:No`.',
    first: collect({ dtmfCount: 4, dtmfInterDigitTimeoutCount: '500' }),
    press: (world) => world.press('12', afterAnswerMs),
    texts: ['12'],
    variables: { vgwIsDTMF: 'Yes', vgwDTMFCollectionSucceeded: 'No' },
  },
  {
    row: 'Spelling: vgwActCollectDtmf, case-insensitively',
    first: collect({ dtmfCount: 2 }, 'vgwActCollectDtmf'),
    press: (world) => world.press('42', afterAnswerMs),
    texts: ['42'],
    variables: { vgwDTMFCollectionSucceeded: 'Yes' },
  },
  {
    row: '`ignore_speech` disables STT from the first digit to the end of the collection.',
    first: collect({ dtmfCount: 3, dtmfIgnoreSpeech: 'true' }),
    phone: { speaksFirst: true, lines: ['i say this while i press the keys, well after the first one'] },
    press: (world) => world.press('123', 600, 2000),
    texts: ['123'],
    variables: { vgwDTMFCollectionSucceeded: 'Yes' },
  },
  {
    row: 'speech ends a collection that does not ignore it',
    first: collect({ dtmfCount: 3 }),
    phone: { speaksFirst: true, lines: ['words'] },
    press: (world) => world.press('12', 600, 100),
    texts: ['words'],
    variables: { vgwIsDTMF: 'No', vgwDTMFCollectionSucceeded: undefined },
  },
  {
    row: 'keys that come while the prompt plays stop it and are digits of the collection behind it',
    first: {
      vgwActionSequence: [
        { command: 'vgwActPlayText', parameters: { text: 'please enter your very long number, now, slowly' } },
        { command: 'vgwActCollectDTMF', parameters: { dtmfCount: 2 } },
      ],
    },
    press: (world) => world.press('99', afterAnswerMs),
    texts: ['99'],
    variables: { vgwDTMFCollectionSucceeded: 'Yes', vgwBargeInOccurred: 'Yes' },
  },
  {
    row: 'an empty collection times out as vgwPostResponseTimeout, and says that it failed',
    first: collect({ dtmfCount: 2 }),
    press: () => undefined,
    texts: ['vgwPostResponseTimeout'],
    variables: { vgwIsDTMF: 'No', vgwDTMFCollectionSucceeded: 'No' },
  },
];

for (const { row, first, phone, press, texts, variables } of stories) {
  test(row, async () => {
    const world = new World({ phone: phone ?? silentPhone, bot: answers(first, hangUp) });
    world.call();
    press(world);
    await world.runToTheEnd();
    assert.deepEqual(
      world.asked.map(({ text }) => text),
      ['', ...texts, 'vgwHangUp'],
    );
    const { context } = world.asked[1] ?? assert.fail();
    for (const [name, value] of Object.entries(variables)) assert.equal(context[name], value, name);
    assert.deepEqual(world.faults, []);
  });
}

test('The inter-digit timer replaces the post-response timer once the first digit arrived', async () => {
  const world = new World({
    phone: silentPhone,
    bot: answers(collect({ dtmfCount: 4, dtmfInterDigitTimeoutCount: 800 }), hangUp),
  });
  world.call();
  world.press('12', 5000, 700);
  await world.runToTheEnd();
  const asked = world.events.find((event) => event.type === 'turn.asked' && event.turn.turnId === 1);
  assert.ok(asked !== undefined && Math.abs(asked.atMs - 5700 - 800) < 10, `asked at ${asked?.atMs}`);
});

test('if not given, the post-response timer is restarted by every digit', async () => {
  const world = new World({ phone: silentPhone, bot: answers(collect({ dtmfCount: 4 }), hangUp) });
  world.call();
  world.press('12', 5000, 6000);
  await world.runToTheEnd();
  const asked = world.events.find((event) => event.type === 'turn.asked' && event.turn.turnId === 1);
  assert.equal(world.asked[1]?.text, '12');
  assert.ok(asked !== undefined && Math.abs(asked.atMs - 11_000 - 7000) < 10, `asked at ${asked?.atMs}`);
});

test('dtmfPauseAfterCollection: keys are not heard until vgwActUnPauseDTMF', async () => {
  const world = new World({
    phone: silentPhone,
    bot: answers(
      collect({ dtmfCount: 1, dtmfPauseAfterCollection: 'Yes' }),
      {},
      { vgwAction: { command: 'vgwActUnPauseDTMF' } },
      hangUp,
    ),
  });
  world.call();
  world.press('1', 1000);
  world.press('2', 2000);
  world.press('3', 10_000);
  await world.runToTheEnd();
  assert.deepEqual(
    world.asked.map(({ text }) => text),
    ['', '1', 'vgwPostResponseTimeout', '3', 'vgwHangUp'],
  );
});

test('a key stops what is playing; the record says dtmf', async () => {
  const long = 'press any key whenever you have heard enough of this';
  const world = new World({ phone: silentPhone, bot: answers({ text: [long] }, hangUp) });
  world.call();
  world.press('7', afterAnswerMs);
  await world.runToTheEnd();
  const [heard = ''] = world.phone.understood;
  assert.ok(heard.startsWith('press any') && heard.length < 20, `the phone heard "${heard}"`);
  const [record = assert.fail()] = world.records;
  const [, turn] = callFacts(record)?.turns ?? [];
  assert.deepEqual(turn?.request, { type: 'dtmf', text: '7' });
  assert.equal(turn?.isBargeIn, true);
});

test('keys pressed while the bot thinks are asked one by one, in order', async () => {
  const world = new World({ phone: silentPhone, bot: answers({}, {}, {}, hangUp) });
  world.call();
  world.press('123', 1000, 0);
  await world.runToTheEnd();
  assert.deepEqual(
    world.asked.map(({ text }) => text),
    ['', '1', '2', '3', 'vgwHangUp'],
  );
});
