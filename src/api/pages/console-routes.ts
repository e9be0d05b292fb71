/** The console under `/console`: its files, under a policy that lets a browser fetch nothing from anywhere else. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, fail, refuseOtherMethods } from '../outcomes.ts';
import type { PageFile } from './page-files.ts';

const root = '/console';

/** No inline script or style, no frame, no form that leaves, nothing from another origin. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What keeps a page that shows calls from being framed, sniffed or told about to other hosts. */
const safety: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

export function addConsoleRoutes(app: FastifyInstance, context: ApiContext): void {
  const { consoleFiles } = context.ports;
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.url.slice(root.length + 1).replace(/[?#].*$/, '');
    const asset = consoleFiles.get(path);
    if (path.startsWith('assets/')) {
      if (asset === undefined) return fail(context, request, reply, 'http.not-found', 'There is nothing at this path.');
      // Their names change with what is in them.
      return send(request, reply, asset, 'public, max-age=31536000, immutable');
    }
    const page = consoleFiles.get('index.html');
    if (page !== undefined) return send(request, reply, page, 'no-cache');
    return fail(context, request, reply, 'http.not-found', 'The console was not built. Run: npm run build');
  };
  for (const url of [root, `${root}/*`]) {
    app.get(url, serve);
    refuseOtherMethods(app, context, url, ['GET', 'HEAD']);
  }
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile, cacheControl: string): FastifyReply {
  void reply.headers({ ...safety, 'cache-control': cacheControl, etag: file.etag });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  return reply.type(file.contentType).send(file.bytes);
}
