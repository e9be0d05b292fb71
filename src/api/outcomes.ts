/** What became of each request, for its line in the log, and how a failure is answered. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayError } from '../kit/index.ts';
import type { Tenant } from '../tenants/index.ts';
import type { ApiPorts } from './ports.ts';
import { type ApiErrorCode, sendProblem } from './problem.ts';

export interface Outcome {
  tenant?: Tenant;
  code?: ApiErrorCode;
  sessionId?: string;
}

export interface ApiContext {
  readonly ports: ApiPorts;
  readonly outcomes: WeakMap<FastifyRequest, Outcome>;
}

export function failWith(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  error: GatewayError,
): FastifyReply {
  return fail(context, request, reply, error.code, error.message, error.retryAfterS);
}

export function fail(
  { outcomes }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  code: ApiErrorCode,
  message: string,
  ownRetryAfterS?: number,
): FastifyReply {
  outcomes.set(request, { ...outcomes.get(request), code });
  return sendProblem(reply, code, message, ownRetryAfterS === undefined ? {} : { retryAfterS: ownRetryAfterS });
}

/** `typed`: credentials came in a form of the console. */
export function auditLogin(
  { ports }: ApiContext,
  request: FastifyRequest,
  tenantId?: string,
  where: 'header' | 'typed' = 'header',
): void {
  ports.audit.loginFailed({
    ...(tenantId === undefined ? {} : { tenantId }),
    sourceAddress: request.ip,
    hasCredentials: where === 'typed' || request.headers.authorization !== undefined,
  });
}

export function refuseOtherMethods(
  app: FastifyInstance,
  context: ApiContext,
  url: string,
  allowed: readonly string[],
): void {
  app.route({
    method: app.supportedMethods.filter((method) => !allowed.includes(method)),
    url,
    onRequest: async (request, reply) => {
      void reply.header('allow', allowed.join(', '));
      return fail(context, request, reply, 'http.method-not-allowed', 'The method is not allowed here.');
    },
    handler: (_request, reply) => reply,
  });
}
