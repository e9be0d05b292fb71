/** What the bot asks for that sounds nowhere, carried over to dialog, text messages and record. */
import type { Errand } from '../conversation/index.ts';
import type { Json } from '../kit/index.ts';
import { mergeCustomData } from '../reports/index.ts';
import { checkCallUri, checkInfo } from '../sip/index.ts';
import { andThen, type CallOutcome, changeTurnWithId, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';

export function onErrand(state: CallState, errand: Errand, nowMs: number): CallOutcome {
  switch (errand.type) {
    case 'send-info':
      return sendInfo(state, errand, nowMs);
    case 'send-text-message': {
      const { userNumber = calleeNumber(state), ...message } = errand.message;
      const known: CallState = { ...state, textMessages: { ...state.textMessages, ...errand.reply } };
      if (userNumber !== undefined) return [known, { type: 'send-text-message', message: { ...message, userNumber } }];
      return warnOfTurn(known, 'vgwActSendSMS was skipped: the callee has no number.', nowMs);
    }
    case 'add-call-data': {
      const customData = mergeCustomData(state.customData, errand.data);
      const isKept = Object.entries(errand.data).every(([key, value]) => isEmpty(value) || customData[key] === value);
      const added: CallState = { ...state, customData };
      return isKept ? [added] : warnOfTurn(added, 'vgwActAddCustomCDRData: what is too long was left out.', nowMs);
    }
    case 'report-transcription':
      return [{ ...state, isTranscriptionReported: errand.isOn }];
    case 'configure-options':
      // Taken in when the answer came (reply-steps.ts).
      return [state];
    default:
      return errand satisfies never;
  }
}

/** Headers that may not be sent are left out and said; so the rest of the INFO still arrives. */
function sendInfo(
  state: CallState,
  { headers, body }: Extract<Errand, { type: 'send-info' }>,
  nowMs: number,
): CallOutcome {
  const { info, problems } = checkInfo(headers, body);
  let outcome: CallOutcome = [state];
  for (const problem of problems) {
    outcome = andThen(outcome, (next) => warnOfTurn(next, `vgwActSendSIPInfo: ${problem}`, nowMs));
  }
  const isEmpty = info.headers.length === 0 && info.body === '';
  return isEmpty ? outcome : andThen(outcome, (next) => [next, { type: 'info', info }]);
}

/** A warning of the call, noted with the turn whose answer is being carried out. */
export function warnOfTurn(state: CallState, message: string, nowMs: number): CallOutcome {
  const noted = changeTurnWithId(state, state.turn.turnId, (turn) => ({
    ...turn,
    problems: [...(turn.problems ?? []), message],
  }));
  return warn(noted, message, nowMs);
}

function calleeNumber({ plan }: CallState): string | undefined {
  const uri = checkCallUri(plan.to);
  return uri.ok ? uri.value.user : undefined;
}

function isEmpty(value: Json): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}
