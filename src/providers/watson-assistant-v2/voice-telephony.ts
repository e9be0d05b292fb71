/**
 * The variables of the phone integration, `integrations.voice_telephony` (specification §5.1, §5.5), and the `vgw*`
 * variables that the gateway knows them by. Pure.
 */
import { gatewayTexts, isYes } from '../../conversation/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';

/** What is true of one turn: `input.integrations.voice_telephony`. Real booleans, unlike in the v1 API. */
export function turnFacts(text: string, variables: JsonObject): JsonObject {
  const { vgwDTMFCollectionSucceeded: collected, vgwSTTResponse: heard, vgwSMSMessage: received } = variables;
  return {
    post_response_timeout_occurred: text === gatewayTexts.postResponseTimeout,
    final_utterance_timeout_occurred: text === gatewayTexts.finalUtteranceTimeout,
    barge_in_occurred: isYes(variables['vgwBargeInOccurred']),
    is_dtmf: isYes(variables['vgwIsDTMF']),
    ...(collected === undefined || collected === null ? {} : { dtmf_collection_succeeded: isYes(collected) }),
    ...(isJsonObject(heard) ? { speech_to_text_result: heard } : {}),
    ...(typeof received === 'string' ? { sms_message: received } : {}),
  };
}

/** What is true of the whole call: `context.integrations.voice_telephony`. What `private` holds stays out of logs. */
export function callFacts(variables: JsonObject): JsonObject {
  const textOf = (name: string): string | undefined => {
    const value = variables[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [from, to] = [textOf('vgwSIPFromURI'), textOf('vgwSIPToURI')];
  const [assistant, user] = isYes(variables['vgwIsOutboundCall']) ? [from, to] : [to, from];
  const { vgwSIPCustomInviteHeaders: headers } = variables;
  return {
    ...present({ sip_call_id: textOf('vgwSIPCallID'), assistant_phone_number: numberOf(assistant) }),
    ...(isJsonObject(headers) ? { sip_custom_invite_headers: headers } : {}),
    private: present({
      user_phone_number: textOf('vgwPhoneUserPhoneNumber') ?? numberOf(user),
      sip_from_uri: from,
      sip_to_uri: to,
      sip_request_uri: textOf('vgwSIPRequestURI'),
    }),
  };
}

/** What an assistant sets, and the variable that it sets by that. */
const settings: readonly (readonly [path: readonly string[], variable: string])[] = [
  [['post_response_timeout_count'], 'vgwPostResponseTimeoutCount'],
  [['final_utterance_timeout_count'], 'vgwFinalUtteranceTimeout'],
  [['turn_settings', 'timeout_count'], 'vgwConversationResponseTimeout'],
];

/**
 * The variables of the settings that are other than they were sent; the others are as they were, or as the assistant set
 * them by their old names. A setting that was taken back is null.
 */
export function changedSettings(received: JsonObject, sent: JsonObject): JsonObject {
  const changed = settings.flatMap(([path, variable]): [string, Json][] => {
    const [now, before] = [valueAt(received, path), valueAt(sent, path)];
    return isSame(now, before) ? [] : [[variable, now ?? null]];
  });
  return Object.fromEntries(changed);
}

/** Data for the call record, when the assistant set other data than it was sent (specification §5.5). */
export function changedRecordData(received: JsonObject, sent: JsonObject): JsonObject | undefined {
  const { cdr_custom_data: data } = received;
  return isJsonObject(data) && !isSame(data, sent['cdr_custom_data']) ? data : undefined;
}

/** The number of a SIP or tel URI, without what is written in it for the eye. */
function numberOf(uri: string | undefined): string | undefined {
  const [, number] = /^(?:sips?|tel):(\+?\d[\d.()-]{1,31})(?:[@;]|$)/i.exec(uri ?? '') ?? [];
  return number?.replaceAll(/[.()-]/g, '');
}

function present(values: Readonly<Record<string, string | undefined>>): JsonObject {
  const pairs = Object.entries(values).flatMap(([name, value]): [string, Json][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(pairs);
}

function valueAt(from: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = from;
  for (const name of path) value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value ?? undefined;
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
