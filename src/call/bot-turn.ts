/** What the bot is told with a turn: its text and the context with the gateway's variables. */
import { contextForTurn, gatewayTexts, type SipVariables, type TurnFacts } from '../conversation/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { TurnCause } from '../turn/index.ts';
import type { CallPlan, CallState, TurnReport } from './call-state.ts';

/** `input.text` of a turn. */
export function askedText(cause: TurnCause): string {
  return cause.type === 'speech' ? cause.heard.text : gatewayTexts.postResponseTimeout;
}

export function turnContext(state: CallState, turn: TurnReport): JsonObject {
  return contextForTurn(state.context, {
    sessionId: state.plan.sessionId,
    input: inputFacts(turn),
    isBargeIn: turn.cause.type === 'speech' && turn.cause.isBargeIn,
    sip: sipVariables(state.plan),
  });
}

function inputFacts({ cause }: TurnReport): TurnFacts['input'] {
  switch (cause.type) {
    case 'start':
      return { type: 'start' };
    case 'speech':
      return { type: 'speech', text: cause.heard.text, confidence: cause.heard.confidence };
    case 'silence':
      return { type: 'event' };
    case 'hang-up':
      return { type: 'end', reason: cause.reason };
    default:
      return cause satisfies never;
  }
}

function sipVariables({ sipFacts, sessionId, to, from }: CallPlan): SipVariables {
  return {
    ...(sipFacts.callId ? { callId: sessionId } : {}),
    ...(sipFacts.requestUri ? { requestUri: to } : {}),
    ...(sipFacts.toUri ? { toUri: to } : {}),
    ...(sipFacts.fromUri ? { fromUri: from } : {}),
  };
}
