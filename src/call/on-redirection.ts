/**
 * The callee sends us to somebody else, where the tenant takes that: by REFER, which we follow with a call of our own (RFC 3515
 * §2.4.4, RFC 5589 §6.1), or by letting somebody take its place with Replaces (RFC 3891). The session goes on: the bot talks to
 * whom there is. Until the new party has answered, the old one stays.
 */
import { acceptAudioAnswer, answerAudioOffer, type LocalEncryption } from '../sdp/index.ts';
import type { IncomingRefer, LegEvent } from '../sip/index.ts';
import { completed, conclude } from './call-ending.ts';
import { type CallEffect, type CallOutcome, andThen, observe, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { described, localOffer, localSide, withKeys } from './local-offer.ts';
import { connect, noteHold } from './on-session.ts';
import { endedByOther } from './other-party.ts';
import { nextLegId, type SecondLeg, type SecondLegVerdict } from './second-leg.ts';

export interface Redirection {
  readonly referId: string;
  readonly refer: Pick<IncomingRefer, 'target' | 'replaces'>;
}

/** A call that is sent on and on goes round in circles. */
const mostFurtherLegs = 5;

/** Nothing else may move the call at the same time. */
function isFree({ phase, failure, turn, secondLeg, redirection, mediaPort, furtherLegs }: CallState): boolean {
  const isMoving = turn.floor === 'transferring' || secondLeg !== undefined || redirection !== undefined;
  const isOpen = phase === 'active' && failure === undefined && mediaPort !== undefined;
  return isOpen && !isMoving && furtherLegs < mostFurtherLegs;
}

/** A REFER of the callee. Whether it may be followed is asked first. */
export function onReferReceived(state: CallState, referId: string, refer: IncomingRefer): CallOutcome {
  const { legId } = state;
  if (!isFree(state)) return [state, { type: 'answer-refer', legId, referId, status: 603 }];
  const { target, replaces } = refer;
  const redirection = { referId, refer: { target, ...(replaces === undefined ? {} : { replaces }) } };
  return [
    { ...state, redirection },
    { type: 'judge-redirection', target },
  ];
}

/** The answer to `judge-redirection`. */
export function onRedirectionJudged(
  state: CallState,
  { fault, encryption }: SecondLegVerdict,
  nowMs: number,
): CallOutcome {
  const { redirection, legId: askedBy, plan, mediaPort } = state;
  if (redirection === undefined) return [state];
  const { referId, refer } = redirection;
  const asked: CallState = { ...state, redirection: undefined };
  if (fault !== undefined || mediaPort === undefined || state.phase !== 'active') {
    const refuse: CallEffect = { type: 'answer-refer', legId: askedBy, referId, status: 603 };
    return andThen([asked, refuse], (next) =>
      warn(next, `The callee asked for a transfer that was refused: ${fault ?? 'the call is over'}.`, nowMs),
    );
  }
  const legId = nextLegId(state);
  const { target, replaces } = refer;
  // The description of the present leg stays what it is until the call has moved.
  const sdpVersion = state.sdpVersion + 1;
  const sdp = localOffer(withKeys(plan, encryption), mediaPort, sdpVersion);
  const keys = encryption === undefined ? {} : { encryption };
  const secondLeg: SecondLeg = { legId, purpose: 'redirection', sdp, referId, ...keys };
  return [
    { ...asked, secondLeg, sdpVersion, furtherLegs: state.furtherLegs + 1 },
    { type: 'answer-refer', legId: askedBy, referId, status: 202 },
    { type: 'notify-refer', legId: askedBy, referId, status: 100 },
    {
      type: 'invite-second',
      legId,
      to: target,
      sdp,
      ...(replaces === undefined ? {} : { replaces }),
    },
  ];
}

/** News for the one who asked, as long as it is there. */
function tell({ legId, awaits }: CallState, { referId }: SecondLeg, status: number): readonly CallEffect[] {
  if (referId === undefined || !awaits.dialog) return [];
  return [{ type: 'notify-refer', legId, referId, status }];
}

export function onRedirectRings(state: CallState, second: SecondLeg, status: number): CallOutcome {
  return [state, ...tell(state, second, status)];
}

export function onRedirectAnswered(
  state: CallState,
  second: SecondLeg,
  sdp: string | undefined,
  nowMs: number,
): CallOutcome {
  const { sdp: offered, legId, encryption } = second;
  const answer = acceptAudioAnswer(sdp ?? '', offered);
  if (!answer.ok) {
    const leave: CallEffect = { type: 'hang-up', legId, headers: [] };
    return andThen([state, leave], (next) =>
      onRedirectOver(next, second, 488, `The transfer target answered without usable audio: ${answer.error}.`, nowMs),
    );
  }
  const told: CallOutcome = [{ ...state, secondLeg: undefined, localSdp: offered }, ...tell(state, second, 200)];
  const moved = andThen(told, (next) => moveTo(next, { legId, how: 'referred', encryption }, nowMs));
  return andThen(moved, (next) => connect(next, answer.value, nowMs));
}

interface NewPlace {
  readonly legId: string;
  readonly how: 'referred' | 'replaced';
  readonly encryption: LocalEncryption | undefined;
}

/** The new leg is the call's; the old one is ended, unless it is gone. */
function moveTo(state: CallState, { legId, how, encryption }: NewPlace, nowMs: number): CallOutcome {
  return [
    { ...state, plan: withKeys(state.plan, encryption), legId, awaits: { ...state.awaits, dialog: true } },
    ...(state.awaits.dialog ? [{ type: 'hang-up', legId: state.legId, headers: [] } as const] : []),
    observe({ type: 'call.moved', how, atMs: nowMs }),
  ];
}

/** It came to nothing: the call stays where it is, if there is anybody left. */
export function onRedirectOver(
  state: CallState,
  second: SecondLeg,
  status: number,
  reason: string,
  nowMs: number,
): CallOutcome {
  const told = andThen([state, ...tell(state, second, status)], (next) => warn(next, reason, nowMs));
  if (state.awaits.dialog) return told;
  return andThen(told, (next) => conclude(next, { ...completed(next, nowMs), ...endedByOther(next.plan) }, nowMs));
}

/** The callee left once it had sent us on: the call waits for the new party, and nobody hears the bot until then. */
export function onByeInRedirection(state: CallState, nowMs: number): CallOutcome | undefined {
  if (state.phase !== 'active' || state.secondLeg?.purpose !== 'redirection') return undefined;
  return noteHold(state, true, nowMs);
}

/** An INVITE with Replaces: somebody takes the callee's place. */
export function onReplaceReceived(
  state: CallState,
  { newLegId: legId, sdp: offer }: Extract<LegEvent, { readonly type: 'replace-received' }>,
  { fault, encryption }: SecondLegVerdict,
  nowMs: number,
): CallOutcome {
  const { mediaPort } = state;
  if (!isFree(state) || mediaPort === undefined) return [state, { type: 'reject-leg', legId, status: 486 }];
  if (fault !== undefined) {
    return andThen([state, { type: 'reject-leg', legId, status: 488 }], (next) =>
      warn(next, `Nobody could take the place of the callee: ${fault}.`, nowMs),
    );
  }
  const plan = withKeys(state.plan, encryption);
  const place: NewPlace = { legId, how: 'replaced', encryption };
  if (offer === undefined) {
    const offered = described(state, (version) => localOffer(plan, mediaPort, version));
    return andThen([offered.state, { type: 'accept-leg', legId, sdp: offered.sdp }], (next) =>
      moveTo(next, place, nowMs),
    );
  }
  const version = state.sdpVersion + 1;
  const answer = answerAudioOffer(offer, localSide(plan, mediaPort, version));
  if (!answer.ok) return [state, { type: 'reject-leg', legId, status: 488 }];
  const { sdp, audio } = answer.value;
  const answered: CallState = { ...state, sdpVersion: version, localSdp: sdp };
  const moved = andThen([answered, { type: 'accept-leg', legId, sdp }], (next) => moveTo(next, place, nowMs));
  return andThen(moved, (next) => connect(next, audio, nowMs));
}
