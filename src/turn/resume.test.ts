/** Barge-in that can be taken back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReplyStep } from '../conversation/index.ts';
import { newTurnState, onTurn, type TurnEffect, type TurnInput, type TurnSettings, type TurnState } from './index.ts';

const settings: TurnSettings = { responseTimeoutMs: 7000, isPlaybackResumed: true };
const say = (text: string): ReplyStep => ({ type: 'say', text });
const voice: TurnInput = { type: 'voice-started' };
const words = (text: string): Extract<TurnInput, { type: 'heard' }> => ({
  type: 'heard',
  utterance: { text, confidence: 1, lastVoiceAtMs: 0, speechEndedAtMs: 0, finalAtMs: 0 },
});
const key: TurnInput = { type: 'digit', digit: '1' };
const finished = (playbackId = 'turn-0'): TurnInput => ({ type: 'playback-finished', playbackId });
const deadline: TurnInput = { type: 'deadline' };

function tell(effect: TurnEffect): string {
  if (effect.type === 'ask')
    return `ask ${effect.cause.type}${'isBargeIn' in effect.cause && effect.cause.isBargeIn ? ' barge-in' : ''}`;
  if (effect.type === 'play') return `play ${effect.text}`;
  return effect.type;
}

/** A call that says `a`, then `b` after a switch, and the effects of each input after that, one second apart. */
function story(inputs: readonly TurnInput[], own: TurnSettings = settings) {
  const steps: ReplyStep[] = [say('a'), { type: 'switch', name: 'digit-barge-in', isOn: true }, say('b')];
  let [state] = onTurn(newTurnState(own), { type: 'answered', steps }, 0);
  const lines = inputs.map((input, index) => {
    const [next, ...effects] = onTurn(state, input, 1000 * (index + 1));
    state = next;
    return effects.map(tell).join('; ');
  });
  return { lines, state };
}

test('a voice pauses; without words the playback goes on where it stopped', () => {
  const { lines, state } = story([voice, words(''), finished(), voice, words(' '), finished('turn-0-1')]);
  assert.deepEqual(lines, ['pause-playback', 'resume-playback', 'play b', 'pause-playback', 'resume-playback', '']);
  assert.equal(state.floor, 'listening');
  assert.equal(state.isBargeIn, false);
});

test('words that are not believed are no words, and the bot is not asked', () => {
  const { lines } = story([voice, { ...words('mumble'), type: 'filtered' }, finished()]);
  assert.deepEqual(lines, ['pause-playback', 'resume-playback', 'play b']);
});

test('words make it an interruption: what plays is stopped, the rest is skipped', () => {
  const { lines, state } = story([voice, words('stop it')]);
  assert.deepEqual(lines, ['pause-playback', 'stop-playback; ask speech barge-in']);
  assert.deepEqual([state.isPaused, state.floor, state.pendingSteps], [false, 'thinking', []]);
});

test('a key interrupts at once', () => {
  assert.deepEqual(story([voice, key]).lines, ['pause-playback', 'stop-playback; ask digits barge-in']);
});

test('what had just ended when the voice came: the rest waits for the words', () => {
  assert.deepEqual(story([voice, finished(), words('')]).lines, ['pause-playback', 'resume-playback', 'play b']);
  assert.deepEqual(story([voice, finished(), words('yes')]).lines, [
    'pause-playback',
    'resume-playback',
    'ask speech barge-in',
  ]);
});

test('a voice that never becomes words does not hold the playback for ever', () => {
  const { lines, state } = story([voice]);
  assert.equal(state.deadlineMs, 16_000);
  const [next, ...effects] = onTurn(state, deadline, 16_000);
  assert.deepEqual([...lines, ...effects.map(tell)], ['pause-playback', 'resume-playback']);
  assert.equal(next.floor, 'speaking');
  assert.deepEqual(onTurn(state, deadline, 15_999), [state]);
});

test('with a time for words it becomes the turn of such a voice', () => {
  const { state } = story([voice], { ...settings, finalUtteranceTimeoutMs: 2000 });
  const [next, ...effects] = onTurn(state, deadline, 3000);
  assert.deepEqual(effects.map(tell), ['stop-playback', 'ask no-final']);
  assert.equal(next.isPaused, false);
});

test('last words before a hang-up are not paused, nor what may not be interrupted', () => {
  const [speaking] = onTurn(newTurnState(settings), { type: 'answered', steps: [say('bye'), { type: 'hang-up' }] }, 0);
  assert.deepEqual(onTurn(speaking, voice, 1000).slice(1), []);
});

test('without the setting a voice stops the playback for good', () => {
  const { lines } = story([voice, words('')], { responseTimeoutMs: 7000 });
  assert.deepEqual(lines, ['stop-playback', '']);
});

test('whatever comes, pause and resume alternate, and nothing stays paused without a timer', () => {
  const input = fc.constantFrom<TurnInput>(
    voice,
    words(''),
    words('yes'),
    { ...words('mumble'), type: 'filtered' },
    key,
    finished(),
    finished('turn-0-1'),
    deadline,
    { type: 'network-warning' },
    { type: 'say-goodbye', text: 'sorry' },
    { type: 'reply', turnId: 1, steps: [say('c')] },
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
      const steps: ReplyStep[] = [say('a'), say('b')];
      let state: TurnState = onTurn(newTurnState(settings), { type: 'answered', steps }, 0)[0];
      let isPaused = false;
      for (const [index, each] of inputs.entries()) {
        const [next, ...effects] = onTurn(state, each, 5000 * (index + 1));
        for (const { type } of effects) {
          if (type === 'pause-playback') assert.ok(!isPaused);
          if (type === 'resume-playback') assert.ok(isPaused);
          if (type === 'pause-playback') isPaused = true;
          if (type === 'play') assert.ok(!isPaused);
          if (type === 'resume-playback' || type === 'stop-playback') isPaused = false;
        }
        state = next;
        if (!state.isPaused) continue;
        assert.ok(state.deadlineMs !== undefined && state.floor === 'speaking');
        assert.equal(isPaused, state.playbackId !== undefined);
      }
    }),
  );
});
