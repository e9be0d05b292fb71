/** One request to a bot over HTTP, as every connection to one makes it. */
import {
  type Authorization,
  type AuthorizationFailure,
  type AuthorizedFailure,
  postAuthorized,
} from '../../authorization/index.ts';
import {
  err,
  type ErrorCode,
  type GatewayError,
  gatewayError,
  type HttpFailure,
  type HttpPost,
  type HttpPostOrder,
  type HttpReply,
  ok,
  type Result,
} from '../../kit/index.ts';

export interface BotConnection {
  readonly post: HttpPost;
  readonly authorization: Authorization;
  readonly connectTimeoutMs: number;
  /** For the whole reply, of each attempt. */
  readonly readTimeoutMs: number;
}

/** A reply with a longer body is not read to its end. */
const maxReplyBytes = 1024 * 1024;

/** The first attempt and one more, each with the whole budget of time (promise R15). */
export const maxAttempts = 2;

const jsonHeaders = { 'content-type': 'application/json', accept: 'application/json' };

/**
 * Sends an order, and after a timeout, a lost connection or a 5xx once more, as the same bytes; after anything else not.
 * Any status is a reply. Never rejects, except when `signal` aborts.
 */
export async function askBot(
  { post, authorization, connectTimeoutMs, readTimeoutMs }: BotConnection,
  request: Pick<HttpPostOrder, 'url' | 'method' | 'body'>,
  signal: AbortSignal,
): Promise<Result<HttpReply, GatewayError>> {
  signal.throwIfAborted();
  const order = { ...request, headers: jsonHeaders, connectTimeoutMs, readTimeoutMs, maxReplyBytes, signal };
  for (let attempt = 1; ; attempt++) {
    const outcome = await postAuthorized(post, authorization, order);
    signal.throwIfAborted();
    if (attempt < maxAttempts && isWorthAnotherAttempt(outcome)) continue;
    return outcome.ok ? ok(outcome.value) : err(toGatewayError(outcome.error));
  }
}

function isWorthAnotherAttempt(outcome: Result<HttpReply, AuthorizedFailure>): boolean {
  if (outcome.ok) return outcome.value.status >= 500;
  const { error } = outcome;
  return error.at === 'authorization' ? isPassing(error.failure.reason) : isPassingFailure(error.failure);
}

/** Whether the same request may succeed at once (promise R15). */
export function isPassingFailure({ kind }: HttpFailure): boolean {
  return kind === 'connect' || kind === 'timeout' || kind === 'broken';
}

function isPassing(reason: AuthorizationFailure['reason']): boolean {
  return reason === 'unreachable' || reason === 'timeout' || reason === 'bad-status';
}

function toGatewayError(error: AuthorizedFailure): GatewayError {
  return error.at === 'service' ? botFailure(error.failure) : authorizationFailure(error.failure);
}

/** A failure of HTTP as a failure of the bot. */
export function botFailure({ kind, detail }: HttpFailure): GatewayError {
  return gatewayError(codeOf(kind), detail);
}

/** That no header could be had, as a failure of the bot. */
export function authorizationFailure({ reason, detail }: AuthorizationFailure): GatewayError {
  return gatewayError(codeOfAuthorization(reason), detail);
}

function codeOf(kind: HttpFailure['kind']): ErrorCode {
  switch (kind) {
    case 'timeout':
      return 'bot.timeout';
    case 'too-large':
      return 'bot.reply-too-large';
    case 'malformed':
      return 'bot.bad-reply';
    case 'bad-url':
    case 'not-allowed':
    case 'connect':
    case 'broken':
    case 'aborted':
      return 'bot.unreachable';
    default:
      return kind satisfies never;
  }
}

function codeOfAuthorization(reason: AuthorizationFailure['reason']): ErrorCode {
  switch (reason) {
    case 'timeout':
      return 'bot.timeout';
    case 'unreachable':
      return 'bot.unreachable';
    case 'bad-status':
    case 'refused':
    case 'unusable':
      return 'bot.unauthorized';
    default:
      return reason satisfies never;
  }
}
