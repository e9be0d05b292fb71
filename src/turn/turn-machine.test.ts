import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReplyStep } from '../conversation/index.ts';
import {
  newTurnState,
  onTurn,
  type TurnCause,
  type TurnEffect,
  type TurnInput,
  type TurnState,
  type Utterance,
} from './index.ts';

const say = (text: string): ReplyStep => ({ type: 'say', text });
const hangUp: ReplyStep = { type: 'hang-up' };
const words = (text: string, finalAtMs = 0): TurnInput => ({
  type: 'heard',
  utterance: { text, confidence: 0.9, lastVoiceAtMs: finalAtMs - 700, speechEndedAtMs: finalAtMs - 100, finalAtMs },
});

/** Runs inputs with their instants and tells the effects of each in a few words. */
function story(...inputs: readonly (readonly [number, TurnInput])[]): { lines: string[]; state: TurnState } {
  let state = newTurnState({ responseTimeoutMs: 7000 });
  const lines: string[] = [];
  for (const [nowMs, input] of inputs) {
    const [next, ...effects] = onTurn(state, input, nowMs);
    state = next;
    lines.push(effects.map(tell).join('; '));
  }
  return { lines, state };
}

function tell(effect: TurnEffect): string {
  switch (effect.type) {
    case 'ask':
      return `ask ${effect.turnId} ${tellCause(effect.cause)}`;
    case 'play':
      return `play ${effect.playbackId} "${effect.text}"`;
    case 'stop-playback':
      return `stop ${effect.playbackId}`;
    case 'play-audio':
      return `play ${effect.playbackId} <${effect.url}>${effect.isLooping ? ' in a loop' : ''}`;
    case 'listen':
    case 'pause-listening':
      return effect.type;
    case 'hang-up':
      return effect.cause === 'asked' ? 'hang up' : 'hang up: no input';
    default:
      return effect satisfies never;
  }
}

function tellCause(cause: TurnCause): string {
  switch (cause.type) {
    case 'speech':
      return `"${cause.heard.text}"${cause.isBargeIn ? ' barge-in' : ''}`;
    case 'digits':
      return [`keys ${cause.digits}`, cause.collection ?? '', cause.isBargeIn ? 'barge-in' : ''].join(' ').trim();
    case 'filtered':
      return `filtered "${cause.heard.text}"`;
    case 'silence':
      return cause.collection === undefined ? 'silence' : 'silence incomplete';
    case 'no-final':
    case 'forced':
      return cause.type;
    default:
      return cause satisfies never;
  }
}

test('with nothing to say the gateway listens first and the response timer runs from the answer', () => {
  const { lines, state } = story(
    [1000, { type: 'answered', steps: [] }],
    [7999, { type: 'deadline' }],
    [8000, { type: 'deadline' }],
  );
  assert.deepEqual(lines, ['', '', 'ask 1 silence']);
  assert.equal(state.floor, 'thinking');
});

test('text of the first turn is played at the answer and the response timer runs from its end', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [say('Hello.'), say('Can you hear me?')] }],
    [3000, { type: 'playback-finished', playbackId: 'turn-0' }],
  );
  assert.deepEqual(lines, ['play turn-0 "Hello. Can you hear me?"', '']);
  assert.equal(state.deadlineMs, 10_000);
});

test('words become a turn, the answer is played, a hang-up waits for the end of its text', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [500, { type: 'voice-started' }],
    [2000, words('Hello?')],
    [2100, { type: 'reply', turnId: 1, steps: [say('Goodbye.'), hangUp] }],
    [3000, { type: 'playback-finished', playbackId: 'turn-1' }],
  );
  assert.deepEqual(lines, ['', '', 'ask 1 "Hello?"', 'play turn-1 "Goodbye."', 'hang up']);
});

test('a voice stops the response timer, and words that never come start it again', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [] }],
    [6000, { type: 'voice-started' }],
    [7000, { type: 'deadline' }],
    [8000, words('')],
  );
  assert.deepEqual(lines, ['', '', '', '']);
  assert.equal(state.deadlineMs, 15_000);
});

test('barge-in stops the text at the voice and the next turn says so', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [say('A long greeting.')] }],
    [800, { type: 'voice-started' }],
    [900, { type: 'playback-finished', playbackId: 'turn-0' }],
    [2000, words('Yes.')],
  );
  assert.deepEqual(lines, ['play turn-0 "A long greeting."', 'stop turn-0', '', 'ask 1 "Yes." barge-in']);
});

test('last words before a hang-up are heard out', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, words('Bye')],
    [200, { type: 'reply', turnId: 1, steps: [say('Your code is 42.'), hangUp] }],
    [300, { type: 'voice-started' }],
    [900, words('thank you')],
    [2000, { type: 'playback-finished', playbackId: 'turn-1' }],
  );
  assert.deepEqual(lines.slice(3), ['', '', 'hang up']);
});

test('words said while the bot thinks are asked next, and the overtaken answer is not spoken', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, words('Monday.')],
    [200, words('No, Tuesday.')],
    [300, words('At nine.')],
    [900, { type: 'reply', turnId: 1, steps: [say('Monday it is.')] }],
    [950, { type: 'reply', turnId: 1, steps: [say('late twin')] }],
  );
  assert.deepEqual(lines, ['', 'ask 1 "Monday."', '', '', 'ask 2 "No, Tuesday. At nine." barge-in', '']);
});

test('an answer that hangs up is carried out even when words wait', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, words('Stop calling.')],
    [200, words('Please.')],
    [900, { type: 'reply', turnId: 1, steps: [hangUp] }],
  );
  assert.deepEqual(lines.at(-1), 'hang up');
});

test('an answer that arrives during a voice waits; without words it is spoken after all', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, words('Hello')],
    [200, { type: 'voice-started' }],
    [300, { type: 'reply', turnId: 1, steps: [say('Hi there.')] }],
    [900, words('')],
  );
  assert.deepEqual(lines.slice(3), ['', 'play turn-1 "Hi there."']);
});

test('a goodbye replaces what is playing and hangs up behind it; an empty one hangs up at once', () => {
  const spoken = story(
    [0, { type: 'answered', steps: [say('Hello.')] }],
    [100, { type: 'say-goodbye', text: 'Sorry.' }],
    [900, { type: 'playback-finished', playbackId: 'turn-1' }],
  );
  assert.deepEqual(spoken.lines.slice(1), ['stop turn-0; play turn-1 "Sorry."', 'hang up']);
  const silent = story([0, { type: 'answered', steps: [] }], [100, { type: 'say-goodbye', text: '' }]);
  assert.deepEqual(silent.lines.at(-1), 'hang up');
});

const utterance: fc.Arbitrary<Utterance> = fc.record({
  text: fc.constantFrom('', 'yes', 'no'),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  lastVoiceAtMs: fc.nat(),
  speechEndedAtMs: fc.nat(),
  finalAtMs: fc.nat(),
});
const steps = fc.array(fc.constantFrom<ReplyStep>(say('a'), say('b'), hangUp), { maxLength: 3 });
const inputs = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('reply' as const), turnId: fc.nat(5), steps }),
    fc.record({ type: fc.constant('voice-started' as const) }),
    fc.record({ type: fc.constant('heard' as const), utterance }),
    fc.record({
      type: fc.constant('playback-finished' as const),
      playbackId: fc.constantFrom('turn-0', 'turn-1', 'turn-2'),
    }),
    fc.record({ type: fc.constant('deadline' as const) }),
  ),
  { maxLength: 40 },
);

test('whatever happens: one question at a time, numbered upwards, and nothing after a hang-up', () => {
  fc.assert(
    fc.property(steps, inputs, (first, following) => {
      let [state] = onTurn(newTurnState({ responseTimeoutMs: 10 }), { type: 'answered', steps: first }, 0);
      let hasHungUp = state.floor === 'over';
      let openTurn = 0;
      following.forEach((input, index) => {
        const [next, ...effects] = onTurn(state, input, index * 7);
        for (const effect of effects) {
          assert.equal(hasHungUp, false, 'nothing follows a hang-up');
          if (effect.type === 'hang-up') hasHungUp = true;
          if (effect.type === 'ask') {
            assert.notEqual(next.floor, 'speaking');
            assert.equal(effect.turnId, openTurn + 1);
            openTurn = effect.turnId;
          }
        }
        assert.equal(
          next.deadlineMs !== undefined && next.floor !== 'listening',
          false,
          'the timer runs only while listening',
        );
        state = next;
      });
    }),
  );
});
