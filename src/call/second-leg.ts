/**
 * A second leg of a call: to the target of an attended transfer before the callee is asked to take our place there (RFC 5589 §7),
 * or to whom the callee sends us (RFC 3515) until we have moved there. Never more than one at a time.
 */
import type { LocalEncryption } from '../sdp/index.ts';
import type { LegEvent } from '../sip/index.ts';
import type { CallEffect } from './call-outcome.ts';
import type { CallState } from './call-state.ts';

export interface SecondLeg {
  readonly legId: string;
  readonly purpose: 'consultation' | 'redirection';
  /** What is offered there. */
  readonly sdp: string;
  /** Its own keys; absent: plain RTP. */
  readonly encryption?: LocalEncryption;
  /** The REFER that asked for a redirection. */
  readonly referId?: string;
}

/** The answer to the question whether a call may have a second leg: one sentence against it, or the keys that it may offer. */
export interface SecondLegVerdict {
  readonly fault?: string;
  readonly encryption?: LocalEncryption;
}

/** Names the next further leg of this call; also its Call-ID. */
export function nextLegId({ plan, furtherLegs }: CallState): string {
  return `${plan.sessionId}.${furtherLegs + 1}`;
}

/** Ends what there is of it; it counts until its far end has answered. */
export function hangUpSecond({ secondLeg }: CallState): readonly CallEffect[] {
  return secondLeg === undefined ? [] : [{ type: 'hang-up', legId: secondLeg.legId, headers: [] }];
}

/** After these nothing more happens on a leg. */
export function isLastWord({ type }: LegEvent): boolean {
  switch (type) {
    case 'rejected':
    case 'ring-timeout':
    case 'cancelled':
    case 'unreachable':
    case 'bye-received':
    case 'bye-finished':
    case 'dialog-lost':
      return true;
    default:
      return false;
  }
}

/** Why it came to nothing: one sentence, and the status that the peer of the transfer is told. */
export function refusalOfSecond(event: LegEvent): { readonly status: number; readonly reason: string } {
  switch (event.type) {
    case 'rejected':
      return { status: event.status, reason: `The transfer target answered ${event.status} ${event.reason}.` };
    case 'ring-timeout':
      return { status: 408, reason: 'The transfer target did not answer within the ring time.' };
    case 'unreachable':
      return {
        status: event.cause === 'timeout' ? 408 : 503,
        reason: `The transfer target was not reached: ${event.detail}`,
      };
    default:
      return { status: 487, reason: 'The call to the transfer target ended.' };
  }
}
