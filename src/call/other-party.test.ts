/** What depends on who has placed the call: the same stories of a call that came in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TurnReply } from '../conversation/index.ts';
import { ok } from '../kit/index.ts';
import type { LegEvent } from '../sip/index.ts';
import { callPlan, farSdp as sdp } from './call-plan.fixture.ts';
import { type CallEffect, type CallInput, type CallPlan, type CallState, newCallState, onCall } from './index.ts';

const callId = 'from-outside';
const plan: CallPlan = {
  ...callPlan,
  transfer: { ...callPlan.transfer, isHeld: false },
  incoming: { callId, requestUri: 'sip:clinic@192.0.2.1', offer: sdp, isRinging: true, headers: {} },
};

function run(steps: TurnReply['steps'], ...inputs: readonly CallInput[]): { state: CallState; last: CallEffect[] } {
  const begin: readonly CallInput[] = [
    { type: 'begin' },
    { type: 'media', event: { type: 'opened', port: 16_384 } },
    { type: 'replied', turnId: 0, result: ok({ steps, context: {}, problems: [] }) },
    ofCaller({ type: 'accepted', atMs: 0 }),
  ];
  let state = newCallState(plan, 0, 0);
  let last: CallEffect[] = [];
  for (const input of [...begin, ...inputs]) [state, ...last] = onCall(state, input, 0);
  return { state, last };
}

function leg(legId: string, event: LegEvent): CallInput {
  return { type: 'leg', event, legId };
}
const ofCaller = (event: LegEvent): CallInput => leg(callId, event);
const bye = ofCaller({ type: 'bye-received', atMs: 0 });

test('a caller that has sent the call on and left has ended it, when nobody answers there', () => {
  const refer = { target: 'sip:agent@192.0.2.7', contact: 'sip:+1@192.0.2.9', headers: [] };
  const { state } = run(
    [],
    ofCaller({ type: 'refer-received', referId: 'r-1', refer, atMs: 0 }),
    { type: 'redirection-judged' },
    bye,
    leg('s-1.1', { type: 'rejected', status: 486, reason: 'Busy Here', atMs: 0 }),
  );
  assert.deepEqual([state.end?.endedBy, state.end?.endCode], ['caller', 'completed.caller']);
});

test('RFC 5589 §7: the target is kept for a caller that leaves as soon as it has taken an attended transfer', () => {
  const order = { method: 'refer', target: 'sip:agent@192.0.2.7', acceptedCodes: [], isAttended: true } as const;
  const { state, last } = run(
    [{ type: 'transfer', order }],
    { type: 'transfer-judged' },
    leg('s-1.1', { type: 'answered', sdp, atMs: 0 }),
    ofCaller({ type: 'refer-accepted', status: 202, atMs: 0 }),
    bye,
  );
  assert.deepEqual([state.transfer?.outcome, state.end?.endedBy], ['transferred', 'caller']);
  assert.deepEqual(
    last.filter(({ type }) => type === 'hang-up'),
    [],
  );
});
