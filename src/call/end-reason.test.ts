import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatewayError } from '../kit/index.ts';
import { endHeaders } from './bye-headers.ts';
import { fail } from './call-ending.ts';
import { callPlan } from './call-plan.fixture.ts';
import { type CallState, newCallState } from './index.ts';

const answered: CallState = { ...newCallState(callPlan, 0, 0), phase: 'active', answeredAtMs: 0 };
const ended = {
  state: 'ended',
  endCode: 'completed.bot',
  endedBy: 'bot',
  blame: undefined,
  failureReason: undefined,
  atMs: 0,
} as const;
const normal = { name: 'Reason', value: 'Q.850;cause=16;text="Normal call clearing"' };

test('RFC 3326 §2: our BYE says why, and a Reason of the bot goes before ours', () => {
  assert.deepEqual(endHeaders(answered, ended), [normal]);
  const own = { name: 'reason', value: 'SIP;cause=600' };
  assert.deepEqual(endHeaders({ ...answered, hangUpHeaders: [own] }, ended), [own]);
  const failureOf = (code: 'media.no-answer-codec' | 'call.shutdown' | 'bot.timeout'): unknown => {
    const [, ...effects] = fail(
      { ...answered, awaits: { ...answered.awaits, dialog: true } },
      gatewayError(code, 'No'),
      0,
    );
    const hangUp = effects.find(({ type }) => type === 'hang-up');
    return hangUp?.type === 'hang-up' ? hangUp.headers.map(({ value }) => value) : undefined;
  };
  assert.deepEqual(failureOf('media.no-answer-codec'), ['Q.850;cause=88;text="Incompatible destination"']);
  assert.deepEqual(failureOf('call.shutdown'), ['Q.850;cause=41;text="Gateway stopped"']);
  assert.deepEqual(failureOf('bot.timeout'), ['Q.850;cause=41;text="Temporary failure"']);
});

test('RFC 3326 §2: a CANCEL says why too, and nothing of what the bot wanted in the BYE', () => {
  const ringing: CallState = { ...newCallState(callPlan, 0, 0), hangUpHeaders: [{ name: 'X-A', value: 'b' }] };
  assert.deepEqual(endHeaders(ringing, { ...ended, state: 'failed', endCode: 'call.cancelled' }), [normal]);
});
