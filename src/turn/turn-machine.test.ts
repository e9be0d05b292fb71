import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DigitRule, ReplyStep, SwitchName } from '../conversation/index.ts';
import { hearsSpeech } from './turn-state.ts';
import {
  newTurnState,
  onTurn,
  type TurnCause,
  type TurnEffect,
  type TurnInput,
  type TurnSettings,
  type TurnState,
  type Utterance,
} from './index.ts';

const say = (text: string): ReplyStep => ({ type: 'say', text });
const collect = (rule: Partial<DigitRule>): ReplyStep => ({
  type: 'collect-digits',
  rule: { ignoresSpeech: false, pausesAfter: false, ...rule },
});
const turn = (name: SwitchName, isOn: boolean): ReplyStep => ({ type: 'switch', name, isOn });
const key = (digit: string): TurnInput => ({ type: 'digit', digit });
const finished = (playbackId: string): TurnInput => ({ type: 'playback-finished', playbackId });
const audio = (isLooping: boolean): ReplyStep => ({ type: 'play-audio', url: 'http://a/b.wav', isLooping });
const hangUp: ReplyStep = { type: 'hang-up' };
const words = (text: string, finalAtMs = 0): TurnInput => ({
  type: 'heard',
  utterance: { text, confidence: 0.9, lastVoiceAtMs: finalAtMs - 700, speechEndedAtMs: finalAtMs - 100, finalAtMs },
});

/** Runs inputs with their instants and tells the effects of each in a few words. */
function story(...inputs: readonly (readonly [number, TurnInput])[]): { lines: string[]; state: TurnState } {
  return storyWith({}, ...inputs);
}

function storyWith(
  settings: Partial<TurnSettings>,
  ...inputs: readonly (readonly [number, TurnInput])[]
): { lines: string[]; state: TurnState } {
  let state = newTurnState({ responseTimeoutMs: 7000, ...settings });
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
    case 'speculate':
      return `ask ahead ${effect.turnId} ${tellCause(effect.cause)}`;
    case 'drop-speculation':
      return effect.type;
    case 'play':
      return `play ${effect.playbackId} "${effect.text}"`;
    case 'prepare':
      return `prepare ${effect.playbackId} "${effect.text}"`;
    case 'abandon':
      return `abandon ${effect.turnId}`;
    case 'stop-playback':
      return `stop ${effect.playbackId}`;
    case 'play-audio':
      return `play ${effect.playbackId} <${effect.url}>${effect.isLooping ? ' in a loop' : ''}`;
    case 'send-keys':
      return `send ${effect.playbackId} ${effect.keys.map(({ digit }) => digit).join('')}`;
    case 'errand':
      return effect.errand.type;
    case 'configure-speech':
      return `${effect.update} ${effect.service} ${JSON.stringify(effect.config)}`;
    case 'listen':
    case 'pause-listening':
    case 'pause-playback':
    case 'resume-playback':
      return effect.type;
    case 'transfer':
      return `transfer ${effect.order.target ?? ''}`;
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
      return `keys ${cause.digits}${cause.collection === undefined ? '' : ` ${cause.collection}`}${cause.isBargeIn ? ' barge-in' : ''}`;
    case 'filtered':
      return `filtered "${cause.heard.text}"`;
    case 'silence':
      return cause.collection === undefined ? 'silence' : 'silence incomplete';
    case 'transfer-failed':
      return `transfer failed: ${cause.reason}`;
    case 'no-final':
    case 'forced':
    case 'network':
    case 'sms-failed':
    case 'sms-received':
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

test('keys that wait when an answer collects are digits of that collection; what is left over is asked after it', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, key('1')],
    [200, key('2')],
    [300, key('3')],
    [400, key('4')],
    [500, { type: 'reply', turnId: 1, steps: [say('Your number?'), collect({ maxCount: 2 })] }],
    [600, { type: 'reply', turnId: 2, steps: [] }],
  );
  assert.deepEqual(lines.slice(5), ['ask 2 keys 23 complete barge-in', 'ask 3 keys 4 barge-in']);
});

test('words and keys that wait are asked in the order they came', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, words('One.')],
    [200, words('Two.')],
    [300, key('3')],
    [400, words('Four.')],
    [500, { type: 'reply', turnId: 1, steps: [] }],
    [600, { type: 'reply', turnId: 2, steps: [] }],
    [700, { type: 'reply', turnId: 3, steps: [] }],
  );
  assert.deepEqual(lines.slice(5), ['ask 2 "Two." barge-in', 'ask 3 keys 3 barge-in', 'ask 4 "Four." barge-in']);
});

test('a collection that was set up before its prompt takes the keys pressed over it', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [collect({ maxCount: 2, interDigitTimeoutMs: 900 }), say('Your number?')] }],
    [500, key('1')],
  );
  assert.deepEqual(lines, ['play turn-0 "Your number?"', 'stop turn-0']);
  assert.equal(state.deadlineMs, 1400);
});

test('a voice does not touch the timer between two digits', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [collect({ maxCount: 4, interDigitTimeoutMs: 900 })] }],
    [500, key('1')],
    [600, { type: 'voice-started' }],
    [800, words('')],
  );
  assert.deepEqual(lines, ['', '', '', '']);
  assert.equal(state.deadlineMs, 1400);
});

test('ignoring speech begins with the first digit and ends with the collection', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [collect({ maxCount: 2, ignoresSpeech: true })] }],
    [500, key('1')],
    [600, { type: 'voice-started' }],
    [700, words('Noise.')],
    [800, key('2')],
  );
  assert.deepEqual(lines, ['', 'pause-listening', '', '', 'listen; ask 1 keys 12 complete']);
});

test('a termination key before enough digits delivers what there is as incomplete', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [collect({ termKey: '#', minCount: 2, maxCount: 4 })] }],
    [500, key('1')],
    [600, key('#')],
  );
  assert.deepEqual(lines.at(-1), 'ask 1 keys 1 incomplete');
});

test('speech is not heard during playback when that is switched off, and again behind it', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [turn('speech-during-playback', false), say('Hello.')] }],
    [100, { type: 'voice-started' }],
    [900, finished('turn-0')],
  );
  assert.deepEqual(lines, ['pause-listening; play turn-0 "Hello."', '', 'listen']);
});

test('without speech barge-in a voice over the text waits, and its words are asked when the text has ended', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [turn('speech-barge-in', false), say('Hello.')] }],
    [800, { type: 'voice-started' }],
    [900, finished('turn-0')],
    [1500, words('Hello?')],
  );
  assert.deepEqual(lines, ['play turn-0 "Hello."', '', '', 'ask 1 "Hello?"']);
  assert.equal(state.deadlineMs, undefined);
});

test('a text, a file and a text are played one after the other', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [say('A'), audio(false), say('B'), hangUp] }],
    [100, finished('turn-0')],
    [200, finished('turn-0-1')],
    [300, finished('turn-0-2')],
  );
  assert.deepEqual(lines, ['play turn-0 "A"', 'play turn-0-1 <http://a/b.wav>', 'play turn-0-2 "B"', 'hang up']);
});

test('a loop plays behind the forced turn and ends with its answer', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [say('Wait.'), audio(true), { type: 'force-turn' }] }],
    [100, finished('turn-0')],
    [5000, { type: 'reply', turnId: 1, steps: [say('Here you are.')] }],
  );
  assert.deepEqual(lines, [
    'play turn-0 "Wait."',
    'play turn-0-1 <http://a/b.wav> in a loop; ask 1 forced',
    'stop turn-0-1; play turn-1 "Here you are."',
  ]);
});

test('a loop without a forced turn leaves the floor to the callee: a voice, a key or the response timer ends it', () => {
  const loop: readonly [number, TurnInput] = [0, { type: 'answered', steps: [audio(true)] }];
  assert.deepEqual(story(loop, [100, { type: 'voice-started' }], [900, words('Hi.')]).lines.slice(1), [
    'stop turn-0',
    'ask 1 "Hi." barge-in',
  ]);
  assert.deepEqual(story(loop, [100, key('1')]).lines[1], 'stop turn-0; ask 1 keys 1 barge-in');
  assert.deepEqual(
    story(loop, [7000, { type: 'deadline' }], [7100, { type: 'reply', turnId: 1, steps: [] }]).lines.slice(1),
    ['ask 1 silence', 'stop turn-0'],
  );
});

test('a bot that forces turns without end has to listen in the end', () => {
  const inputs = Array.from({ length: 1100 }, (_, index): readonly [number, TurnInput] => [
    index + 1,
    { type: 'reply', turnId: index + 1, steps: [{ type: 'force-turn' }] },
  ]);
  const { state } = story([0, { type: 'answered', steps: [{ type: 'force-turn' }] }], ...inputs);
  assert.deepEqual([state.floor, state.turnId], ['listening', 1000]);
});

test('a voice without words in time is a turn, and is waited for no longer', () => {
  const { lines } = storyWith(
    { finalUtteranceTimeoutMs: 1000 },
    [0, { type: 'answered', steps: [] }],
    [500, { type: 'voice-started' }],
    [1500, { type: 'deadline' }],
    [1600, { type: 'reply', turnId: 1, steps: [say('Pardon?')] }],
  );
  assert.deepEqual(lines, ['', '', 'ask 1 no-final', 'play turn-1 "Pardon?"']);
});

test('response time-outs in a row are counted from the last sign of the callee', () => {
  const silence: readonly [number, TurnInput] = [1e9, { type: 'deadline' }];
  const reply = (turnId: number): readonly [number, TurnInput] => [0, { type: 'reply', turnId, steps: [] }];
  const { lines } = storyWith(
    { noInputLimit: 2 },
    [0, { type: 'answered', steps: [] }],
    silence,
    reply(1),
    [0, key('1')],
    reply(2),
    silence,
    reply(3),
    silence,
  );
  assert.deepEqual(lines, ['', 'ask 1 silence', '', 'ask 2 keys 1', '', 'ask 3 silence', '', 'hang up: no input']);
});

test('words below the threshold are told while the callee has the floor, else they are noise', () => {
  const doubtful: TurnInput = { ...words('Mumble.'), type: 'filtered' } as TurnInput;
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, doubtful],
    [200, doubtful],
    [300, { type: 'reply', turnId: 1, steps: [say('Pardon?')] }],
  );
  assert.deepEqual(lines, ['', 'ask 1 filtered "Mumble."', '', 'play turn-1 "Pardon?"']);
});

const utterance: fc.Arbitrary<Utterance> = fc.record({
  text: fc.constantFrom('', 'yes', 'no'),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  lastVoiceAtMs: fc.nat(),
  speechEndedAtMs: fc.nat(),
  finalAtMs: fc.nat(),
});
const steps = fc.array(
  fc.constantFrom<ReplyStep>(
    say('a'),
    say('b'),
    collect({ maxCount: 2, ignoresSpeech: true }),
    collect({ termKey: '#', pausesAfter: true }),
    { type: 'play-audio', url: 'http://a', isLooping: true },
    { type: 'play-audio', url: 'http://b', isLooping: false },
    turn('speech', false),
    turn('speech', true),
    turn('speech-barge-in', false),
    turn('digit-barge-in', false),
    turn('speech-during-playback', false),
    { type: 'force-turn' },
    hangUp,
  ),
  { maxLength: 4 },
);
const inputs = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('reply' as const), turnId: fc.nat(5), steps }),
    fc.record({ type: fc.constant('voice-started' as const) }),
    fc.record({ type: fc.constantFrom('heard' as const, 'filtered' as const), utterance }),
    fc.record({ type: fc.constant('digit' as const), digit: fc.constantFrom('1', '#') }),
    fc.record({
      type: fc.constant('playback-finished' as const),
      playbackId: fc.constantFrom('turn-0', 'turn-1', 'turn-2', 'turn-1-1', 'turn-2-1'),
    }),
    fc.record({ type: fc.constant('deadline' as const) }),
  ),
  { maxLength: 40 },
);

test('whatever happens: one question at a time, numbered upwards, and nothing after a hang-up', () => {
  fc.assert(
    fc.property(steps, inputs, (first, following) => {
      const settings = { responseTimeoutMs: 10, finalUtteranceTimeoutMs: 20, noInputLimit: 3 };
      let [state] = onTurn(newTurnState(settings), { type: 'answered', steps: first }, 0);
      let hasHungUp = state.floor === 'over';
      let openTurn = state.turnId;
      following.forEach((input, index) => {
        const [next, ...effects] = onTurn(state, input, index * 7);
        for (const effect of effects) {
          assert.equal(hasHungUp, false, 'nothing follows a hang-up');
          if (effect.type === 'hang-up') hasHungUp = true;
          if (effect.type === 'ask') {
            assert.equal(effect.turnId, openTurn + 1);
            openTurn = effect.turnId;
          }
        }
        assert.equal(
          next.deadlineMs !== undefined && next.floor !== 'listening',
          false,
          'the timer runs only while listening',
        );
        assert.ok(
          next.floor !== 'listening' || next.deadlineMs !== undefined || next.isVoiceHeard,
          'nobody waits for nothing',
        );
        assert.ok(next.pendingSteps.length + next.stepsDone.length <= next.stepCount, 'a step is done once');
        assert.equal(next.floor === 'over' || next.isHearing === hearsSpeech(next), true, 'the media knows');
        state = next;
      });
    }),
  );
});

const sendKeys: ReplyStep = {
  type: 'send-keys',
  keys: [{ digit: '1', durationMs: 200, attenuationDb: 0 }],
  gapMs: 200,
};
const errand: ReplyStep = { type: 'add-call-data', data: {} };
const notice = { type: 'notice', notice: { type: 'sms-failed' } } as const;

test('keys on their way hold the floor; neither voice nor key stops them', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [say('Hello.'), sendKeys, say('Sent.')] }],
    [1000, { type: 'playback-finished', playbackId: 'turn-0' }],
    [1100, { type: 'voice-started' }],
    [1200, { type: 'digit', digit: '5' }],
    [1300, { type: 'playback-finished', playbackId: 'turn-0-1' }],
    [1400, { type: 'voice-started' }],
  );
  assert.deepEqual(lines, [
    'play turn-0 "Hello."',
    'send turn-0-1 1',
    '',
    '',
    'play turn-0-2 "Sent."',
    'stop turn-0-2',
  ]);
  assert.equal(state.floor, 'listening');
});

test('a voice skips sounds and keys, not errands', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [errand, say('Hello.'), errand, sendKeys, say('more'), errand] }],
    [500, { type: 'voice-started' }],
  );
  assert.deepEqual(lines, ['add-call-data; play turn-0 "Hello."', 'add-call-data; add-call-data; stop turn-0']);
  assert.deepEqual(state.stepsDone, [0, 1, 2, 5]);
});

test('texts with different fallbacks are played one after the other', () => {
  const steps: readonly ReplyStep[] = [{ type: 'say', text: 'A', fallbackAudioUrl: 'http://a/' }, say('B')];
  const [, effect] = onTurn(newTurnState({ responseTimeoutMs: 7000 }), { type: 'answered', steps }, 0);
  assert.deepEqual(effect, {
    type: 'play',
    playbackId: 'turn-0',
    turnId: 0,
    text: 'A',
    fallbackAudioUrl: 'http://a/',
  });
});

test('a notice is told at once to whoever listens, else when the floor is free', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [10, notice],
    [20, notice],
    [30, { type: 'reply', turnId: 1, steps: [say('Sorry.')] }],
    [40, { type: 'playback-finished', playbackId: 'turn-1' }],
  );
  assert.deepEqual(lines, ['', 'ask 1 sms-failed', '', 'play turn-1 "Sorry."', 'ask 2 sms-failed']);
});

test('a notice takes neither a voice nor a collection away', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [collect({ maxCount: 2 })] }],
    [10, notice],
    [20, { type: 'digit', digit: '1' }],
    [30, { type: 'digit', digit: '2' }],
    [40, { type: 'reply', turnId: 1, steps: [] }],
  );
  assert.deepEqual(lines, ['', '', '', 'ask 1 keys 12 complete', 'ask 2 sms-failed']);
  const voice = story(
    [0, { type: 'answered', steps: [] }],
    [10, { type: 'voice-started' }],
    [20, notice],
    [30, words('')],
  );
  assert.deepEqual(voice.lines, ['', '', '', 'ask 1 sms-failed']);
});

const transferStep = { type: 'transfer', order: { method: 'refer', target: 'sip:a@b', acceptedCodes: [] } } as const;

test('a transfer takes effect after the text before it, which nobody stops; then nothing is heard', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [{ type: 'say', text: 'One moment.' }, transferStep] }],
    [100, { type: 'voice-started' }],
    [200, { type: 'digit', digit: '1' }],
    [300, { type: 'playback-finished', playbackId: 'turn-0' }],
    [400, { type: 'voice-started' }],
    [500, { type: 'digit', digit: '1' }],
    [99_000, { type: 'deadline' }],
  );
  assert.deepEqual(lines, ['play turn-0 "One moment."', '', '', 'pause-listening; transfer sip:a@b', '', '', '']);
  assert.equal(state.floor, 'transferring');
  assert.equal(state.deadlineMs, undefined);
});

test('a transfer that failed gives a turn and listens again, or a goodbye', () => {
  const begin: [number, TurnInput] = [0, { type: 'answered', steps: [transferStep] }];
  const kept = story(begin, [900, { type: 'transfer-failed', reason: '486' }]);
  assert.deepEqual(kept.lines.slice(1), ['listen; ask 1 transfer failed: 486']);
  const ended = story(
    begin,
    [900, { type: 'say-goodbye', text: 'Nobody.' }],
    [1900, { type: 'playback-finished', playbackId: 'turn-1' }],
  );
  assert.deepEqual(ended.lines.slice(1), ['listen; play turn-1 "Nobody."', 'hang up']);
});

test('a goodbye may lead to a transfer; a transfer stops the music behind it', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [{ type: 'play-audio', url: 'http://a/b.wav', isLooping: true }] }],
    [100, { type: 'say-goodbye', text: '', transfer: transferStep.order }],
  );
  assert.deepEqual(lines[1], 'pause-listening; stop turn-0; transfer sip:a@b');
});

test('the failure of a transfer that nobody waits for changes nothing', () => {
  const { lines } = story([0, { type: 'answered', steps: [] }], [1, { type: 'transfer-failed', reason: 'late' }]);
  assert.deepEqual(lines, ['', '']);
});

test('RFC 3264 §8.4: on hold nothing is heard and no timer runs; the timer begins anew behind it', () => {
  const { lines, state } = story(
    [0, { type: 'answered', steps: [] }],
    [100, { type: 'held' }],
    [7000, { type: 'deadline' }],
    [8000, { type: 'voice-started' }],
    [9000, words('music')],
    [60_000, { type: 'resumed' }],
    [66_999, { type: 'deadline' }],
    [67_000, { type: 'deadline' }],
  );
  assert.deepEqual(lines, ['', 'pause-listening', '', '', '', 'listen', '', 'ask 1 silence']);
  assert.equal(state.isHeld, false);
});

test('RFC 3264 §8.4: what the bot says while it is held is carried out, and its timer waits for the end of the hold', () => {
  const { lines } = story(
    [0, { type: 'answered', steps: [] }],
    [100, words('hello')],
    [200, { type: 'held' }],
    [300, { type: 'reply', turnId: 1, steps: [say('Hi.')] }],
    [400, { type: 'resumed' }],
    [2000, finished('turn-1')],
    [9000, { type: 'deadline' }],
  );
  assert.deepEqual(lines, ['', 'ask 1 "hello"', 'pause-listening', 'play turn-1 "Hi."', 'listen', '', 'ask 2 silence']);
});

test('RFC 3264 §8.4: a voice that paused a text is none any more when the call is held', () => {
  const { lines, state } = storyWith(
    { isPlaybackResumed: true },
    [0, { type: 'answered', steps: [say('Long story.')] }],
    [100, { type: 'voice-started' }],
    [200, { type: 'held' }],
  );
  assert.deepEqual(lines.slice(1), ['pause-playback', 'pause-listening; resume-playback']);
  assert.deepEqual([state.isPaused, state.deadlineMs], [false, undefined]);
});
