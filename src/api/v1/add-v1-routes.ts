/** Puts the routes under `/v1` onto the server: who asks, which call, what is answered. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { err, type GatewayError, gatewayError, type Json, ok, type Result } from '../../kit/index.ts';
import type { StoredCall } from '../../store/index.ts';
import type { Tenant } from '../../tenants/index.ts';
import { admitPage, findTenant } from '../admit.ts';
import { type ApiContext, auditLogin, failWith, refuseOtherMethods } from '../outcomes.ts';
import { streamsOf } from './event-routes.ts';
import { printOpenApi } from './openapi.ts';
import { openApiPath } from './outer-routes.ts';
import { tenantPath, type V1Route } from './route.ts';
import { originOf } from './sample-request.ts';
import { createLinkSigner, linkedArtifacts, linkQuery, type LinkTarget } from './signed-link.ts';
import { v1Routes } from './v1-routes.ts';

type Params = Readonly<Record<string, string>>;

export function addV1Routes(app: FastifyInstance, context: ApiContext): void {
  const { v1 } = context.ports;
  app.addHook('preClose', async () => {
    streamsOf(v1).close();
  });
  const methods = new Map<string, string[]>();
  for (const route of v1Routes) {
    const url = `${tenantPath}${route.path}`;
    addRoute(app, context, route, url);
    const isStream = route.answers.some(({ contentType }) => contentType === 'text/event-stream');
    const allowed = route.method === 'GET' && !isStream ? ['GET', 'HEAD'] : [route.method];
    methods.set(url, [...(methods.get(url) ?? []), ...allowed]);
  }
  // Open to everybody: it tells nothing of anybody.
  app.get(openApiPath, async ({ protocol, host }, reply) =>
    reply.send(printOpenApi(context.ports.version, originOf(protocol, host))),
  );
  methods.set(openApiPath, ['GET', 'HEAD']);
  for (const [url, allowed] of methods) refuseOtherMethods(app, context, url, allowed);
}

function addRoute(app: FastifyInstance, context: ApiContext, route: V1Route, url: string): void {
  const isStream = route.answers.some(({ contentType }) => contentType === 'text/event-stream');
  app.route<{ Params: Params }>({
    method: route.method,
    url,
    exposeHeadRoute: !isStream,
    onRequest: async (request, reply) => {
      const admitted = admit(context, route, request);
      if (!admitted.ok) {
        const { code } = admitted.error;
        if (code === 'auth.required' || code === 'link.invalid') {
          auditLogin(context, request, request.params['tenantId']);
        }
        return failWith(context, request, reply, admitted.error);
      }
      context.outcomes.set(request, { tenant: admitted.value });
      return undefined;
    },
    handler: async (request, reply) => answer(context, route, request, reply),
  });
}

/** Credentials of the tenant; where a link does, its signature is looked at first. */
function admit(
  { ports }: ApiContext,
  route: V1Route,
  request: FastifyRequest<{ Params: Params }>,
): Result<Tenant, GatewayError> {
  const { tenantId = '', sessionId = '' } = request.params;
  const query = route.access === 'link' ? linkQuery.safeParse(request.query) : undefined;
  const { expires, signature } = query?.success === true ? query.data : {};
  const what = linkedArtifacts.find((each) => route.path.endsWith(`/${each}`));
  if (what === undefined || expires === undefined || signature === undefined) {
    return admitPage(ports, tenantId, request);
  }
  const target: LinkTarget = { tenantId, sessionId, what };
  const tenant = findTenant(ports, tenantId);
  const nowS = ports.v1.wallMs() / 1000;
  const isGood = createLinkSigner(ports.v1.linkSecret).isGood(target, { expires, signature }, nowS);
  return tenant.ok && !isGood ? err(gatewayError('link.invalid', 'The link is not good, or no longer.')) : tenant;
}

async function answer(
  context: ApiContext,
  route: V1Route,
  request: FastifyRequest<{ Params: Params }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { ports, outcomes } = context;
  const tenant = outcomes.get(request)?.tenant;
  if (tenant === undefined) throw new TypeError('a request reached its handler without having been admitted');
  const body = request.body as Result<Json, GatewayError> | undefined;
  if (body?.ok === false) return failWith(context, request, reply, body.error);
  const call = await findCall(context, tenant, request.params['sessionId']);
  if (!call.ok) return failWith(context, request, reply, call.error);
  const { params, query, headers, ip: sourceAddress } = request;
  const asked = { tenant, params, query, body: body?.value, headers, sourceAddress };
  const answered = await route.run(asked, call.value, ports);
  if (!answered.ok) return failWith(context, request, reply, answered.error);
  const { status, body: told, headers: given = {}, sessionId, take } = answered.value;
  if (sessionId !== undefined) outcomes.set(request, { tenant, sessionId });
  if (take !== undefined) {
    take(reply);
    return reply;
  }
  return reply.code(status).headers(given).send(told);
}

/** A call of another tenant is as unknown as none. */
async function findCall(
  { ports }: ApiContext,
  tenant: Tenant,
  sessionId: string | undefined,
): Promise<Result<StoredCall | undefined, GatewayError>> {
  if (sessionId === undefined) return ok(undefined);
  const found =
    sessionId.length > 100 || sessionId.includes('\0') ? ok(undefined) : await ports.v1.store.call(sessionId);
  if (!found.ok) return found;
  if (found.value?.tenantId === tenant.id) return found;
  return err(gatewayError('call.unknown', 'There is no such call.'));
}
