/** How a file is answered that browsers show: under a policy, with a name for what they have already. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageFile } from './page-files.ts';

/** No inline script, no frame, no form that leaves, nothing from another origin. `styles` says where styles may come from. */
export function contentPolicy(styles: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What keeps a page that shows calls from being framed, sniffed or told about to other hosts. */
const safety: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

export interface PageAnswer {
  readonly file: PageFile;
  readonly cacheControl: string;
  readonly policy: string;
}

export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, cacheControl, policy }: PageAnswer,
): FastifyReply {
  void reply.headers({
    ...safety,
    'content-security-policy': policy,
    'cache-control': cacheControl,
    etag: file.etag,
  });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  return reply.type(file.contentType).send(file.bytes);
}
