/** Who is at the other end of a call, and whether it waits for our answer. */
import type { EndCode } from '../kit/index.ts';
import type { CallPlan, CallState, EndedBy } from './call-state.ts';

/** How a call is said to have ended that the other party has hung up. */
export function endedByOther({ incoming }: CallPlan): { readonly endedBy: EndedBy; readonly endCode: EndCode } {
  return incoming === undefined
    ? { endedBy: 'callee', endCode: 'completed.callee' }
    : { endedBy: 'caller', endCode: 'completed.caller' };
}

/** Whether this call came in and has had no final answer. */
export function isUnanswered({ plan, phase, answerByMs }: CallState): boolean {
  return plan.incoming !== undefined && (phase === 'preparing' || (phase === 'answering' && answerByMs !== undefined));
}

/**
 * What a caller is told whose call cannot be taken, or ends like this before it was answered (RFC 3261 §21.4 to §21.6). Limits of a
 * tenant are answered 486 and 480: they say nothing of the gateway.
 */
export function refusalStatus(code: EndCode): number {
  switch (code) {
    case 'call.cancelled':
      return 603;
    case 'tenant.unknown':
      return 404;
    case 'media.no-answer-codec':
    case 'media.not-encrypted':
    case 'media.keys-in-clear':
      return 488;
    case 'guard.concurrency':
      return 486;
    case 'guard.rate':
    case 'guard.minutes':
      return 480;
    case 'internal.bug':
      return 500;
    default:
      // What stands against any call: a trunk takes it to another gateway of the same service (§21.5.4).
      return 503;
  }
}
