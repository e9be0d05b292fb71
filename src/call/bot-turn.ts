/** What a call and its bot tell each other beside the steps: text and context of a turn, and settings of the turns. */
import {
  type CallVariables,
  contextForTurn,
  gatewayTexts,
  type ReplyAction,
  type SipVariables,
  type TurnFacts,
} from '../conversation/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { TurnCause, TurnSettings } from '../turn/index.ts';
import type { CallPlan, CallState, TurnReport } from './call-state.ts';

/** What the bot set, and where it set nothing, the plan. */
export function turnSettings(plan: CallPlan, variables: CallVariables): TurnSettings {
  const { responseTimeoutMs = plan.responseTimeoutMs, finalUtteranceTimeoutMs, noInputLimit } = variables;
  return {
    responseTimeoutMs,
    ...(finalUtteranceTimeoutMs === undefined ? {} : { finalUtteranceTimeoutMs }),
    ...(plan.isSpeculative === true ? { isSpeculative: true } : {}),
    ...(noInputLimit === undefined ? {} : { noInputLimit }),
    ...(plan.isPlaybackResumed ? { isPlaybackResumed: true } : {}),
  };
}

/** `input.text` of a turn (specification §5.3). */
export function askedText(cause: TurnCause): string {
  switch (cause.type) {
    case 'speech':
      return cause.heard.text;
    case 'digits':
      return cause.digits;
    case 'silence':
      return gatewayTexts.postResponseTimeout;
    case 'no-final':
      return gatewayTexts.finalUtteranceTimeout;
    case 'filtered':
      return gatewayTexts.filteredUtterance;
    case 'forced':
      return gatewayTexts.noInputTurn;
    case 'network':
      return gatewayTexts.networkWarning;
    case 'sms-received':
      return cause.isInputText ? cause.message.text : gatewayTexts.textMessageReceived;
    case 'sms-failed':
      return gatewayTexts.textMessageFailed;
    case 'transfer-failed':
      return gatewayTexts.callTransferFailed;
    default:
      return cause satisfies never;
  }
}

export function turnContext(state: CallState, turn: TurnReport): JsonObject {
  return contextForTurn(
    { ...state.context, ...state.givenVariables },
    {
      sessionId: state.plan.sessionId,
      input: inputFacts(turn),
      isBargeIn: isBargeIn(turn),
      completed: completedActions(state, turn.turnId - 1),
      sip: sipVariables(state.plan),
      ...(state.plan.incoming === undefined ? {} : { isInbound: true, inviteHeaders: state.plan.incoming.headers }),
      ...(state.answerHeaders === undefined ? {} : { answerHeaders: state.answerHeaders }),
      ...(state.plan.userNumber === undefined ? {} : { userNumber: state.plan.userNumber }),
      providers: state.speechProviders,
      networkWarnings: state.networkWarnings,
    },
  );
}

/** What of the last answer reached the voice. */
export function spokenBefore({ turns }: CallState): string {
  return turns.at(-1)?.spoken ?? '';
}

export function isBargeIn({ cause }: TurnReport): boolean {
  return (cause.type === 'speech' || cause.type === 'digits') && cause.isBargeIn;
}

/** The actions of a turn's answer whose steps were all carried out. */
function completedActions({ turns, turn, failure }: CallState, turnId: number): readonly ReplyAction[] {
  const actions = turns.find((asked) => asked.turnId === turnId)?.reply?.actions ?? [];
  // A goodbye of ours took the place of the answer.
  if (failure !== undefined) return [];
  const done = new Set(turn.stepsDone);
  return actions.filter(({ firstStep, endStep }) => {
    for (let step = firstStep; step < endStep; step++) if (!done.has(step)) return false;
    return true;
  });
}

function inputFacts({ cause }: TurnReport): TurnFacts['input'] {
  switch (cause.type) {
    case 'start':
      return { type: 'start' };
    case 'speech':
      return { type: 'speech', text: cause.heard.text, confidence: cause.heard.confidence };
    case 'digits':
      return { type: 'digits', ...(cause.collection === undefined ? {} : { collection: cause.collection }) };
    case 'silence':
      return { type: 'event', ...(cause.collection === undefined ? {} : { collection: cause.collection }) };
    case 'no-final':
    case 'filtered':
    case 'forced':
    case 'network':
    case 'sms-failed':
      return { type: 'event' };
    case 'sms-received':
      return { type: 'text-message', message: cause.message };
    case 'transferred':
    case 'transfer-failed': {
      const outcome = cause.type === 'transferred' ? 'transferred' : 'failed';
      return { type: 'transfer', outcome, reason: cause.reason };
    }
    case 'hang-up':
      return { type: 'end', reason: cause.reason };
    default:
      return cause satisfies never;
  }
}

function sipVariables({ sipFacts, sessionId, to, from, incoming }: CallPlan): SipVariables {
  return {
    ...(sipFacts.callId ? { callId: incoming?.callId ?? sessionId } : {}),
    ...(sipFacts.requestUri ? { requestUri: incoming?.requestUri ?? to } : {}),
    ...(sipFacts.toUri ? { toUri: to } : {}),
    ...(sipFacts.fromUri ? { fromUri: from } : {}),
  };
}
