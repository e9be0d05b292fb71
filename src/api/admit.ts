/** Who asks, and may they? What is looked at before a byte of the body is read. */
import type { FastifyRequest } from 'fastify';
import { hasControlCharacter } from '../config/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import type { Tenant } from '../tenants/index.ts';
import { isAuthorized } from './basic-auth.ts';
import type { ApiPorts } from './ports.ts';

/** Tenant, then credentials. */
export function admitTenant(ports: ApiPorts, tenantId: string, request: FastifyRequest): Result<Tenant, GatewayError> {
  const tenant = findTenant(ports, tenantId);
  if (!tenant.ok) return tenant;
  const fault = checkLogin(ports, tenant.value, request);
  return fault === undefined ? tenant : err(fault);
}

/** The same, then whether calls are enabled. */
export function admitCaller(ports: ApiPorts, tenantId: string, request: FastifyRequest): Result<Tenant, GatewayError> {
  const tenant = admitTenant(ports, tenantId, request);
  if (!tenant.ok || tenant.value.isOutboundEnabled) return tenant;
  return err(gatewayError('outbound.disabled', 'Outbound calls are not enabled.'));
}

export function findTenant({ tenants }: ApiPorts, tenantId: string): Result<Tenant, GatewayError> {
  if (hasControlCharacter(tenantId)) {
    return err(gatewayError('request.header-injection', 'The tenantID of the path holds a control character.'));
  }
  const tenant = tenants.find(tenantId);
  if (tenant !== undefined) return ok(tenant);
  return tenants.isMisconfigured(tenantId)
    ? err(gatewayError('tenant.misconfigured', 'The tenant is misconfigured.'))
    : err(gatewayError('tenant.unknown', 'There is no such tenant.'));
}

/** Credentials against the tenant's. Who has failed too often is refused unseen; no credentials are no failure. */
function checkLogin(
  { loginGuard, clock }: ApiPorts,
  tenant: Tenant,
  request: FastifyRequest,
): GatewayError | undefined {
  if (tenant.restApi === undefined) return undefined;
  const { account } = tenant.limits;
  const retryAfterS = loginGuard.retryAfterS(request.ip, account, clock.nowMs());
  if (retryAfterS !== undefined) {
    return { ...gatewayError('auth.too-many-failures', 'Credentials were wrong too often.'), retryAfterS };
  }
  const { authorization } = request.headers;
  if (isAuthorized(authorization, tenant.restApi)) return undefined;
  if (authorization !== undefined) loginGuard.failed(request.ip, account, clock.nowMs());
  return gatewayError('auth.required', 'The credentials are missing or wrong.');
}
