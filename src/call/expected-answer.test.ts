import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptionConfig } from '../conversation/index.ts';
import type { ExpectedSpeech } from '../speech/index.ts';
import { callPlan } from './call-plan.fixture.ts';
import { newCallState } from './call-machine.ts';
import { tellExpected } from './expected-answer.ts';

/** What the media is told when the bot expects `expected` and has read out a list of `labels`. */
function told(
  expected: ExpectedSpeech,
  labels: readonly string[],
  config: OptionConfig,
): readonly string[] | undefined {
  const state = newCallState(callPlan, 0, 0);
  const options = labels.map((label) => ({ label, input: { text: label } }));
  const offered = { kind: 'option', title: '', options } as const;
  const memory = { ...state.memory, expected, offered, configs: { ...state.memory.configs, option: config } };
  const [, effect] = tellExpected({ ...state, memory });
  const isTold = effect?.type === 'media' && effect.command.type === 'expect';
  return isTold ? effect.command.expected?.phrases : undefined;
}

test('what an answer and its list make likely is together no more than an engine takes', () => {
  const phrases = Array.from({ length: 190 }, (_, index) => `phrase ${index}`);
  const labels = Array.from({ length: 50 }, (_, index) => `Place ${index}`);
  const all = told({ phrases }, labels, { hearsSpeech: true });
  assert.deepEqual(all, [...phrases, ...labels.slice(0, 10)]);
});

test('what is too long to be said is not expected', () => {
  const matchWords = ['x'.repeat(201), 'x'.repeat(200)];
  const all = told({ phrases: ['none'] }, ['Yes', 'No'], { hearsSpeech: true, matchWords });
  assert.deepEqual(all, ['none', 'Yes', 'No', 'yes', 'x'.repeat(200)]);
});
