/**
 * Whether a call may go where somebody else sends it, by a transfer or a 3xx: such a target is held to what a `to` is held to,
 * because somebody pays for it, too.
 */
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
  // The peer dials it, so it counts by the way that this gateway would take.
  const fault = findFault(target, [], 'by-trunk', tenant, settings);
  return fault === undefined ? undefined : `The transfer target is not allowed: ${fault}`;
}

/** The same for a Contact of a 3xx. It is called straight, past the trunk, unless it is a number or the call has a route. */
export function findRedirectFault(
  target: string,
  use: 'callee' | 'proxy',
  routes: readonly string[],
  tenant: Tenant,
  settings: EngineSettings,
): string | undefined {
  const isByTrunk = /^tel:/i.test(target);
  const fault = findFault(
    target,
    use === 'proxy' ? [] : routes,
    isByTrunk ? 'by-trunk' : 'straight',
    tenant,
    settings,
    use,
  );
  return fault === undefined ? undefined : `A Contact is not allowed: ${fault}`;
}

function findFault(
  target: string,
  routes: readonly string[],
  way: 'by-trunk' | 'straight',
  tenant: Tenant,
  settings: EngineSettings,
  use: 'callee' | 'proxy' = 'callee',
): string | undefined {
  // A proxy is nobody that is called: the number stays the one that was judged before.
  const number = use === 'callee' ? findRefusedNumber(tenant.limits.allowedPrefixes, target) : undefined;
  if (number !== undefined) return number;
  const { trunk, sipPolicy } = settings;
  const { nextHop, hosts } = callPlaces(target, routes, way === 'by-trunk' ? trunk : undefined);
  // A number without a trunk is for the peer to dial.
  if (nextHop === undefined) return undefined;
  const judged = judgeCallPlaces({ nextHop, hosts, trunk }, sipPolicy);
  return judged.ok ? undefined : judged.error;
}
