import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplyStep } from '../conversation/index.ts';
import { beginning, newTurnState, onTurn, type TurnEffect, type TurnInput } from './index.ts';

const configure: ReplyStep = { type: 'configure-speech', service: 'stt', update: 'merge', config: { a: 1 } };
const say = (text: string, manner: object = {}): ReplyStep => ({ type: 'say', text, ...manner });

function effectsOf(...inputs: readonly TurnInput[]): readonly TurnEffect[][] {
  let state = newTurnState({ responseTimeoutMs: 7000 });
  return inputs.map((input, index) => {
    const [next, ...effects] = onTurn(state, input, index * 100);
    state = next;
    return effects;
  });
}

test('a configuration takes effect in its place, between what is spoken before and after it', () => {
  const [first, second] = effectsOf(
    { type: 'answered', steps: [say('one'), configure, say('two')] },
    { type: 'playback-finished', playbackId: 'turn-0' },
  );
  assert.deepEqual(
    [first?.map(({ type }) => type), second?.map(({ type }) => type)],
    [['play'], ['configure-speech', 'play']],
  );
});

test('who interrupts the text before it does not undo it', () => {
  const [, effects] = effectsOf(
    { type: 'answered', steps: [say('one'), configure, say('two')] },
    { type: 'voice-started' },
  );
  assert.deepEqual(effects, [configure, { type: 'stop-playback', playbackId: 'turn-0' }]);
});

test('texts are spoken as one only in the same manner', () => {
  const once = { isExcludedFromCache: true };
  const url = { fallbackAudioUrl: 'http://x/y.wav' };
  const [effects] = effectsOf({ type: 'answered', steps: [say('a', once), say('b', once), say('c', url)] });
  assert.deepEqual(effects, [
    { type: 'play', playbackId: 'turn-0', turnId: 0, text: 'a b', ...once },
    { type: 'prepare', playbackId: 'turn-0-1', text: 'c', ...url },
  ]);
});

test('the beginning of a reply: what is quiet, and the text behind it', () => {
  assert.deepEqual(beginning([configure, say('a'), say('b')]), {
    quiet: [configure],
    spoken: { text: 'a b', length: 2 },
  });
  assert.deepEqual(beginning([configure]).spoken, { text: '', length: 0 });
  assert.equal(beginning([{ type: 'play-audio', url: 'http://x/', isLooping: false }, say('a')]).spoken.text, '');
});
