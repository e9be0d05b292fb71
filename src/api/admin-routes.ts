/** Administration over HTTP: there only when admin credentials are configured, and 404 like any unknown path otherwise. */
import type { FastifyInstance } from 'fastify';
import type { ApiPorts } from './ports.ts';
import { isAuthorized } from './basic-auth.ts';
import { sendProblem } from './problem.ts';

export const reloadPath = '/v1/admin/reload';

export function addAdminRoutes(app: FastifyInstance, { admin }: ApiPorts): void {
  if (admin === undefined) return;
  app.post(reloadPath, {
    onRequest: async (request, reply) => {
      if (isAuthorized(request.headers.authorization, admin.credentials)) return undefined;
      return sendProblem(reply, 'auth.required', 'The admin credentials are missing or wrong.');
    },
    handler: async (_request, reply) => {
      const reloaded = admin.reload();
      if (reloaded.ok) return reply.code(200).send({ status: 'reloaded', ...reloaded.value });
      const [first] = reloaded.error;
      const message = first === undefined ? 'Nothing was reloaded.' : `Nothing was reloaded: ${first.reason}.`;
      return sendProblem(reply, 'config.invalid', message, { members: { problems: reloaded.error.slice(0, 100) } });
    },
  });
}
