import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contextForTurn, isYes, type TurnFacts } from './index.ts';

const facts = (input: TurnFacts['input'], more: Partial<TurnFacts> = {}): TurnFacts => ({
  sessionId: 's-1',
  input,
  isBargeIn: false,
  ...more,
});

test('the first turn carries the request context and says that this is an outbound call', () => {
  assert.deepEqual(contextForTurn({ campaign: 'recall-07' }, facts({ type: 'start' })), {
    campaign: 'recall-07',
    vgwSessionID: 's-1',
    vgwBargeInOccurred: 'No',
    vgwIsDTMF: 'No',
    vgwIsOutboundCall: 'Yes',
  });
});

test('the gateway wins over request keys of the same name', () => {
  const forged = { vgwSessionID: 'x', vgwIsOutboundCall: 'No', vgwHangUp: 'Yes', vgwSIPCallID: 'x', vgwIsDTMF: 'Yes' };
  const context = contextForTurn(forged, facts({ type: 'start' }));
  assert.equal(context['vgwSessionID'], 's-1');
  assert.equal(context['vgwIsOutboundCall'], 'Yes');
  assert.equal(context['vgwIsDTMF'], 'No');
  assert.ok(!('vgwHangUp' in context) && !('vgwSIPCallID' in context));
});

test('speech brings the raw-like result and its old twin, and both go with the turn', () => {
  const spoken = contextForTurn(
    {},
    facts({ type: 'speech', text: 'yes please', confidence: 0.93 }, { isBargeIn: true }),
  );
  assert.deepEqual(spoken['vgwSTTResponse'], {
    result_index: 0,
    results: [{ final: true, alternatives: [{ transcript: 'yes please', confidence: 0.93 }] }],
  });
  assert.equal(spoken['vgwTextAlternatives'], '[{"transcript":"yes please","confidence":0.93}]');
  assert.equal(spoken['vgwBargeInOccurred'], 'Yes');
  const next = contextForTurn(spoken, facts({ type: 'event' }));
  assert.ok(!('vgwSTTResponse' in next) && !('vgwTextAlternatives' in next));
  assert.equal(next['vgwBargeInOccurred'], 'No');
});

test('digits are marked as keys', () => {
  assert.equal(contextForTurn({}, facts({ type: 'digits' }))['vgwIsDTMF'], 'Yes');
});

test('the last turn says that and why the call ended', () => {
  const context = contextForTurn({}, facts({ type: 'end', reason: 'callee hung up' }));
  assert.equal(context['vgwHangUp'], 'Yes');
  assert.equal(context['vgwHangupReason'], 'callee hung up');
});

test('later turns carry the outbound mark only through the round trip', () => {
  const first = contextForTurn({}, facts({ type: 'start' }));
  assert.equal(contextForTurn(first, facts({ type: 'event' }))['vgwIsOutboundCall'], 'Yes');
  assert.ok(!('vgwIsOutboundCall' in contextForTurn({}, facts({ type: 'event' }))));
});

test('SIP facts appear only when they are given', () => {
  const context = contextForTurn({}, facts({ type: 'event' }, { sip: { callId: 'c1', toUri: 'sip:a@b' } }));
  assert.equal(context['vgwSIPCallID'], 'c1');
  assert.equal(context['vgwSIPToURI'], 'sip:a@b');
  assert.ok(!('vgwSIPFromURI' in context));
});

test('keys of the bot and the request survive any number of turns, whatever their name', () => {
  const name = fc
    .oneof(fc.string(), fc.constantFrom('__proto__', 'constructor'))
    .filter((key) => !key.startsWith('vgw'));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 8 }), (entries) => {
      const given = Object.fromEntries(entries);
      const twice = contextForTurn(contextForTurn(given, facts({ type: 'start' })), facts({ type: 'event' }));
      for (const key of Object.keys(given)) {
        assert.deepEqual(Object.getOwnPropertyDescriptor(twice, key), Object.getOwnPropertyDescriptor(given, key));
      }
    }),
  );
});

test('yes is read as a string in any case and as a boolean', () => {
  assert.ok(isYes('Yes') && isYes('YES') && isYes(true));
  assert.ok(!isYes('No') && !isYes(undefined) && !isYes(1));
});
