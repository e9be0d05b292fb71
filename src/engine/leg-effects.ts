/** What a call asks of its SIP legs, handed to the user agent. */
import type { CallEffect, CallState } from '../call/index.ts';
import type { InviteOrder } from '../sip/index.ts';
import type { EnginePorts } from './ports.ts';
import type { Signalling } from './signalling.ts';

const legEffects = [
  'invite',
  'invite-second',
  'ring',
  'accept',
  'reject',
  'accept-leg',
  'reject-leg',
  'hang-up',
  'info',
  'offer',
  'refer',
  'answer-offer',
  'answer-refer',
  'notify-refer',
] as const;

export type LegEffect = Extract<CallEffect, { readonly type: (typeof legEffects)[number] }>;

export function isLegEffect(effect: CallEffect): effect is LegEffect {
  return legEffects.some((type) => type === effect.type);
}

interface CallWithLegs {
  readonly state: CallState;
  readonly invite: Omit<InviteOrder, 'sdp'>;
}

export function carryOutLegEffect(
  { userAgent, clock }: Pick<EnginePorts, 'userAgent' | 'clock'>,
  signalling: Signalling,
  { state, invite }: CallWithLegs,
  effect: LegEffect,
): void {
  const { legId } = state;
  switch (effect.type) {
    case 'invite':
      signalling.carryOut(
        userAgent.invite({ ...invite, ...(effect.sdp === undefined ? {} : { sdp: effect.sdp }) }, clock.nowMs()),
      );
      return;
    case 'ring':
      signalling.carryOut(userAgent.ring(legId, clock.nowMs()));
      return;
    case 'accept':
      signalling.carryOut(userAgent.accept(legId, effect.sdp, clock.nowMs()));
      return;
    case 'reject':
      signalling.carryOut(userAgent.reject(legId, effect.status, clock.nowMs()));
      return;
    case 'invite-second': {
      const { type: _type, ...second } = effect;
      signalling.addLeg(second.legId, state.plan.sessionId);
      signalling.carryOut(userAgent.invite({ ...invite, routes: [], ...second }, clock.nowMs()));
      return;
    }
    case 'accept-leg':
      signalling.addLeg(effect.legId, state.plan.sessionId);
      signalling.carryOut(userAgent.accept(effect.legId, effect.sdp, clock.nowMs()));
      return;
    case 'reject-leg':
      signalling.carryOut(userAgent.reject(effect.legId, effect.status, clock.nowMs()));
      return;
    case 'hang-up': {
      // A BYE must not overtake the ACK, which may be waiting (RFC 3261 §15).
      const { legId: ended = legId, headers } = effect;
      signalling.carryOutAfterAck(ended, () => userAgent.hangUp(ended, clock.nowMs(), headers));
      return;
    }
    case 'info':
      signalling.carryOutAfterAck(legId, () => userAgent.info(legId, effect.info, clock.nowMs()));
      return;
    case 'offer':
      signalling.carryOutAfterAck(legId, () => userAgent.offer(legId, effect.sdp, clock.nowMs()));
      return;
    case 'refer':
      signalling.carryOutAfterAck(legId, () => userAgent.refer(legId, effect.order, clock.nowMs()));
      return;
    case 'answer-offer': {
      const { legId: offered = legId, offerId, sdp } = effect;
      signalling.carryOut(userAgent.answerOffer(offered, offerId, sdp, clock.nowMs()));
      return;
    }
    case 'answer-refer':
      signalling.carryOut(userAgent.answerRefer(effect.legId, effect.referId, effect.status, clock.nowMs()));
      return;
    case 'notify-refer':
      signalling.carryOut(userAgent.notifyRefer(effect.legId, effect.referId, effect.status, clock.nowMs()));
      return;
    default:
      effect satisfies never;
  }
}
