/** §5.2: what the gateway sets in `context`. */
import assert from 'node:assert/strict';
import { act, callWith, hangUp, silentPhone, type StateRow, tenantWith, texts, values } from './state-row.ts';

const yesNo = 'the string Yes or No';
const speaks = { speaksFirst: true, lines: ['hello there'] };
const row = (name: string, type: string, moment: string, check: () => Promise<void>, place = 'context'): StateRow => ({
  section: '5.2',
  name,
  place,
  type,
  moment,
  check,
});

/** One of the four SIP facts: there with its setting, not without. */
function sipFact(
  name: string,
  key: 'isCallIdSent' | 'isFromUriSent' | 'isToUriSent' | 'isRequestUriSent',
  setting: string,
) {
  return row(name, 'string', `every turn, with ${setting}`, async () => {
    const none = { isCallIdSent: false, isFromUriSent: false, isToUriSent: false, isRequestUriSent: false };
    const world = await callWith([{}, hangUp], { of: tenantWith({}, { sipVariables: { ...none, [key]: true } }) });
    const sent = values(world, name);
    assert.equal(sent.length, 3);
    for (const value of sent) assert.ok(typeof value === 'string' && value !== '' && value === sent[0]);
    assert.deepEqual(values(await callWith([hangUp, hangUp]), name), [undefined, undefined, undefined]);
  });
}

function inviteHeader(name: string, type: string): StateRow {
  const check = async (): Promise<void> => {
    const world = await callWith([{}, hangUp], { of: tenantWith({ inviteHeaders: 'X-Campaign' }) });
    assert.deepEqual(values(world, name), [undefined, undefined, undefined]);
  };
  const instead =
    'never set: an outbound call has no INVITE that came, and CUSTOM_SIP_INVITE_HEADER says so at the start';
  return { ...row(name, type, 'with CUSTOM_SIP_INVITE_HEADER, of an INVITE that came', check), instead };
}

export const rowsOfGateway: readonly StateRow[] = [
  row('vgwSessionID', 'string', 'every turn, the first one included', async () => {
    const world = await callWith([{}, hangUp]);
    const ids = values(world, 'vgwSessionID');
    assert.equal(ids.length, 3);
    for (const id of ids) assert.equal(id, world.records[0]?.plan.sessionId);
  }),
  row('vgwIsOutboundCall', yesNo, 'the first turn, then by the round trip of context', async () => {
    assert.deepEqual(values(await callWith([{}, hangUp]), 'vgwIsOutboundCall'), ['Yes', 'Yes', 'Yes']);
    const forgets = await callWith((_turn, index) => ({
      ok: true,
      value: { steps: index === 0 ? [] : [{ type: 'hang-up' }], context: { vgwIsOutboundCall: null }, problems: [] },
    }));
    assert.deepEqual(values(forgets, 'vgwIsOutboundCall'), ['Yes', null, null]);
  }),
  sipFact('vgwSIPCallID', 'isCallIdSent', 'SEND_SIP_CALL_ID_TO_CONVERSATION'),
  sipFact('vgwSIPRequestURI', 'isRequestUriSent', 'SEND_SIP_REQUEST_URI_TO_CONVERSATION'),
  sipFact('vgwSIPToURI', 'isToUriSent', 'SEND_SIP_TO_URI_TO_CONVERSATION'),
  sipFact('vgwSIPFromURI', 'isFromUriSent', 'SEND_SIP_FROM_URI_TO_CONVERSATION'),
  inviteHeader('vgwSIPCustomInviteHeader', 'string'),
  inviteHeader('vgwSIPCustomInviteHeaders', 'object name to value'),
  row('vgwPhoneUserPhoneNumber', 'string', 'every turn, when a number is called', async () => {
    const world = await callWith([{}, hangUp], { to: 'sip:+39-06.1234@10.0.0.2;user=phone' });
    assert.deepEqual(values(world, 'vgwPhoneUserPhoneNumber'), ['+39061234', '+39061234', '+39061234']);
    const named = await callWith([hangUp, hangUp]);
    assert.deepEqual(values(named, 'vgwPhoneUserPhoneNumber'), [undefined, undefined, undefined]);
  }),
  row('vgwBargeInOccurred', yesNo, 'each turn', async () => {
    const world = await callWith([{ text: ['this is quite a long announcement'] }, hangUp], { phone: speaks });
    assert.deepEqual(values(world, 'vgwBargeInOccurred'), ['No', 'Yes', 'No']);
  }),
  row('vgwIsDTMF', yesNo, 'each turn', async () => {
    const world = await callWith([{}, {}, hangUp], { keys: ['1', 2000] });
    assert.deepEqual(values(world, 'vgwIsDTMF'), ['No', 'Yes', 'No', 'No']);
  }),
  row(
    'vgwDTMFCollectionSucceeded',
    yesNo,
    'after a collection; the digits are in input.text also when No',
    async () => {
      const collect = act('vgwActCollectDTMF', { dtmfCount: 2, dtmfInterDigitTimeoutCount: 1000 });
      const whole = await callWith([collect, hangUp], { keys: ['12', 2000] });
      assert.deepEqual(
        [texts(whole)[1], values(whole, 'vgwDTMFCollectionSucceeded')],
        ['12', [undefined, 'Yes', undefined]],
      );
      const part = await callWith([collect, hangUp], { keys: ['1', 2000] });
      assert.deepEqual(
        [texts(part)[1], values(part, 'vgwDTMFCollectionSucceeded')],
        ['1', [undefined, 'No', undefined]],
      );
    },
  ),
  row('vgwSTTResponse', 'object', 'turns of speech', async () => {
    const world = await callWith([{}, hangUp], { phone: speaks });
    const result = { final: true, alternatives: [{ transcript: 'hello there', confidence: 1 }] };
    assert.deepEqual(values(world, 'vgwSTTResponse'), [undefined, { result_index: 0, results: [result] }, undefined]);
  }),
  row('vgwTextAlternatives', 'string of a JSON array', 'turns of speech', async () => {
    const world = await callWith([{}, hangUp], { phone: speaks });
    const [, told] = values(world, 'vgwTextAlternatives');
    assert.ok(typeof told === 'string');
    assert.deepEqual(JSON.parse(told), [{ transcript: 'hello there', confidence: 1 }]);
  }),
  row(
    'vgwCompletedActions',
    'array of {command, parameters, processed: true}',
    'after an answer with actions',
    async () => {
      const world = await callWith([act('vgwActPlayText', { text: 'hi' }), hangUp]);
      const done = (command: string, parameters: object) => [{ command, parameters, processed: true }];
      assert.deepEqual(values(world, 'vgwCompletedActions'), [
        undefined,
        done('vgwActPlayText', { text: 'hi' }),
        done('vgwActHangup', {}),
      ]);
    },
  ),
  row('vgwHangUp', 'Yes', 'the last turn', async () => {
    assert.deepEqual(values(await callWith([{}, hangUp]), 'vgwHangUp'), [undefined, undefined, 'Yes']);
  }),
  row('vgwHangupReason', 'string: the end code of the call', 'the last turn', async () => {
    const reasonOf = async (...call: Parameters<typeof callWith>) =>
      values(await callWith(...call), 'vgwHangupReason').filter((value) => value !== undefined);
    assert.deepEqual(await reasonOf([{}, hangUp]), ['completed.bot']);
    const limited = { settings: { maxCallDurationMs: 3000 } };
    assert.deepEqual(await reasonOf([{}], limited), ['call.too-long']);
    assert.deepEqual(await reasonOf([{}], { phone: { ringMs: -1 } }), ['sip.no-answer']);
    assert.deepEqual(await reasonOf([{}], { phone: { rejectWith: 486 } }), ['sip.busy']);
  }),
  row('vgwNetworkWarnings', 'array of objects', 'the turn after packets were lost or came unevenly', async () => {
    const of = tenantWith({ packetLossWarningPackets: 5 });
    const world = await callWith([{}, {}, {}, hangUp], { of, weather: { lossChance: 0.1 }, phone: silentPhone });
    const told = values(world, 'vgwNetworkWarnings').find((value) => value !== undefined);
    assert.ok(Array.isArray(told));
    const [warning] = told as readonly {
      readonly kind: string;
      readonly packetsLost: number;
      readonly limit: number;
    }[];
    assert.ok(warning?.kind === 'packet-loss' && warning.packetsLost >= 5 && warning.limit === 5);
    assert.match(world.records[0]?.warnings.join() ?? '', /packets of the callee were lost/);
    assert.ok(!texts(world).includes('vgwNetworkWarningMessage'));
  }),
  ...(['vgwSTTProvider', 'vgwTTSProvider'] as const).map((name) =>
    row(name, 'string', 'every turn, when the service has a name in the tenant', async () => {
      const of = tenantWith({ sttName: 'ear', ttsName: 'mouth' });
      const wanted = name === 'vgwSTTProvider' ? 'ear' : 'mouth';
      assert.deepEqual(values(await callWith([{}, hangUp], { of }), name), [wanted, wanted, wanted]);
      assert.deepEqual(values(await callWith([{}, hangUp]), name), [undefined, undefined, undefined]);
    }),
  ),
];
