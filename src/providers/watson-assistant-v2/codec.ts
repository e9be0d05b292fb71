/**
 * Turns to v2 message requests and back (specification §5.1, §5.5). The context of a call is flat; here the assistant's
 * variables are those of its dialog skill, the gateway's settings those of its phone integration. Pure.
 */
import {
  gatewayTexts,
  isTooDeep,
  perTurnVariables,
  readMessageResponse,
  type TurnReply,
  type TurnRequest,
} from '../../conversation/index.ts';
import { type GatewayError, isJsonObject, type Json, type JsonObject, type Result } from '../../kit/index.ts';
import { pathSegment } from '../bot-connection/index.ts';
import type { WatsonAssistantV2Options } from './options.ts';
import { callFacts, changedRecordData, changedSettings, turnFacts } from './voice-telephony.ts';

/** Under this key of the call's context stands what the service needs back and no dialog sees. */
const keptKey = 'watsonAssistantV2';
const dialogSkill = 'main skill';

/** A turn, taken apart. */
export interface AssistantTurn {
  readonly text: string;
  /** The input of the option that the callee chose, as the assistant gave it. */
  readonly chosen?: JsonObject;
  /** Of the call, of the assistant, and the gateway's. */
  readonly variables: JsonObject;
  /** Of the conversation so far; undefined at its start. */
  readonly sessionId?: string;
  /** The context that came with the last reply, without the variables. */
  readonly received: JsonObject;
  /** Facts of the last turn that a session still holds. */
  readonly pastFacts: readonly string[];
}

/** On the first turn of a call nothing was kept yet, whatever the call's context holds. */
export function readTurn({ text, context, input }: TurnRequest): AssistantTurn {
  const { [keptKey]: kept, ...variables } = context;
  const asked = { text, variables, ...(input === undefined ? {} : { chosen: input }) };
  if (text === gatewayTexts.start || !isJsonObject(kept)) return { ...asked, received: {}, pastFacts: [] };
  const { sessionId, context: received, facts } = kept;
  return {
    ...asked,
    ...(isSessionId(sessionId) ? { sessionId } : {}),
    received: objectAt(received),
    pastFacts: (Array.isArray(facts) ? facts : []).filter((name) => typeof name === 'string'),
  };
}

/** What may stand in a path; the services themselves use UUIDs. */
export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 256 && /^\w[\w.~-]*$/.test(value);
}

export interface AssistantUrls {
  /** POST here opens a session. */
  readonly sessions: string;
  /** DELETE here ends it. */
  session(id: string): string;
  /** POST here is a turn; without a session a stateless one. */
  message(sessionId: string | undefined): string;
}

export function assistantUrls({ url, assistantId, apiVersion }: WatsonAssistantV2Options): AssistantUrls {
  const root = `${url.endsWith('/') ? url.slice(0, -1) : url}/v2/assistants/${pathSegment(assistantId)}`;
  const version = `?version=${apiVersion}`;
  const session = (id: string): string => `${root}/sessions/${pathSegment(id)}`;
  return {
    sessions: `${root}/sessions${version}`,
    session: (id) => `${session(id)}${version}`,
    message: (id) => `${id === undefined ? root : session(id)}/message${version}`,
  };
}

/**
 * The body of a message. With sessions the service merges the context into its own: what is no longer true is then sent as
 * null, and its own state is left to it. Stateless, all that came is sent back.
 */
export function printMessage(
  { text, chosen = {}, variables, received, pastFacts }: AssistantTurn,
  mode: WatsonAssistantV2Options['mode'],
): string {
  const isStateless = mode === 'stateless';
  const skills = isStateless ? objectAt(received['skills']) : {};
  const integrations = objectAt(received['integrations']);
  const telephony = { ...objectAt(integrations['voice_telephony']), ...callFacts(variables) };
  const takenBack = Object.fromEntries(isStateless ? [] : pastFacts.map((name) => [name, null]));
  return JSON.stringify({
    input: {
      ...chosen,
      message_type: 'text',
      text,
      ...(isStateless ? {} : { options: { return_context: true } }),
      integrations: { voice_telephony: turnFacts(text, variables) },
    },
    context: {
      ...(isStateless ? received : {}),
      skills: {
        ...skills,
        [dialogSkill]: { ...objectAt(skills[dialogSkill]), user_defined: { ...takenBack, ...variables } },
      },
      integrations: { ...integrations, voice_telephony: telephony },
    },
  });
}

/** `sessionId`: of the conversation from now on; without one it is stateless. Fails like `readMessageResponse`. */
export function readMessage(
  body: unknown,
  turn: AssistantTurn,
  sessionId: string | undefined,
): Result<TurnReply, GatewayError> {
  if (!isJsonObject(body) || isTooDeep(body)) return readMessageResponse(body, {});
  const { output } = body;
  const { variables, received, actions } = splitContext(objectAt(body['context']), turn);
  const data = changedRecordData(telephonyOf(received), telephonyOf(turn.received));
  return readMessageResponse(
    {
      ...(output === undefined
        ? {}
        : { output: isJsonObject(output) ? { ...actions, ...withRecordData(output, data) } : output }),
      context: withKept(variables, received, sessionId),
    },
    {},
  );
}

/** The context of a call whose turn brought none. */
export function keptContext({ variables, received }: AssistantTurn, sessionId: string | undefined): JsonObject {
  return withKept(variables, received, sessionId);
}

interface SplitContext {
  readonly variables: JsonObject;
  readonly received: JsonObject;
  /** `vgwAction` and `vgwActionSequence`, where they stood in the context (specification §5.1). */
  readonly actions: JsonObject;
}

/** An action is taken out of the context, where it would come back with every turn: null stands for it from then on. */
function splitContext(context: JsonObject, sent: AssistantTurn): SplitContext {
  if (Object.keys(context).length === 0) return { ...sent, actions: {} };
  const { skills, vgwAction, vgwActionSequence, ...others } = context;
  const { [dialogSkill]: skill, ...otherSkills } = objectAt(skills);
  const { user_defined: own, ...rest } = objectAt(skill);
  const received = { ...others, skills: { ...otherSkills, ...(isJsonObject(skill) ? { [dialogSkill]: rest } : {}) } };
  const set = objectAt(own);
  const taken = ['vgwAction', 'vgwActionSequence'].filter((name) => isPresent(set[name]));
  const asked = {
    vgwAction: vgwAction ?? set['vgwAction'],
    vgwActionSequence: vgwActionSequence ?? set['vgwActionSequence'],
  };
  const actions = Object.entries(asked).flatMap(([name, value]): [string, Json][] =>
    isPresent(value) ? [[name, value]] : [],
  );
  return {
    variables: {
      ...(isJsonObject(own) ? own : sent.variables),
      ...changedSettings(telephonyOf(received), telephonyOf(sent.received)),
      ...Object.fromEntries(taken.map((name) => [name, null])),
    },
    received,
    actions: Object.fromEntries(actions),
  };
}

/** With a session the service keeps its own state; and who calls whom is told anew with each turn. */
function withKept(variables: JsonObject, received: JsonObject, sessionId: string | undefined): JsonObject {
  const { private: _, ...telephony } = telephonyOf(received);
  const integrations = { ...objectAt(received['integrations']), voice_telephony: telephony };
  if (sessionId === undefined) return { ...variables, [keptKey]: { context: { ...received, integrations } } };
  const facts = Object.keys(variables).filter((name) => perTurnVariables.has(name) && isPresent(variables[name]));
  return { ...variables, [keptKey]: { sessionId, context: { integrations }, facts } };
}

/** Data for the record as the action that it is the same as. */
function withRecordData(output: JsonObject, data: JsonObject | undefined): JsonObject {
  const { generic = [] } = output;
  if (data === undefined || !Array.isArray(generic)) return output;
  const action = { command: 'vgwActAddCustomCDRData', parameters: data };
  return { ...output, generic: [{ response_type: 'user_defined', user_defined: { vgwAction: action } }, ...generic] };
}

function telephonyOf(context: JsonObject): JsonObject {
  return objectAt(objectAt(context['integrations'])['voice_telephony']);
}

function objectAt(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isPresent(value: Json | undefined): value is Exclude<Json, null> {
  return value !== undefined && value !== null;
}
