// What the turn machine does in every state, found out by asking it: the rows of docs/turn-states.md.
import type { ReplyStep } from '../src/conversation/index.ts';
import {
  newTurnState,
  onTurn,
  type TurnEffect,
  type TurnInput,
  type TurnSettings,
  type TurnState,
} from '../src/turn/index.ts';

const say: ReplyStep = { type: 'say', text: 'text' };
const loop: ReplyStep = { type: 'play-audio', url: 'http://a/b.wav', isLooping: true };
const collect: ReplyStep = { type: 'collect-digits', rule: { maxCount: 4, ignoresSpeech: false, pausesAfter: false } };
const settings: TurnSettings = { responseTimeoutMs: 7000, finalUtteranceTimeoutMs: 9000 };
/** States that there are only with `bargeInResume`. */
const resuming: ReadonlySet<string> = new Set(['speaking, paused by a voice (bargeInResume)']);
const utterance = { text: 'words', confidence: 1, lastVoiceAtMs: 0, speechEndedAtMs: 0, finalAtMs: 0 };
const key: TurnInput = { type: 'digit', digit: '1' };
const voice: TurnInput = { type: 'voice-started' };
const heard: TurnInput = { type: 'heard', utterance };
const part: TurnInput = { type: 'reply-part', turnId: 1, steps: [say] };
const answered = (...steps: readonly ReplyStep[]): TurnInput => ({ type: 'answered', steps });

/** Each state by the inputs that lead to it. */
const states: readonly (readonly [name: string, ...inputs: readonly TurnInput[]])[] = [
  ['listening', answered()],
  ['listening, a voice is heard', answered(), voice],
  ['listening, a loop plays', answered(loop)],
  ['listening, digits are collected', answered(collect), key],
  ['thinking', answered(), heard],
  ['thinking, words wait', answered(), heard, heard],
  ['thinking, a loop plays', answered(loop, { type: 'force-turn' })],
  ['speaking', answered(say)],
  ['speaking, barge-in switched off', answered(off('speech-barge-in'), off('digit-barge-in'), say)],
  ['speaking, paused by a voice (bargeInResume)', answered(say), voice],
  ['speaking, more is to come', answered(), heard, part],
  ['between two parts of an answer', answered(), heard, part, finished('turn-1')],
  ['speaking last words', answered(say, { type: 'hang-up' })],
  ['transferring', answered({ type: 'transfer', order: { method: 'refer', acceptedCodes: [] } })],
];

const inputs: readonly (readonly [name: string, input: (state: TurnState) => TurnInput])[] = [
  ['a voice begins', () => voice],
  ['words', () => heard],
  ['a voice without words', () => ({ type: 'heard', utterance: { ...utterance, text: '' } })],
  ['a key', () => key],
  ['its timer', () => ({ type: 'deadline' })],
  ['the answer', ({ turnId }) => ({ type: 'reply', turnId, steps: [say] })],
  ['a part of the answer', ({ turnId }) => ({ type: 'reply-part', turnId, steps: [say] })],
  ['the end of the playback', ({ playbackId, loopId }) => finished(playbackId ?? loopId ?? '')],
];

export const turnStateHead: readonly string[] = ['state', ...inputs.map(([name]) => name)];

export function turnStateRows(): string[][] {
  return states.map(([name, ...leading]) => {
    const start = newTurnState({ ...settings, isPlaybackResumed: resuming.has(name) });
    const state = leading.reduce((before, input) => onTurn(before, input, 0)[0], start);
    return [name].concat(inputs.map(([, input]) => cell(state, input(state))));
  });
}

function cell(state: TurnState, input: TurnInput): string {
  if (input.type === 'deadline' && state.deadlineMs === undefined) return 'none runs';
  const [next, ...effects] = onTurn(state, input, state.deadlineMs ?? 0);
  if (next === state) return '';
  const what = effects.map(tell);
  if (next.waiting !== state.waiting && next.waiting.length > 0) what.push('wait');
  if (next.deadlineMs !== undefined && next.deadlineMs !== state.deadlineMs) what.push('start the timer');
  if (next.floor !== state.floor) what.push(`→ ${next.floor}`);
  return what.join(', ');
}

function tell(effect: TurnEffect): string {
  switch (effect.type) {
    case 'ask':
      return `ask (${effect.cause.type})`;
    case 'play':
    case 'play-audio':
      return 'play';
    case 'stop-playback':
      return 'stop';
    case 'pause-playback':
      return 'pause';
    case 'resume-playback':
      return 'go on';
    case 'prepare':
      return 'prepare';
    case 'abandon':
      return 'give up the rest';
    case 'configure-speech':
      return 'configure';
    case 'listen':
    case 'pause-listening':
      return effect.type;
    case 'transfer':
      return 'transfer';
    case 'hang-up':
      return 'hang up';
    default:
      return effect satisfies never;
  }
}

function off(name: 'speech-barge-in' | 'digit-barge-in'): ReplyStep {
  return { type: 'switch', name, isOn: false };
}

function finished(playbackId: string): TurnInput {
  return { type: 'playback-finished', playbackId };
}
