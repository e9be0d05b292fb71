/** Whether a call may be transferred: a target is held to what a `to` is held to, because somebody pays for it, too. */
import { findRefusedNumber, judgeCallPlaces } from '../policy/index.ts';
import { callPlaces, checkCallUri } from '../sip/index.ts';
import type { Tenant } from '../tenants/index.ts';
import type { EngineSettings } from './ports.ts';

/**
 * One sentence against it, without the target itself; undefined when there is none. The default target of the operator is
 * not questioned.
 */
export function findTransferFault(
  target: string | undefined,
  tenant: Tenant,
  settings: EngineSettings,
): string | undefined {
  if (target === undefined) return undefined;
  const checked = checkCallUri(target);
  if (!checked.ok) return `The transfer target cannot be used: ${checked.error.message}`;
  const isOperators = !tenant.fromRequest.has('transferDefaultTarget');
  if (isOperators && target === tenant.settings.transferDefaultTarget) return undefined;
  const number = findRefusedNumber(tenant.limits.allowedPrefixes, target);
  if (number !== undefined) return `The transfer target is not allowed: ${number}`;
  const { trunk } = settings;
  const { nextHop, hosts } = callPlaces(target, [], trunk);
  // A number without a trunk is for the peer to dial.
  if (nextHop === undefined) return undefined;
  const judged = judgeCallPlaces({ nextHop, hosts, trunk }, settings.sipPolicy);
  return judged.ok ? undefined : `The transfer target is not allowed: ${judged.error}`;
}
