import type { Tenant } from './tenant.ts';

/** Where an incoming call says it wants to go: the URI of its To header, and its Request-URI. */
export interface CallTarget {
  readonly toUri: string;
  readonly requestUri: string;
}

/**
 * The tenant of an incoming call: the one whose whole tenantURI stands somewhere in the To URI or in the Request-URI, so
 * that it may be a bare number, `number@host`, a SIP or a tel URI. Letters count as they are written. Of several the
 * longest tenantURI wins, as it says most, then the first one of the file. No match: the call is to be rejected. For
 * outgoing calls the name in the path is looked up exactly instead (`TenantDirectory.find`).
 */
export function matchTenant(tenants: readonly Tenant[], { toUri, requestUri }: CallTarget): Tenant | undefined {
  let best: Tenant | undefined;
  for (const tenant of tenants) {
    const isMatch = tenant.id !== '' && (toUri.includes(tenant.id) || requestUri.includes(tenant.id));
    if (isMatch && tenant.id.length > (best?.id.length ?? 0)) best = tenant;
  }
  return best;
}
