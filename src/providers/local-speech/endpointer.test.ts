import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EndpointDecision, Endpointer, frameMs } from './endpointer.ts';

const voice = (frames: number): number[] => Array.from({ length: frames }, () => 0.9);
const silence = (frames: number): number[] => Array.from({ length: frames }, () => 0.01);

/** Decisions with the number of the frame that brought each. */
function judge(
  probabilities: readonly number[],
  endOfSpeechMs = 640,
  sensitivity?: number,
): [number, EndpointDecision][] {
  const endpointer = new Endpointer(endOfSpeechMs, sensitivity);
  return probabilities.flatMap((probability, frame) =>
    endpointer.push(probability).map((decision): [number, EndpointDecision] => [frame, decision]),
  );
}

test('three voiced frames in a row begin an utterance, at the first of them', () => {
  assert.deepEqual(judge([...silence(5), ...voice(3)]), [[7, { type: 'started', onsetFrame: 5 }]]);
  assert.deepEqual(judge([...voice(2), ...silence(1), ...voice(2), 0.5, ...voice(2)]), []);
});

test('the sensitivity moves what counts as a voice, and never to the ends', () => {
  const started = [[2, { type: 'started', onsetFrame: 0 }]];
  const murmur = [0.4, 0.4, 0.4];
  assert.deepEqual(judge(murmur), []);
  assert.deepEqual(judge(murmur, 640, 0.7), started);
  assert.deepEqual(judge(voice(3), 640, 0.05), []);
  assert.deepEqual(judge([0.96, 0.97, 0.96], 640, 0), started);
  assert.deepEqual(judge([0.05, 0.05, 0.05], 640, 1), []);
});

test('silence first pauses, then ends the utterance', () => {
  assert.deepEqual(judge([...voice(10), ...silence(30)]), [
    [2, { type: 'started', onsetFrame: 0 }],
    [17, { type: 'paused', lastVoiceFrame: 9 }],
    [29, { type: 'ended', onsetFrame: 0, lastVoiceFrame: 9, isCut: false }],
  ]);
});

test('voice in a pause resumes the utterance, a murmur does not', () => {
  const decisions = judge([...voice(10), ...silence(9), 0.45, 0.6, ...silence(20)]);
  assert.deepEqual(decisions.slice(2), [
    [20, { type: 'resumed' }],
    [28, { type: 'paused', lastVoiceFrame: 20 }],
    [40, { type: 'ended', onsetFrame: 0, lastVoiceFrame: 20, isCut: false }],
  ]);
});

test('a murmur after voice still is voice', () => {
  const decisions = judge([...voice(3), 0.4, 0.36, ...silence(20)]);
  assert.deepEqual(decisions.at(-1), [24, { type: 'ended', onsetFrame: 0, lastVoiceFrame: 4, isCut: false }]);
});

test('an end that comes before the pause would is not paused first', () => {
  assert.deepEqual(
    judge([...voice(3), ...silence(7)], 200).map(([, decision]) => decision.type),
    ['started', 'ended'],
  );
});

test('speech without a break is cut at its least voiced frame of the last two seconds', () => {
  const probabilities = voice(1000);
  probabilities[430] = 0.6;
  probabilities[100] = 0.5;
  const decisions = judge(probabilities);
  assert.deepEqual(decisions.slice(1, 3), [
    [467, { type: 'ended', onsetFrame: 0, lastVoiceFrame: 430, isCut: true }],
    [467, { type: 'started', onsetFrame: 431 }],
  ]);
});

test('numbers that are no probability are silence', () => {
  const noNumbers = Array.from({ length: 20 }, () => Number.NaN);
  assert.deepEqual(judge(noNumbers), []);
  assert.equal(judge([...voice(3), ...noNumbers]).at(-1)?.[1].type, 'ended');
});

test('for any probabilities utterances alternate, do not overlap and stay under 15 s', () => {
  const runs = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 600 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(runs, (rows) => {
      let free = 0;
      let onset: number | undefined;
      let isPaused = false;
      const probabilities = rows.flatMap(([probability, count]) => Array.from({ length: count }, () => probability));
      for (const [frame, decision] of judge(probabilities)) {
        assert.equal(decision.type === 'started', onset === undefined);
        if (decision.type === 'started') {
          assert.ok(decision.onsetFrame >= free && decision.onsetFrame <= frame);
          onset = decision.onsetFrame;
        } else if (decision.type === 'ended') {
          assert.equal(decision.onsetFrame, onset);
          assert.ok(decision.lastVoiceFrame >= decision.onsetFrame && decision.lastVoiceFrame <= frame);
          assert.ok((frame - decision.onsetFrame) * frameMs < 15_000);
          free = decision.lastVoiceFrame + 1;
          onset = undefined;
          isPaused = false;
        } else {
          assert.equal(decision.type === 'resumed', isPaused);
          isPaused = decision.type === 'paused';
        }
      }
    }),
  );
});
