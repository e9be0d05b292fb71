/** Who asks, and may they? What is looked at before a byte of the body is read. */
import type { FastifyRequest } from 'fastify';
import { hasControlCharacter } from '../config/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import type { Credentials, Tenant } from '../tenants/index.ts';
import { areCredentials, type GivenCredentials, readBasic } from './basic-auth.ts';
import {
  createSessionSigner,
  isFromConsole,
  operatorHolder,
  readSession,
  type SessionHolder,
  tenantHolder,
} from './console-session.ts';
import { type ApiContext, auditLogin } from './outcomes.ts';
import type { ApiPorts } from './ports.ts';

/** Under which the operator's failed logins are counted. No tenant can be called so. */
export const operatorAccount = '\0operator';

/** Tenant, then credentials. */
export function admitTenant(ports: ApiPorts, tenantId: string, request: FastifyRequest): Result<Tenant, GatewayError> {
  const tenant = findTenant(ports, tenantId);
  if (!tenant.ok) return tenant;
  const { restApi, limits } = tenant.value;
  if (restApi === undefined) return tenant;
  const fault = checkLogin(ports, { account: limits.account, expected: restApi }, request);
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

/** The same as `admitTenant`; what a page of the console asks is let in by its login. */
export function admitPage(ports: ApiPorts, tenantId: string, request: FastifyRequest): Result<Tenant, GatewayError> {
  const tenant = findTenant(ports, tenantId);
  if (tenant.ok && hasSession(ports, tenantHolder(tenant.value), request)) return tenant;
  return admitTenant(ports, tenantId, request);
}

/** Whether the operator asks: by the admin credentials, or logged in at the console. */
export function admitOperator(context: ApiContext, request: FastifyRequest): Result<void, GatewayError> {
  const credentials = context.ports.admin?.credentials;
  if (credentials === undefined) return err(gatewayError('auth.required', 'There are no admin credentials.'));
  if (hasSession(context.ports, operatorHolder(credentials), request)) return ok(undefined);
  const fault = checkLogin(context.ports, { account: operatorAccount, expected: credentials }, request);
  if (fault === undefined) return ok(undefined);
  if (fault.code === 'auth.required') auditLogin(context, request);
  return err(fault);
}

/** Credentials that were sent are looked at and nothing else. */
function hasSession({ v1 }: ApiPorts, holder: SessionHolder, request: FastifyRequest): boolean {
  if (request.headers.authorization !== undefined || !isFromConsole(request)) return false;
  const session = readSession(request, holder.kind);
  return session !== undefined && createSessionSigner(v1.linkSecret).isGood(session, holder, v1.wallMs() / 1000);
}

interface Login {
  readonly account: string;
  readonly expected: Credentials;
}

/** Credentials of a request against those expected. */
function checkLogin(ports: ApiPorts, login: Login, request: FastifyRequest): GatewayError | undefined {
  const { authorization } = request.headers;
  return guardLogin(
    ports,
    login,
    request,
    authorization === undefined ? undefined : (readBasic(authorization) ?? 'unreadable'),
  );
}

/** The same with what was typed into a form; failures are written down. */
export function checkPassword(
  context: ApiContext,
  request: FastifyRequest,
  { given, tenantId, ...login }: Login & { readonly given: GivenCredentials; readonly tenantId?: string },
): GatewayError | undefined {
  const fault = guardLogin(context.ports, login, request, given);
  if (fault?.code === 'auth.required') auditLogin(context, request, tenantId, 'typed');
  return fault;
}

/** Who has failed too often is refused unseen; no credentials are no failure. */
function guardLogin(
  { loginGuard, clock }: ApiPorts,
  { account, expected }: Login,
  request: FastifyRequest,
  given: GivenCredentials | 'unreadable' | undefined,
): GatewayError | undefined {
  const retryAfterS = loginGuard.retryAfterS(request.ip, account, clock.nowMs());
  if (retryAfterS !== undefined) {
    return { ...gatewayError('auth.too-many-failures', 'Credentials were wrong too often.'), retryAfterS };
  }
  if (given !== undefined && given !== 'unreadable' && areCredentials(given, expected)) return undefined;
  if (given !== undefined) loginGuard.failed(request.ip, account, clock.nowMs());
  return gatewayError('auth.required', 'The credentials are missing or wrong.');
}
