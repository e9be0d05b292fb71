import { answerWhenReady } from './answer-call.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { prepareFirstWords } from './first-words.ts';
import { described, localOffer } from './local-offer.ts';

/** The first turn is answered, or the media port is open: when both are, the call goes on to its other party. */
export function goOnWhenReady(state: CallState, nowMs: number): CallOutcome {
  return state.plan.incoming === undefined ? dialWhenReady(state) : answerWhenReady(state, nowMs);
}

/** What the first turn wants to say is synthesised while the phone rings. */
function dialWhenReady(state: CallState): CallOutcome {
  if (state.phase !== 'preparing' || state.firstReply === undefined || state.mediaPort === undefined) return [state];
  const { plan, mediaPort } = state;
  const { state: offered, sdp } =
    plan.isOfferLate === true
      ? { state, sdp: undefined }
      : described(state, (version) => localOffer(plan, mediaPort, version));
  const dialling: CallState = { ...offered, phase: 'dialling', awaits: { ...state.awaits, dialog: true } };
  return [dialling, ...prepareFirstWords(state.firstReply.steps), { type: 'invite', sdp }];
}
