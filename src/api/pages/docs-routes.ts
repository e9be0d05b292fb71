/** The API reference under `/docs`, with requests that can be tried. Open to everybody, as the document that it shows. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, fail, refuseOtherMethods } from '../outcomes.ts';
import { contentPolicy, sendPage } from './page-answer.ts';

const root = '/docs';

/** The reference writes styles into its elements. A style can fetch only what the other rules let it: from here. */
const policy = contentPolicy("'self' 'unsafe-inline'");

export function addDocsRoutes(app: FastifyInstance, context: ApiContext): void {
  const { docsFiles } = context.ports;
  const serve = (request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply => {
    const file = docsFiles.get(path);
    if (file !== undefined) return sendPage(request, reply, { file, cacheControl: 'no-cache', policy });
    const isBuilt = docsFiles.size > 0;
    const why = isBuilt ? 'There is nothing at this path.' : 'The API reference was not built. Run: npm run build';
    return fail(context, request, reply, 'http.not-found', why);
  };
  app.get(root, async (request, reply) => serve(request, reply, 'index.html'));
  app.get<{ Params: { file: string } }>(`${root}/:file`, async (request, reply) =>
    serve(request, reply, request.params.file),
  );
  for (const url of [root, `${root}/:file`]) refuseOtherMethods(app, context, url, ['GET', 'HEAD']);
}
