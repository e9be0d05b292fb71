import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransferOrder, TurnReply } from '../conversation/index.ts';
import { gatewayError, ok } from '../kit/index.ts';
import type { LegEvent } from '../sip/index.ts';
import { callPlan, farSdp as sdp } from './call-plan.fixture.ts';
import {
  callDeadlineMs,
  type CallEffect,
  callFacts,
  type CallInput,
  type CallPlan,
  newCallState,
  onCall,
} from './index.ts';

const plan: CallPlan = { ...callPlan, transfer: { ...callPlan.transfer, defaultTarget: 'tel:+1' } };
const order: TransferOrder = { method: 'refer', target: 'sip:agent@192.0.2.7', acceptedCodes: [] };
const recognitionFailed: CallInput = {
  type: 'media',
  event: {
    type: 'recognition',
    event: { type: 'failed', error: gatewayError('speech.recognition-failed', 'The engine stopped.') },
  },
};

class Story {
  state = newCallState(plan, 0, 0);
  readonly effects: CallEffect[] = [];
  nowMs = 0;

  /** Takes inputs and gives the kinds of their effects, without what only tells. */
  take(...inputs: readonly CallInput[]): string[] {
    const before = this.effects.length;
    for (const input of inputs) {
      const [state, ...effects] = onCall(this.state, input, this.nowMs);
      this.state = state;
      this.effects.push(...effects);
    }
    return this.effects.slice(before).flatMap((effect) => {
      if (effect.type === 'observe') return [];
      if (effect.type === 'notify') return [effect.callState];
      if (effect.type === 'ask') return [`ask ${effect.text}`];
      return [effect.type === 'media' ? effect.command.type : effect.type];
    });
  }

  answered(steps: TurnReply['steps']): this {
    const result = ok({ steps, context: {}, problems: [] });
    this.take({ type: 'begin' }, { type: 'media', event: { type: 'opened', port: 16_384 } });
    this.take({ type: 'replied', turnId: 0, result });
    this.take(leg({ type: 'invited', atMs: 0 }), leg({ type: 'answered', sdp, atMs: 0 }));
    return this;
  }
}

function leg(event: LegEvent): CallInput {
  return { type: 'leg', event };
}

const accepted = leg({ type: 'offer-accepted', sdp, atMs: 0 });

test('§9.6: allowed, held, referred, done: each step waits for the one before', () => {
  const story = new Story().answered([{ type: 'transfer', order }]);
  assert.equal(story.effects.at(-1)?.type, 'judge-transfer');
  assert.deepEqual(story.take(accepted), []);
  assert.deepEqual(story.take({ type: 'transfer-judged' }), ['offer']);
  assert.deepEqual(story.take(leg({ type: 'refer-done', status: 200, reason: 'OK', atMs: 0 })), []);
  assert.deepEqual(story.take(accepted), ['connect', 'refer']);
  assert.deepEqual(story.take(accepted), []);
  assert.deepEqual(story.take(leg({ type: 'refer-accepted', status: 202, atMs: 0 })), []);
  assert.deepEqual(story.take(leg({ type: 'refer-done', status: 200, reason: 'OK', atMs: 0 })), [
    'transferred',
    'hang-up',
    'ended',
    'close',
    'ask vgwCallTransferred',
  ]);
  const reply = ok({ steps: [{ type: 'say' as const, text: 'Bye.' }], context: { kept: 1 }, problems: [] });
  assert.deepEqual(story.take({ type: 'replied', turnId: 1, result: reply }), ['ask vgwHangUp']);
  assert.equal(story.state.context['kept'], 1);
});

test('the bot fails on vgwCallTransferred: there is no last turn', () => {
  const story = new Story().answered([{ type: 'transfer', order: { ...order, method: 'hang-up' } }]);
  story.take({ type: 'transfer-judged' });
  const error = gatewayError('bot.timeout', 'No answer.');
  assert.deepEqual(story.take({ type: 'replied', turnId: 1, result: { ok: false, error } }), []);
  assert.deepEqual(story.state.awaits, { media: true, dialog: true, lastTurn: false });
});

test('recognition fails: the message, then the default target', () => {
  const story = new Story().answered([]);
  assert.deepEqual(story.take(recognitionFailed), ['play']);
  const finished = { type: 'playback-finished', playbackId: 'turn-1', isComplete: true, playedMs: 1, atMs: 0 } as const;
  assert.deepEqual(story.take({ type: 'media', event: finished }), ['pause-listening', 'judge-transfer']);
  const last = story.effects.at(-1);
  assert.equal(last?.type === 'judge-transfer' && last.target, 'tel:+1');
});

test('recognition fails during a transfer: it goes on, and the failure counts when it is over', () => {
  const story = new Story().answered([{ type: 'transfer', order }]);
  story.take({ type: 'transfer-judged' }, accepted);
  assert.deepEqual(story.take(recognitionFailed), []);
  story.take(leg({ type: 'refer-done', status: 200, reason: 'OK', atMs: 0 }));
  assert.deepEqual(
    [story.state.end?.state, story.state.end?.endCode, story.state.end?.failureReason],
    ['ended', 'speech.recognition-failed', 'The engine stopped.'],
  );
});

test('the call ends during a transfer: nobody knows how that went', () => {
  const story = new Story().answered([{ type: 'transfer', order }]);
  story.take({ type: 'transfer-judged' });
  story.nowMs = callDeadlineMs(story.state) ?? 0;
  assert.equal(story.nowMs, plan.maxDurationMs);
  assert.deepEqual(story.take({ type: 'deadline' }).slice(0, 2), ['hang-up', 'failed']);
  assert.equal(callFacts(story.state)?.transfer?.outcome, 'unknown');
  assert.deepEqual(story.take(leg({ type: 'refer-done', status: 200, reason: 'OK', atMs: 0 })), []);
});

test('a hold that is answered with something that cannot be used is noted', () => {
  const story = new Story().answered([{ type: 'transfer', order }]);
  story.take({ type: 'transfer-judged' });
  assert.deepEqual(story.take(leg({ type: 'offer-accepted', sdp: undefined, atMs: 0 })), ['refer']);
  assert.match(story.state.warnings.join(), /an answer that cannot be used/);
});
