/**
 * The gateway's own variables and texts in a conversation (specification §5.2, §5.3). Values are the strings `Yes` and
 * `No`, as bots of this interface expect.
 */
import type { Json, JsonObject } from '../kit/index.ts';
import type { ReplyAction } from './contract.ts';
import { type ReceivedTextMessage, textMessageVariableNames, textMessageVariables } from './received-text-message.ts';

/** What `TurnRequest.text` says when nobody spoke: the gateway's own texts (§5.3). */
export const gatewayTexts = {
  /** First turn of a call. */
  start: '',
  /** The call is over; the reply may be empty. */
  hangUp: 'vgwHangUp',
  /** Nobody spoke within the response timeout. */
  postResponseTimeout: 'vgwPostResponseTimeout',
  /** Voice, but no final result in time. */
  finalUtteranceTimeout: 'vgwFinalUtteranceTimeout',
  /** Answer to a forced turn without input. */
  noInputTurn: 'vgwNoInputTurn',
  /** The call was transferred; what the bot answers is not carried out. */
  callTransferred: 'vgwCallTransferred',
  /** A transfer failed, and the call goes on. */
  callTransferFailed: 'vgwCallTransferFailed',
  /** An utterance was below the confidence threshold. */
  filteredUtterance: 'vgwSTTResultFiltered',
  /** The callee's packets are lost or come unevenly. */
  networkWarning: 'vgwNetworkWarningMessage',
  /** A text message came. */
  textMessageReceived: 'vgwSMSMessage',
  /** A text message could not be sent. */
  textMessageFailed: 'vgwSMSFailed',
} as const;

/** SIP facts that a deployment may choose to show its bot (the SEND_SIP_*_TO_CONVERSATION settings). */
export interface SipVariables {
  readonly callId?: string;
  readonly fromUri?: string;
  readonly toUri?: string;
  readonly requestUri?: string;
}

/** What the gateway knows about the turn it is about to ask for. */
export interface TurnFacts {
  readonly sessionId: string;
  /**
   * `start`: the first turn, before the call is dialled. `speech`: words were heard, `confidence` 0 to 1. `digits`: keys
   * were pressed. `event`: one of `gatewayTexts` such as the response timeout. `text-message`: one came. `transfer`: how one ended. `end`: the last turn.
   */
  readonly input:
    | { readonly type: 'start' }
    | { readonly type: 'speech'; readonly text: string; readonly confidence: number }
    | { readonly type: 'digits'; readonly collection?: 'complete' | 'incomplete' }
    | { readonly type: 'event'; readonly collection?: 'incomplete' }
    | { readonly type: 'text-message'; readonly message: ReceivedTextMessage }
    | { readonly type: 'transfer'; readonly outcome: 'transferred' | 'failed'; readonly reason: string }
    | { readonly type: 'end'; readonly reason: string };
  /** Whether the callee spoke or pressed keys over what was being played. */
  readonly isBargeIn: boolean;
  /** What of the previous answer's actions was carried out. */
  readonly completed?: readonly ReplyAction[];
  /** Only what the settings allow; a fact left out is also removed from the context. */
  readonly sip?: SipVariables;
  /** The person on the telephone has called; the gateway did unless it says so. */
  readonly isInbound?: boolean;
  /** Headers of the INVITE that the bot is given, by name. */
  readonly inviteHeaders?: Readonly<Record<string, string>>;
  /** Headers of the answer that the bot is given, by name. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** The number of the person on the telephone. */
  readonly userNumber?: string;
  /** What was wrong with the network since the last turn, as plain objects. */
  readonly networkWarnings?: readonly JsonObject[];
  /** Names of the speech services in use, where they have one. */
  readonly providers?: { readonly stt?: string; readonly tts?: string };
}

/** Everything the gateway sets anew on each turn; a value of an earlier turn must never be taken for a fact of this one. */
export const perTurnVariables: ReadonlySet<string> = new Set([
  'vgwSessionID',
  'vgwBargeInOccurred',
  'vgwIsDTMF',
  'vgwDTMFCollectionSucceeded',
  'vgwCompletedActions',
  'vgwSTTResponse',
  'vgwTextAlternatives',
  'vgwHangUp',
  'vgwHangupReason',
  'vgwPhoneUserPhoneNumber',
  'vgwSTTProvider',
  'vgwTTSProvider',
  'vgwNetworkWarnings',
  ...textMessageVariableNames,
  // What a bot asks for once by a variable is not to be asked for again by the round trip.
  'vgwForceNoInputTurn',
  'vgwMusicOnHoldURL',
  'vgwTransfer',
  'vgwCallTransferred',
  'vgwCallTransferFailed',
  'vgwTransferReason',
  'vgwSIPCallID',
  'vgwSIPFromURI',
  'vgwSIPToURI',
  'vgwSIPRequestURI',
  'vgwSIPCustomInviteHeader',
  'vgwSIPCustomInviteHeaders',
  'outdialAnswerHeaders',
]);

/**
 * The context to send with a turn: what the bot (or, on the first turn, the call request) gave, with the gateway's
 * variables of this turn in it. The gateway's win over keys of the same name. `vgwIsOutboundCall` is set on the first turn
 * and comes back through the round trip from then on.
 */
export function contextForTurn(context: JsonObject, facts: TurnFacts): JsonObject {
  const kept = Object.entries(context).filter(([name]) => !perTurnVariables.has(name));
  const own: [string, Json][] = [
    ['vgwSessionID', facts.sessionId],
    ['vgwBargeInOccurred', yesOrNo(facts.isBargeIn)],
    ['vgwIsDTMF', yesOrNo(facts.input.type === 'digits')],
    ...inputVariables(facts),
    ...inviteHeaderVariables(facts.inviteHeaders ?? {}),
    ...completedActions(facts.completed ?? []),
    ...sipVariables(facts.sip ?? {}),
    ...given([
      ['outdialAnswerHeaders', facts.answerHeaders],
      ['vgwPhoneUserPhoneNumber', facts.userNumber],
      ['vgwSTTProvider', facts.providers?.stt],
      ['vgwTTSProvider', facts.providers?.tts],
    ]),
    ...networkVariables(facts.networkWarnings ?? []),
  ];
  // Later entries win; entries, unlike assignment, also keep a key named __proto__ a plain key.
  return Object.fromEntries([...kept, ...own]);
}

function inputVariables({ input, userNumber, isInbound }: TurnFacts): [string, Json][] {
  switch (input.type) {
    case 'start':
      return [['vgwIsOutboundCall', yesOrNo(isInbound !== true)]];
    case 'speech': {
      const alternatives = [{ transcript: input.text, confidence: input.confidence }];
      return [
        ['vgwSTTResponse', { result_index: 0, results: [{ final: true, alternatives }] }],
        ['vgwTextAlternatives', JSON.stringify(alternatives)],
      ];
    }
    case 'text-message':
      return textMessageVariables(input.message, userNumber);
    case 'transfer':
      return [
        [input.outcome === 'transferred' ? 'vgwCallTransferred' : 'vgwCallTransferFailed', 'Yes'],
        ['vgwTransferReason', input.reason],
      ];
    case 'end':
      return [
        ['vgwHangUp', 'Yes'],
        ['vgwHangupReason', input.reason],
      ];
    case 'digits':
    case 'event':
      return input.collection === undefined
        ? []
        : [['vgwDTMFCollectionSucceeded', yesOrNo(input.collection === 'complete')]];
    default:
      return input satisfies never;
  }
}

function completedActions(actions: readonly ReplyAction[]): [string, Json][] {
  if (actions.length === 0) return [];
  const completed = actions.map(({ command, parameters }) => ({ command, parameters, processed: true }));
  return [['vgwCompletedActions', completed]];
}

/** The first one has a variable of its own, as when there could be one only. */
function inviteHeaderVariables(headers: Readonly<Record<string, string>>): [string, Json][] {
  const [first] = Object.values(headers);
  if (first === undefined) return [];
  return [
    ['vgwSIPCustomInviteHeader', first],
    ['vgwSIPCustomInviteHeaders', { ...headers }],
  ];
}

function sipVariables(sip: SipVariables): [string, Json][] {
  return given([
    ['vgwSIPCallID', sip.callId],
    ['vgwSIPFromURI', sip.fromUri],
    ['vgwSIPToURI', sip.toUri],
    ['vgwSIPRequestURI', sip.requestUri],
  ]);
}

function given(named: readonly [string, Json | undefined][]): [string, Json][] {
  return named.flatMap(([name, value]): [string, Json][] => (value === undefined ? [] : [[name, value]]));
}

function networkVariables(warnings: readonly JsonObject[]): [string, Json][] {
  return warnings.length === 0 ? [] : [['vgwNetworkWarnings', [...warnings]]];
}

/** Whether a bot said yes: the string in any case, or a real boolean, since both occur in the field. */
export function isYes(value: Json | undefined): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'yes');
}

function yesOrNo(value: boolean): 'Yes' | 'No' {
  return value ? 'Yes' : 'No';
}
