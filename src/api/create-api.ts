/** The HTTP face of the gateway: the start-call route of the original, and the probes of an orchestrator. */
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type GatewayError, gatewayError, type Json, type Result } from '../kit/index.ts';
import { addAdminRoutes, adminStatusPath, reloadPath } from './admin-routes.ts';
import { admitCaller } from './admit.ts';
import { answerClientError } from './client-error.ts';
import { bodyLimits, parseJsonBody } from './json-body.ts';
import { metricsPaths, readScrape } from './metrics-answer.ts';
import { type ApiContext, auditLogin, fail, failWith, refuseOtherMethods } from './outcomes.ts';
import { type ApiPorts, type ApiTimeouts, defaultTimeouts } from './ports.ts';
import { type ApiErrorCode, sendProblem } from './problem.ts';
import { readStartCallRequest, startCallPath } from './start-call-request.ts';
import { addConsoleRoutes } from './pages/console-routes.ts';
import { addSessionRoutes } from './pages/session-routes.ts';
import { addDocsRoutes } from './pages/docs-routes.ts';
import { addErrorPageRoutes } from './pages/error-page-routes.ts';
import { addV1Routes } from './v1/add-v1-routes.ts';

/** Longest `tenantID`, percent-decoded; longer ones are unknown tenants. */
const maxTenantIdLength = 512;

/** A method and path that the API answers. Methods that are refused with 405 are listed too. */
export interface ApiRoute {
  readonly method: string;
  /** Parameters as `:name`. */
  readonly url: string;
}

const routesByApp = new WeakMap<FastifyInstance, ApiRoute[]>();

/** Every route of an API that `createApi` has made: what tests of isolation and authorization go through. */
export function routesOf(app: FastifyInstance): readonly ApiRoute[] {
  return routesByApp.get(app) ?? [];
}

/**
 * Builds the server; `listen` and `close` are the caller's. Everything before the body (tenant, credentials, whether
 * calls are enabled) is checked before a byte of the body is read.
 */
export function createApi(ports: ApiPorts, timeouts: ApiTimeouts = defaultTimeouts): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: bodyLimits.bodyBytes,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: timeouts.checkEveryMs },
    routerOptions: { maxParamLength: maxTenantIdLength },
    // A stopping gateway answers through `startCall`, in the shape of the contract.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      const status = answerClientError(error, socket);
      if (status !== undefined) ports.onAnswer('none', status);
    },
    frameworkErrors: (error, _request, reply) => {
      const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      void sendProblem(reply, isLong ? 'tenant.unknown' : 'http.bad-request', 'The path cannot be read.');
      // No hook sees these.
      ports.onAnswer('none', reply.statusCode);
    },
  });
  const routes: ApiRoute[] = [];
  routesByApp.set(app, routes);
  app.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) routes.push({ method: name, url });
  });
  const context: ApiContext = { ports, outcomes: new WeakMap() };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    done(null, parseJsonBody(String(text)));
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(context, error, request, reply));
  app.setNotFoundHandler(async (request, reply) =>
    fail(context, request, reply, 'http.not-found', 'There is nothing at this path.'),
  );
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  app.addHook('onResponse', async (request, reply) => logResponse(context, request, reply));
  addStartCallRoute(app, context);
  addProbeRoutes(app, context);
  addMetricsRoutes(app, context);
  addV1Routes(app, context);
  addConsoleRoutes(app, context);
  addSessionRoutes(app, context);
  addDocsRoutes(app, context);
  addErrorPageRoutes(app, context);
  addAdminRoutes(app, context);
  if (ports.admin !== undefined) {
    refuseOtherMethods(app, context, reloadPath, ['POST']);
    refuseOtherMethods(app, context, adminStatusPath, ['GET', 'HEAD']);
  }
  return app;
}

function addStartCallRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Params: { tenantId: string } }>({
    method: 'POST',
    url: startCallPath,
    onRequest: async (request, reply) => {
      const admitted = admitCaller(context.ports, request.params.tenantId, request);
      if (!admitted.ok) {
        if (admitted.error.code === 'auth.required') auditLogin(context, request, request.params.tenantId);
        return failWith(context, request, reply, admitted.error);
      }
      context.outcomes.set(request, { tenant: admitted.value });
      return undefined;
    },
    handler: async (request, reply) => startCall(context, request, reply),
  });
  refuseOtherMethods(app, context, startCallPath, ['POST']);
}

async function startCall(context: ApiContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { ports, outcomes } = context;
  const tenant = outcomes.get(request)?.tenant;
  if (tenant === undefined) throw new TypeError('a request reached its handler without having been admitted');
  const body = request.body as Result<Json, GatewayError> | undefined;
  if (body === undefined) {
    return failWith(context, request, reply, gatewayError('request.malformed', 'There is no body.'));
  }
  if (!body.ok) return failWith(context, request, reply, body.error);
  const read = readStartCallRequest(body.value, tenant, ports.tenants.deployment, ports);
  if (!read.ok) return failWith(context, request, reply, read.error);
  const started = await ports.startCall(read.value.order);
  if (!started.ok) return failWith(context, request, reply, started.error);
  const { sessionId } = started.value;
  outcomes.set(request, { tenant, sessionId });
  ports.audit.callStarted({
    tenantId: tenant.id,
    ...(tenant.restApi === undefined ? {} : { username: tenant.restApi.username }),
    sourceAddress: request.ip,
    sessionId,
    to: read.value.order.to,
  });
  // Clients of the original ask for `msg`, and take the mere presence of `failureReason` for a failure.
  const msg = ['The call was accepted.', ...read.value.notices].join(' ');
  return reply.code(200).send({ msg, vgwSessionID: sessionId });
}

function addProbeRoutes(app: FastifyInstance, { ports, outcomes }: ApiContext): void {
  app.get('/livez', async (_request, reply) => {
    const isLive = ports.isLive();
    return reply.code(isLive ? 200 : 503).send({ status: isLive ? 'live' : 'not live', version: ports.version });
  });
  app.get('/readyz', async (_request, reply) => {
    const { ready, reasons, remarks = [] } = await ports.isReady();
    const more = remarks.length === 0 ? {} : { remarks };
    const body = ready ? { status: 'ready', ...more } : { status: 'not ready', reasons, ...more };
    return reply.code(ready ? 200 : 503).send(body);
  });
  for (const url of ['/livez', '/readyz']) refuseOtherMethods(app, { ports, outcomes }, url, ['GET', 'HEAD']);
}

function addMetricsRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const url of metricsPaths) {
    app.get(url, async (request, reply) => {
      const scraped = readScrape(context.ports.metrics, request.headers);
      if (!scraped.ok) {
        auditLogin(context, request);
        return failWith(context, request, reply, scraped.error);
      }
      return reply.type(scraped.value.contentType).send(scraped.value.body);
    });
    refuseOtherMethods(app, context, url, ['GET', 'HEAD']);
  }
}

/** What the framework refuses (size, content type, a broken upload) is the caller's; anything else is a bug of ours. */
function answerError(
  context: ApiContext,
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return fail(context, request, reply, 'request.too-large', `The body is larger than ${bodyLimits.bodyBytes} bytes.`);
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return fail(context, request, reply, 'request.malformed', 'The Content-Type is not application/json.');
  }
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500) {
    return fail(context, request, reply, 'request.malformed', 'The body did not arrive whole.');
  }
  // The message of an unexpected error may quote what it choked on; where it happened is enough.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  context.ports.log.error({ event: 'api.bug', error: error.name, frames }, 'a request met a fault in outdial');
  return fail(context, request, reply, 'internal.bug', 'Something went wrong inside outdial.');
}

/** Asked every few seconds by machines. */
const quietRoutes: ReadonlySet<string> = new Set(['/livez', '/readyz', ...metricsPaths]);

/** One line per start-call request. Path, body and tenant are left out: they may hold telephone numbers. */
function logResponse({ ports, outcomes }: ApiContext, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'none';
  ports.onAnswer(route, reply.statusCode);
  if (quietRoutes.has(route)) return;
  const { code, sessionId } = outcomes.get(request) ?? {};
  const fields = {
    event: 'api.response',
    route,
    method: request.method,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime),
    ...(code === undefined ? {} : { code }),
    ...(sessionId === undefined ? {} : { sessionId }),
  };
  // What a guard refuses may be fraud under way: somebody should look.
  if (reply.statusCode >= 500 || isGuard(code)) ports.log.warn(fields, 'request failed');
  else ports.log.info(fields, 'request answered');
}

function isGuard(code: ApiErrorCode | undefined): boolean {
  return code === 'auth.too-many-failures' || code?.startsWith('guard.') === true;
}
