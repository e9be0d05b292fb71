/** Ends what an earlier life of the process has left behind: CANCEL for an INVITE, BYE for a dialog. */
import type { Hop, SipCredentials } from '../contract.ts';
import type { DialogSnapshot } from '../dialog/dialog-snapshot.ts';
import { nextHopOf, planRoute } from '../dialog/route-plan.ts';
import { newAuthentication } from './authenticate.ts';
import type { Core } from './core.ts';
import { createLeg, enter } from './leg.ts';
import { newLegSession } from './session-timer.ts';
import { resumeInvite } from './client-transactions.ts';

/**
 * Requests that went out after the snapshot was taken counted on; the peer refuses a number that it has seen (RFC 3261
 * §12.2.2) and minds no gap.
 */
const sequenceGap = 1000;

/** Puts the leg back where the snapshot has it. The caller ends it. */
export function recoverLeg(
  core: Core,
  legId: string,
  snapshot: DialogSnapshot,
  credentials: readonly SipCredentials[] | undefined,
  nowMs: number,
): void {
  const { localTag, contactUser } = snapshot;
  const hop = hopOf(snapshot);
  const isSecure = snapshot.phase === 'inviting' && /^sips:/i.test(snapshot.request.requestUri);
  const reach = { hop: hop ?? core.ownHop, isSecure };
  const session = newLegSession(undefined);
  const leg = createLeg({ legId, localTag, side: 'caller', contactUser, reach, session });
  core.legs.set(legId, leg);
  if (snapshot.phase === 'confirmed') {
    const { dialog } = snapshot;
    if (hop !== undefined) leg.authentication = newAuthentication(credentials, hop);
    enter(core, leg, { name: 'confirmed', dialog: { ...dialog, localCSeq: dialog.localCSeq + sequenceGap } });
    return;
  }
  const { branch, request, destination } = snapshot;
  leg.authentication = newAuthentication(credentials, destination);
  const transaction = resumeInvite(core, { leg, purpose: 'invite', branch, request, destination }, nowMs);
  // That a provisional answer came is not known; without one the peer answers the CANCEL 481, which does no harm.
  enter(core, leg, {
    name: 'inviting',
    transaction,
    ringDeadlineMs: nowMs,
    hasProvisional: true,
  });
}

/** Where its requests go; undefined when the peer's Contact names no host. */
function hopOf(snapshot: DialogSnapshot): Hop | undefined {
  if (snapshot.phase === 'inviting') return snapshot.destination;
  const { remoteTarget, routeSet } = snapshot.dialog;
  return nextHopOf(planRoute(remoteTarget, routeSet).nextHopUri);
}
