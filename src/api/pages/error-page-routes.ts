/** The pages of errors under `/docs/errors`: where the member `docs` of a failure leads. They tell nothing of anybody, so everybody may read them. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pageStyle, printHtmlIndex, printHtmlPage } from '../../error-pages/index.ts';
import { findErrorPage, helpOf, pageCodes } from '../error-codes.ts';
import { type ApiContext, fail, refuseOtherMethods } from '../outcomes.ts';
import { errorPagesRoot } from '../problem.ts';

const safety: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export function addErrorPageRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get(errorPagesRoot, async (_request, reply) => {
    const codes = pageCodes.map((code) => ({ code, help: helpOf(code) }));
    return reply.headers(safety).type('text/html; charset=utf-8').send(printHtmlIndex(codes, errorPagesRoot));
  });
  app.get<{ Params: { code: string } }>(`${errorPagesRoot}/:code`, async (request, reply) => {
    const page = findErrorPage(request.params.code);
    if (page === undefined) return fail(context, request, reply, 'http.not-found', 'There is no such error code.');
    return reply.headers(safety).type('text/html; charset=utf-8').send(printHtmlPage(page, errorPagesRoot));
  });
  for (const url of [errorPagesRoot, `${errorPagesRoot}/:code`]) {
    refuseOtherMethods(app, context, url, ['GET', 'HEAD']);
  }
}
