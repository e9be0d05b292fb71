/** Error answers: the original's `failureReason`, and beside it the members of a problem document (RFC 9457 §3.1). */
import type { FastifyReply } from 'fastify';
import { type ErrorCode, type ErrorKind, errorKinds } from '../kit/index.ts';
import { basicChallenge } from './basic-auth.ts';
import { isAskedByConsole } from './console-session.ts';
import { defaultTimeouts } from './ports.ts';

/** Failures of HTTP itself, before a request reaches the contract. */
export const httpErrorKinds = {
  'http.bad-request': {
    status: 400,
    isRetryable: false,
    blame: 'caller',
    help: 'What came is not HTTP/1.1, or its path is not percent-encoded right.',
  },
  'http.not-found': {
    status: 404,
    isRetryable: false,
    blame: 'caller',
    help: 'Calls are started with POST /vgw/outboundCalls/<tenantID>/startOutboundCall.',
  },
  'http.method-not-allowed': {
    status: 405,
    isRetryable: false,
    blame: 'caller',
    help: 'Use the method that the Allow header names.',
  },
  'http.timeout': {
    status: 408,
    isRetryable: true,
    blame: 'caller',
    help: `Send the headers within ${defaultTimeouts.headersMs} ms and the whole request within ${defaultTimeouts.requestMs} ms.`,
  },
  'http.headers-too-large': {
    status: 431,
    isRetryable: false,
    blame: 'caller',
    help: 'The headers are over 16 KiB.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ApiErrorCode = ErrorCode | keyof typeof httpErrorKinds;

export function kindOf(code: ApiErrorCode): ErrorKind {
  return kinds[code];
}

/** Path that the pages of errors lie under. */
export const errorPagesRoot = '/docs/errors';

/** What an error answer holds. */
export interface ProblemBody {
  /** For people and for clients of the original: what happened and what to do. */
  readonly failureReason: string;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ApiErrorCode;
  /** Path of the page that tells causes and what to do. */
  readonly docs: string;
}

const kinds: Readonly<Record<ApiErrorCode, ErrorKind>> = { ...errorKinds, ...httpErrorKinds };

/** The answer to a failure. `message` is one sentence and goes to the caller as it is. */
export function problemBody(code: ApiErrorCode, message: string): ProblemBody {
  const { status, help } = kinds[code];
  return {
    failureReason: `${message} ${help}`,
    type: `urn:outdial:error:${code}`,
    title: titleOf(code),
    status,
    detail: message,
    code,
    docs: `${errorPagesRoot}/${code}`,
  };
}

function titleOf(code: string): string {
  const words = code.replaceAll(/[.-]/g, ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Seconds after which a retry makes sense, for answers that invite one and do not say themselves. */
export function retryAfterS(code: ApiErrorCode): number | undefined {
  const { status } = kinds[code];
  if (status !== 503 && status !== 429) return undefined;
  return code === 'gateway.draining' ? 30 : 5;
}

export interface ProblemOptions {
  /** Instead of the seconds that the code stands for. */
  readonly retryAfterS?: number;
  /** Stand beside the members that every problem has. */
  readonly members?: object;
}

/** Answers with a failure. */
export function sendProblem(
  reply: FastifyReply,
  code: ApiErrorCode,
  message: string,
  options: ProblemOptions = {},
): FastifyReply {
  const body = problemBody(code, message);
  const retryS = options.retryAfterS ?? retryAfterS(code);
  // The console asks for a login by itself.
  if (body.status === 401 && !isAskedByConsole(reply.request)) void reply.header('www-authenticate', basicChallenge);
  if (retryS !== undefined) void reply.header('retry-after', String(retryS));
  return reply.code(body.status).send({ ...body, ...options.members });
}
