/** Administration over HTTP: there only when admin credentials are configured, and 404 like any unknown path otherwise. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admitOperator } from './admit.ts';
import { type ApiContext, failWith } from './outcomes.ts';
import { sendProblem } from './problem.ts';

export const reloadPath = '/v1/admin/reload';
export const adminStatusPath = '/v1/admin/status';

export function addAdminRoutes(app: FastifyInstance, context: ApiContext): void {
  const { admin } = context.ports;
  if (admin === undefined) return;
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const admitted = admitOperator(context, request);
    return admitted.ok ? undefined : failWith(context, request, reply, admitted.error);
  };
  app.get(adminStatusPath, {
    onRequest,
    handler: async (_request, reply) => reply.code(200).send(await admin.status()),
  });
  app.post(reloadPath, {
    onRequest,
    handler: async (_request, reply) => {
      const reloaded = admin.reload();
      if (reloaded.ok) return reply.code(200).send({ status: 'reloaded', ...reloaded.value });
      const [first] = reloaded.error;
      const message = first === undefined ? 'Nothing was reloaded.' : `Nothing was reloaded: ${first.reason}.`;
      return sendProblem(reply, 'config.invalid', message, { members: { problems: reloaded.error.slice(0, 100) } });
    },
  });
}
