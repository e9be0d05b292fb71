/** Every row of specification §5.1 and §5.5 that is about the v2 API: right place, right type, right moment. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contextForTurn, type TurnFacts, type TurnReply } from '../../conversation/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';
import { printMessage, readMessage, readTurn } from './codec.ts';

const modes = ['sessions', 'stateless'] as const;
type Mode = (typeof modes)[number];

function valueAt(from: Json, path: string): Json | undefined {
  let value: Json | undefined = from;
  for (const name of path.split('/'))
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** The body that a turn is asked with. */
function sent(mode: Mode, text: string, context: JsonObject): JsonObject {
  const body: unknown = JSON.parse(printMessage(readTurn({ sessionId: 's', tenantId: 't', text, context }), mode));
  assert.ok(isJsonObject(body));
  return body;
}

/** What a reply becomes, after a turn with this context. */
function received(body: JsonObject, context: JsonObject = {}): TurnReply {
  const turn = readTurn({ sessionId: 's', tenantId: 't', text: 'hello', context });
  const reply = readMessage({ output: { generic: [] }, ...body }, turn, 'session-1');
  assert.ok(reply.ok);
  return reply.value;
}

const sip = {
  callId: 'call-1',
  fromUri: 'sip:+39-06.1234@trunk.example.net;user=phone',
  toUri: 'tel:+393331112233',
  requestUri: 'sip:+393331112233@sbc.example.net:5061;transport=tls',
};
const facts = (input: TurnFacts['input'], more: Partial<TurnFacts> = {}): JsonObject =>
  contextForTurn({ vgwIsOutboundCall: 'Yes' }, { sessionId: 's-1', input, isBargeIn: false, sip, ...more });
const speech = facts({ type: 'speech', text: 'yes', confidence: 0.8 });
const start = facts({ type: 'start' });

describe('set by the gateway', () => {
  const input = 'input/integrations/voice_telephony';
  const call = 'context/integrations/voice_telephony';
  const rows: readonly (readonly [path: string, text: string, context: JsonObject, value: Json | undefined])[] = [
    ['input/text', 'yes', speech, 'yes'],
    ['input/text', '', start, ''],
    ['input/message_type', 'yes', speech, 'text'],
    [`${input}/post_response_timeout_occurred`, 'yes', speech, false],
    [`${input}/post_response_timeout_occurred`, 'vgwPostResponseTimeout', facts({ type: 'event' }), true],
    [`${input}/final_utterance_timeout_occurred`, 'yes', speech, false],
    [`${input}/final_utterance_timeout_occurred`, 'vgwFinalUtteranceTimeout', facts({ type: 'event' }), true],
    [`${input}/barge_in_occurred`, 'yes', speech, false],
    [`${input}/barge_in_occurred`, 'yes', facts({ type: 'digits' }, { isBargeIn: true }), true],
    [`${input}/is_dtmf`, 'yes', speech, false],
    [`${input}/is_dtmf`, '1', facts({ type: 'digits' }), true],
    [`${input}/dtmf_collection_succeeded`, 'yes', speech, undefined],
    [`${input}/dtmf_collection_succeeded`, '12', facts({ type: 'digits', collection: 'complete' }), true],
    [`${input}/dtmf_collection_succeeded`, '12', facts({ type: 'digits', collection: 'incomplete' }), false],
    [`${input}/speech_to_text_result`, '1', facts({ type: 'digits' }), undefined],
    [
      `${input}/speech_to_text_result`,
      'yes',
      speech,
      { result_index: 0, results: [{ final: true, alternatives: [{ transcript: 'yes', confidence: 0.8 }] }] },
    ],
    [`${input}/sms_message`, 'vgwSMSMessage', { vgwSMSMessage: 'Via Roma 1' }, 'Via Roma 1'],
    [`${input}/sms_message`, 'yes', speech, undefined],
    [`${call}/sip_call_id`, 'yes', speech, 'call-1'],
    [`${call}/assistant_phone_number`, 'yes', speech, '+39061234'],
    [`${call}/assistant_phone_number`, 'yes', { ...speech, vgwIsOutboundCall: 'No' }, '+393331112233'],
    [`${call}/sip_custom_invite_headers`, '', { ...start, vgwSIPCustomInviteHeaders: { 'X-A': '1' } }, { 'X-A': '1' }],
    [`${call}/sip_custom_invite_headers`, '', start, undefined],
    [`${call}/private/user_phone_number`, 'yes', speech, '+393331112233'],
    [`${call}/private/user_phone_number`, 'yes', { ...speech, vgwPhoneUserPhoneNumber: '+1' }, '+1'],
    [
      `${call}/private/user_phone_number`,
      'yes',
      { vgwSIPToURI: 'sip:anna@example.net', vgwIsOutboundCall: 'Yes' },
      undefined,
    ],
    [`${call}/private/sip_from_uri`, 'yes', speech, sip.fromUri],
    [`${call}/private/sip_to_uri`, 'yes', speech, sip.toUri],
    [`${call}/private/sip_request_uri`, 'yes', speech, sip.requestUri],
    [`${call}/private/sip_request_uri`, 'yes', {}, undefined],
    ['context/skills/main skill/user_defined/vgwSessionID', 'yes', speech, 's-1'],
    ['context/skills/main skill/user_defined/vgwIsOutboundCall', '', start, 'Yes'],
    ['context/skills/main skill/user_defined/vgwBargeInOccurred', 'yes', speech, 'No'],
    ['context/skills/main skill/user_defined/campaign', '', { campaign: 'recall-07' }, 'recall-07'],
    [
      'context/skills/main skill/user_defined/vgwHangupReason',
      'vgwHangUp',
      facts({ type: 'end', reason: 'busy' }),
      'busy',
    ],
  ];
  for (const mode of modes) {
    for (const [path, text, context, value] of rows) {
      test(`${mode}: ${path} is ${JSON.stringify(value)} at ${JSON.stringify(text)}`, () => {
        assert.deepEqual(valueAt(sent(mode, text, context), path), value);
      });
    }
  }

  test('with a session, facts of the last turn that are none of this one are taken back, once', () => {
    const path = 'context/skills/main skill/user_defined';
    const reply = { context: { skills: { 'main skill': { user_defined: speech } } } };
    const next = contextForTurn(received(reply).context, {
      sessionId: 's-1',
      input: { type: 'event' },
      isBargeIn: false,
    });
    const asked = sent('sessions', 'vgwNoInputTurn', next);
    assert.equal(valueAt(asked, `${path}/vgwSTTResponse`), null);
    assert.equal(valueAt(asked, `${path}/vgwSIPCallID`), null);
    assert.equal(valueAt(asked, `${path}/vgwSessionID`), 's-1');
    assert.equal(valueAt(sent('stateless', 'vgwNoInputTurn', next), `${path}/vgwSTTResponse`), undefined);
    const taken = { context: { skills: { 'main skill': { user_defined: { ...speech, vgwSTTResponse: null } } } } };
    const later = received(taken, next).context;
    assert.equal(
      valueAt(
        sent(
          'sessions',
          'yes',
          contextForTurn(later, { sessionId: 's-1', input: { type: 'event' }, isBargeIn: false }),
        ),
        `${path}/vgwSTTResponse`,
      ),
      undefined,
    );
  });

  test('what the gateway keeps for itself is no variable', () => {
    const context = { a: 1, watsonAssistantV2: { sessionId: 'session-1', context: {} } };
    for (const mode of modes)
      assert.doesNotMatch(JSON.stringify(sent(mode, 'yes', context)), /session-1|watsonAssistant/);
  });
});

describe('set by the assistant', () => {
  const telephony = (settings: JsonObject): JsonObject => ({
    context: { integrations: { voice_telephony: settings } },
  });
  for (const [settings, variable, value] of [
    [{ post_response_timeout_count: 9000 }, 'vgwPostResponseTimeoutCount', 9000],
    [{ final_utterance_timeout_count: '3000' }, 'vgwFinalUtteranceTimeout', '3000'],
    [{ turn_settings: { timeout_count: 8000 } }, 'vgwConversationResponseTimeout', 8000],
  ] as const) {
    test(`${JSON.stringify(settings)} is ${variable}`, () => {
      const first = received(telephony(settings));
      assert.equal(first.context[variable], value);
      assert.deepEqual(first.problems, []);
      const again = received(telephony(settings), { ...first.context, [variable]: 1 });
      assert.equal(
        again.context[variable],
        1,
        'the same setting does not overwrite what was set by its old name since',
      );
      const back = received(telephony({}), first.context);
      assert.equal(back.context[variable], null, 'a setting that was taken back');
    });
  }

  test('cdr_custom_data is for the record, each time it changes', () => {
    const first = received(telephony({ cdr_custom_data: { a: 1, b: '' } }));
    assert.deepEqual(first.steps, [{ type: 'add-call-data', data: { a: 1, b: '' } }]);
    assert.deepEqual(received(telephony({ cdr_custom_data: { a: 1, b: '' } }), first.context).steps, []);
    const changed = received(telephony({ cdr_custom_data: { a: 2 } }), first.context);
    assert.deepEqual(changed.steps, [{ type: 'add-call-data', data: { a: 2 } }]);
  });

  const hangUp = { command: 'vgwActHangup' };
  for (const [where, body] of [
    ['output', { output: { generic: [], vgwAction: hangUp } }],
    ['context', { context: { vgwAction: hangUp } }],
    ['the variables', { context: { skills: { 'main skill': { user_defined: { vgwAction: hangUp, a: 1 } } } } }],
    ['a sequence', { context: { skills: { 'main skill': { user_defined: { vgwActionSequence: [hangUp] } } } } }],
    ['a response', { output: { generic: [{ response_type: 'end_session' }] } }],
  ] as const satisfies readonly (readonly [string, JsonObject])[]) {
    test(`an action in ${where} is carried out once`, () => {
      const { steps, context } = received(body);
      assert.deepEqual(steps, [{ type: 'hang-up' }]);
      const echo = sent('stateless', 'yes', context);
      assert.doesNotMatch(JSON.stringify(echo), /vgwActHangup/);
    });
  }

  test('of two actions the one of output counts', () => {
    const { steps } = received({
      output: { vgwAction: { command: 'vgwActPauseSTT' } },
      context: { vgwAction: hangUp },
    });
    assert.deepEqual(steps, [{ type: 'switch', name: 'speech', isOn: false }]);
  });

  test('variables of the dialog skill are those of the call; without the skill they stay', () => {
    const own = received({ context: { skills: { 'main skill': { user_defined: { a: 1 } } } } }, { b: 2 });
    assert.equal(own.context['a'], 1);
    assert.ok(!('b' in own.context));
    assert.equal(received({ context: { skills: {} } }, { b: 2 }).context['b'], 2);
    assert.equal(received({}, { b: 2 }).context['b'], 2);
  });

  test('an action that came with the call itself is nobody’s wish', () => {
    assert.deepEqual(received({}, { vgwAction: hangUp }).steps, []);
  });

  test('who called whom is not kept', () => {
    const { context } = received(telephony({ private: { user_phone_number: '+1' } }));
    assert.doesNotMatch(JSON.stringify(context), /user_phone_number/);
  });
});

test('a suggestion that was chosen goes back as it came, in the gateway’s envelope', () => {
  const input = { message_type: 'other', text: 'order a drink', suggestion_id: 's-1' };
  const turn = readTurn({ sessionId: 's', tenantId: 't', text: 'order a drink', context: {}, input });
  const body = JSON.parse(printMessage(turn, 'stateless')) as { readonly input: object };
  assert.deepEqual(
    { ...body.input, integrations: undefined },
    { message_type: 'text', text: 'order a drink', suggestion_id: 's-1', integrations: undefined },
  );
});
