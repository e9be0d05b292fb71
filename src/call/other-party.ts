/** Who is at the other end of a call, and whether it waits for our answer. */
import type { EndCode } from '../reports/index.ts';
import type { CallEnd, CallPlan, CallState, EndedBy } from './call-state.ts';

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

/** What a caller is told whose call ends like this before it was answered (RFC 3261 §21.4 to §21.6). */
export function refusalStatus({ endCode }: CallEnd): number {
  switch (endCode) {
    case 'call.cancelled':
      return 603;
    case 'media.no-answer-codec':
    case 'media.not-encrypted':
      return 488;
    case 'internal.bug':
      return 500;
    default:
      // Another gateway of the same service may be able to take it (§21.5.4).
      return 503;
  }
}
