/** `/console/session`: logging in at the console, who is logged in, and logging out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { err, type GatewayError, gatewayError, type Json, ok, printWallTime, type Result } from '../../kit/index.ts';
import type { Tenant } from '../../tenants/index.ts';
import { checkPassword, findTenant, operatorAccount } from '../admit.ts';
import {
  createSessionSigner,
  isFromConsole,
  operatorHolder,
  printCookie,
  readSession,
  type SessionHolder,
  sessionKinds,
  sessionLifeS,
  type SessionSigner,
  tenantHolder,
} from '../console-session.ts';
import { type ApiContext, failWith, refuseOtherMethods } from '../outcomes.ts';

const path = '/console/session';

const text = z.string().max(512);
const login = z.union([
  z.strictObject({ tenantID: text.min(1), username: text.optional(), password: text.optional() }),
  z.strictObject({ operator: z.literal(true), username: text, password: text }),
]);
type Login = z.infer<typeof login>;

export function addSessionRoutes(app: FastifyInstance, context: ApiContext): void {
  const { ports } = context;
  const signer = createSessionSigner(ports.v1.linkSecret);
  app.get(path, async (request, reply) => reply.send(whoIs(context, signer, request)));
  app.post(path, async (request, reply) => {
    const read = readLogin(request);
    if (!read.ok) return failWith(context, request, reply, read.error);
    const opened = checkLogin(context, request, read.value);
    if (!opened.ok) return failWith(context, request, reply, opened.error);
    const tenantId = 'tenantID' in read.value ? read.value.tenantID : '';
    const expiresAtS = Math.floor(ports.v1.wallMs() / 1000) + sessionLifeS;
    const value = signer.sign(opened.value, tenantId, expiresAtS);
    return reply
      .header('set-cookie', printCookie(request, opened.value.kind, value))
      .send({ expiresAt: printWallTime(expiresAtS * 1000) });
  });
  app.delete(path, async (request, reply) => {
    if (!isFromConsole(request)) return refuseForeign(context, request, reply);
    for (const kind of sessionKinds) void reply.header('set-cookie', printCookie(request, kind, ''));
    return reply.code(204).send();
  });
  refuseOtherMethods(app, context, path, ['GET', 'HEAD', 'POST', 'DELETE']);
}

function refuseForeign(context: ApiContext, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return failWith(context, request, reply, foreign());
}

const foreign = (): GatewayError =>
  gatewayError('request.malformed', 'This is for the pages of the console, and the request did not come from one.');

function readLogin(request: FastifyRequest): Result<Login, GatewayError> {
  // A page elsewhere must not log anybody in either: what is typed then goes to somebody else's tenant.
  if (!isFromConsole(request)) return err(foreign());
  const body = request.body as Result<Json, GatewayError> | undefined;
  if (body?.ok === false) return body;
  const parsed = login.safeParse(body?.value);
  if (parsed.success) return ok(parsed.data);
  return err(gatewayError('request.malformed', 'A login is {tenantID, username, password}, texts of at most 512.'));
}

function checkLogin(context: ApiContext, request: FastifyRequest, asked: Login): Result<SessionHolder, GatewayError> {
  const { ports } = context;
  const given = { username: asked.username ?? '', password: asked.password ?? '' };
  if ('operator' in asked) {
    if (ports.admin === undefined) {
      return err(
        gatewayError('auth.required', 'No operator can log in: ADMIN_USERNAME and ADMIN_PASSWORD are not set.'),
      );
    }
    const { credentials } = ports.admin;
    const fault = checkPassword(context, request, { account: operatorAccount, expected: credentials, given });
    return fault === undefined ? ok(operatorHolder(credentials)) : err(fault);
  }
  const tenant = findTenant(ports, asked.tenantID);
  if (!tenant.ok) return tenant;
  const { restApi, limits } = tenant.value;
  const fault =
    restApi === undefined
      ? undefined
      : checkPassword(context, request, {
          account: limits.account,
          expected: restApi,
          given,
          tenantId: asked.tenantID,
        });
  return fault === undefined ? ok(tenantHolder(tenant.value)) : err(fault);
}

/** What the page must know before it asks for anything: who is logged in, and what a login takes. */
function whoIs({ ports }: ApiContext, signer: SessionSigner, request: FastifyRequest): Json {
  const { isMultiTenant, deployment } = ports.tenants;
  const nowS = ports.v1.wallMs() / 1000;
  const session = readSession(request, 'tenant');
  const tenant = session === undefined ? undefined : ports.tenants.find(session.tenantId);
  const isGood = session !== undefined && tenant !== undefined && signer.isGood(session, tenantHolder(tenant), nowS);
  const operator = readSession(request, 'operator');
  const { admin } = ports;
  return {
    version: ports.version,
    // Every name is the one tenant's then.
    isMultiTenant,
    needsLogin: isMultiTenant || deployment.restApi !== undefined,
    hasOperator: admin !== undefined,
    isOperator:
      admin !== undefined && operator !== undefined && signer.isGood(operator, operatorHolder(admin.credentials), nowS),
    ...(isGood ? describe(session.tenantId, session.expiresAtS, tenant) : {}),
  };
}

function describe(tenantId: string, expiresAtS: number, { restApi, isOutboundEnabled }: Tenant): Record<string, Json> {
  return {
    tenantID: tenantId,
    expiresAt: printWallTime(expiresAtS * 1000),
    isOutboundEnabled,
    ...(restApi === undefined ? {} : { username: restApi.username }),
  };
}
