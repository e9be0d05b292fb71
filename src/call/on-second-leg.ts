/** What happens on the second leg of a call, whatever it is for. */
import type { LegEvent } from '../sip/index.ts';
import { settle } from './call-ending.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { onRedirectAnswered, onRedirectOver, onRedirectRings } from './on-redirection.ts';
import { onConsultationAnswered, onConsultationOver } from './on-transfer.ts';
import { isLastWord, refusalOfSecond, type SecondLeg } from './second-leg.ts';

export function onSecondLeg(state: CallState, second: SecondLeg, event: LegEvent, nowMs: number): CallOutcome {
  const { legId, purpose } = second;
  const isConsultation = purpose === 'consultation';
  if (isLastWord(event)) {
    const left: CallState = { ...state, secondLeg: undefined };
    if (state.phase !== 'active') return settle(left, nowMs);
    const { status, reason } = refusalOfSecond(event);
    return isConsultation
      ? onConsultationOver(left, status, reason, nowMs)
      : onRedirectOver(left, second, status, reason, nowMs);
  }
  switch (event.type) {
    case 'answered':
      // The call ended meanwhile: its hang-up is on the way.
      if (state.phase !== 'active') return [state];
      return isConsultation
        ? onConsultationAnswered(state, second, event.sdp, nowMs)
        : onRedirectAnswered(state, second, event.sdp, nowMs);
    case 'provisional':
      return isConsultation ? [state] : onRedirectRings(state, second, event.status);
    case 'offer-received':
      // It has no audio of its own: what was agreed on stays.
      return [state, { type: 'answer-offer', legId, offerId: event.offerId, sdp: undefined }];
    case 'refer-received':
      return [state, { type: 'answer-refer', legId, referId: event.referId, status: 603 }];
    case 'replace-received':
      return [state, { type: 'reject-leg', legId: event.newLegId, status: 603 }];
    default:
      return [state];
  }
}
