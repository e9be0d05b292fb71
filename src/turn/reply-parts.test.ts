/** Answers that come in parts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReplyStep } from '../conversation/index.ts';
import { newTurnState, onTurn, type TurnEffect, type TurnInput, type TurnState } from './index.ts';

const say = (text: string): ReplyStep => ({ type: 'say', text });
const hangUp: ReplyStep = { type: 'hang-up' };
const words: TurnInput = {
  type: 'heard',
  utterance: { text: 'words', confidence: 1, lastVoiceAtMs: 0, speechEndedAtMs: 0, finalAtMs: 0 },
};
const noWords: TurnInput = { type: 'heard', utterance: { ...words.utterance, text: '' } };
const voice: TurnInput = { type: 'voice-started' };
const key = (digit: string): TurnInput => ({ type: 'digit', digit });
const part = (...steps: readonly ReplyStep[]): TurnInput => ({ type: 'reply-part', turnId: 1, steps });
const whole = (...steps: readonly ReplyStep[]): TurnInput => ({ type: 'reply', turnId: 1, steps });
const finished = (index = 0): TurnInput => ({
  type: 'playback-finished',
  playbackId: index === 0 ? 'turn-1' : `turn-1-${index}`,
});
/** A call whose first words have been asked. */
const asked: readonly TurnInput[] = [{ type: 'answered', steps: [] }, words];

function tell(effect: TurnEffect): string {
  switch (effect.type) {
    case 'ask':
      return `ask ${effect.cause.type}`;
    case 'play':
    case 'prepare':
      return `${effect.type} ${effect.playbackId} "${effect.text}"`;
    case 'hang-up':
      return 'hang up';
    default:
      return effect.type;
  }
}

/** Effects of each input after the question, a second apart. */
function story(...inputs: readonly TurnInput[]): { readonly lines: string[]; readonly state: TurnState } {
  let state = newTurnState({ responseTimeoutMs: 7000 });
  const lines = [...asked, ...inputs].map((input, index) => {
    const [next, ...effects] = onTurn(state, input, 1000 * (index - asked.length));
    state = next;
    return effects.map(tell).join('; ');
  });
  return { lines: lines.slice(asked.length), state };
}

test('sentences that come while one is spoken are prepared and follow it; the timer starts after the last', () => {
  const { lines, state } = story(
    part(say('a')),
    part(say('b')),
    part(say('c')),
    finished(),
    whole(say('a'), say('b'), say('c')),
    finished(1),
    finished(2),
  );
  assert.deepEqual(lines, [
    'play turn-1 "a"',
    'prepare turn-1-1 "b"',
    '',
    'play turn-1-1 "b"; prepare turn-1-2 "c"',
    '',
    'play turn-1-2 "c"',
    '',
  ]);
  assert.equal(state.floor, 'listening');
  assert.equal(state.deadlineMs, 6000 + 7000);
  assert.deepEqual(state.stepsDone, [0, 1, 2]);
});

test('between two parts no timer runs; the next one is played at once; the end alone starts the timer', () => {
  const gap = story(part(say('a')), finished());
  assert.deepEqual([gap.state.floor, gap.state.deadlineMs], ['speaking', undefined]);
  const { lines, state } = story(part(say('a')), finished(), part(say('b')), finished(1), whole(say('a'), say('b')));
  assert.deepEqual(lines, ['play turn-1 "a"', '', 'play turn-1-1 "b"', '', '']);
  assert.deepEqual([state.floor, state.deadlineMs], ['listening', 4000 + 7000]);
});

test('a hang-up at the end waits for the sentences before it, and makes them last words', () => {
  const { lines } = story(part(say('a')), whole(say('a'), say('bye'), hangUp), voice, finished(), finished(1));
  assert.deepEqual(lines, ['play turn-1 "a"', 'prepare turn-1-1 "bye"', '', 'play turn-1-1 "bye"', 'hang up']);
});

for (const [name, input, then] of [
  ['a voice', voice, 'abandon; stop-playback'],
  ['a key', key('5'), 'abandon; stop-playback; ask digits'],
] as const) {
  test(`${name} over a part gives up the rest; what comes late of it is discarded`, () => {
    const late = [part(say('late')), whole(say('a'), say('late'), hangUp)];
    const { lines, state } = story(part(say('a')), part(say('b')), input, ...late);
    assert.deepEqual(lines.slice(2), [then, '', '']);
    assert.equal(state.isBargeIn, input === voice);
    assert.deepEqual(state.stepsDone, [0]);
  });

  test(`${name} in the gap between two parts gives up the rest too`, () => {
    const { lines, state } = story(part(say('a')), finished(), input, part(say('late')));
    assert.deepEqual(lines.slice(2), [then.replace('; stop-playback', ''), '']);
    assert.equal(state.hasMore, false);
  });
}

test('with barge-in switched off neither sound nor gap is interrupted', () => {
  const off = (name: 'speech-barge-in' | 'digit-barge-in'): ReplyStep => ({ type: 'switch', name, isOn: false });
  const quiet = [off('speech-barge-in'), off('digit-barge-in')];
  const { lines } = story(part(...quiet, say('a')), voice, key('1'), words, finished(), voice, key('2'), words);
  assert.deepEqual(lines, ['play turn-1 "a"', '', '', '', '', '', '', '']);
});

test('what waited while the bot thought overtakes the answer at its first part', () => {
  const { lines } = story(key('7'), part(say('a')), part(say('late')));
  assert.deepEqual(lines, ['', 'abandon; ask digits', '']);
});

test('a voice that is heard when the first part comes is waited for', () => {
  const misheard = story(voice, part(say('a')), part(say('b')), noWords);
  assert.deepEqual(misheard.lines, ['', '', '', 'play turn-1 "a b"']);
  assert.equal(misheard.state.floor, 'speaking');
  const understood = story(voice, part(say('a')), words);
  assert.deepEqual(understood.lines, ['', '', 'abandon; ask speech']);
});

test('a goodbye amid an answer follows what has come of it', () => {
  const goodbye: TurnInput = { type: 'say-goodbye', text: 'Sorry.' };
  const { lines } = story(part(say('a')), part(say('b')), goodbye, voice, finished(), finished(1), finished(2));
  assert.deepEqual(lines.slice(2), [
    '',
    '',
    'play turn-1-1 "b"; prepare turn-1-2 "Sorry."',
    'play turn-1-2 "Sorry."',
    'hang up',
  ]);
  assert.deepEqual(story(part(say('a')), finished(), goodbye).lines.at(-1), 'play turn-1-1 "Sorry."');
});

test('however an answer is cut into parts, the same texts are played in the same order', () => {
  const steps = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(steps, fc.array(fc.nat(3)), fc.boolean(), (texts, sizes, hangsUp) => {
      const inputs: TurnInput[] = [];
      let from = 0;
      for (const size of sizes) {
        inputs.push(part(...texts.slice(from, from + size).map(say)));
        from = Math.min(texts.length, from + size);
      }
      inputs.push(whole(...texts.map(say), ...(hangsUp ? [hangUp] : [])));
      const { lines, state } = storyToTheEnd(inputs);
      assert.equal(lines.join(' '), texts.join(' '));
      assert.equal(state.floor, hangsUp ? 'over' : 'listening');
      assert.equal(state.stepsDone.length, texts.length + (hangsUp ? 1 : 0));
    }),
  );
});

/** Ends each playback before every second input, and all at the end; tells the texts that were played. */
function storyToTheEnd(inputs: readonly TurnInput[]): { readonly lines: string[]; readonly state: TurnState } {
  const lines: string[] = [];
  let state = newTurnState({ responseTimeoutMs: 7000 });
  const take = (input: TurnInput): void => {
    const [next, ...effects] = onTurn(state, input, 0);
    state = next;
    for (const effect of effects) if (effect.type === 'play') lines.push(effect.text);
  };
  const finish = (): void => {
    if (state.playbackId !== undefined) take({ type: 'playback-finished', playbackId: state.playbackId });
  };
  for (const input of asked) take(input);
  inputs.forEach((input, index) => {
    if (index % 2 === 1) finish();
    take(input);
  });
  while (state.playbackId !== undefined) finish();
  return { lines, state };
}
