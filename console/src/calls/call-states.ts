/** Which states a call goes through, and which it stays in. */

/** As the API takes them: `accepted` to the last one before the end. */
export const runningStates = 'accepted,started,ringing,active,transferred';

/** Of a call, or of an event that may tell of no state. */
export function isOver({ callState }: { readonly callState: string | null }): boolean {
  return callState === 'ended' || callState === 'failed';
}
