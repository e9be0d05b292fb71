/** The console under `/console`: its files, under a policy that lets a browser fetch nothing from anywhere else. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, fail, refuseOtherMethods } from '../outcomes.ts';
import { contentPolicy, sendPage } from './page-answer.ts';

const root = '/console';

const policy = contentPolicy("'self'");

export function addConsoleRoutes(app: FastifyInstance, context: ApiContext): void {
  const { consoleFiles } = context.ports;
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.url.slice(root.length + 1).replace(/[?#].*$/, '');
    const asset = consoleFiles.get(path);
    if (path.startsWith('assets/')) {
      if (asset === undefined) return fail(context, request, reply, 'http.not-found', 'There is nothing at this path.');
      // Their names change with what is in them.
      const cacheControl = 'public, max-age=31536000, immutable';
      return sendPage(request, reply, { file: asset, cacheControl, policy });
    }
    const page = consoleFiles.get('index.html');
    if (page !== undefined) return sendPage(request, reply, { file: page, cacheControl: 'no-cache', policy });
    return fail(context, request, reply, 'http.not-found', 'The console was not built. Run: npm run build');
  };
  for (const url of [root, `${root}/*`]) {
    app.get(url, serve);
    refuseOtherMethods(app, context, url, ['GET', 'HEAD']);
  }
}
