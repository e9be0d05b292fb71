import type { ConversationService, TurnReply, TurnRequest } from '../../conversation/index.ts';
import {
  err,
  type ErrorCode,
  type GatewayError,
  gatewayError,
  type HttpFailure,
  type HttpPost,
  type HttpReply,
  type Result,
} from '../../kit/index.ts';
import { messageUrl, printMessageRequest, readHttpReply } from './codec.ts';
import type { WatsonAssistantV1Options } from './options.ts';

/** A reply with a longer body is not read to its end. */
export const maxReplyBytes = 1024 * 1024;

/** The first attempt and one more, each with the whole budget of time (promise R15). */
const maxAttempts = 2;

/**
 * A bot behind the v1 message API. After a timeout, a lost connection or a 5xx the turn is sent once more, as the same
 * bytes; after anything else it is not.
 */
export function createWatsonAssistantV1(options: WatsonAssistantV1Options, post: HttpPost): ConversationService {
  const url = messageUrl(options);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...authorization(options),
  };
  const attempt = async (
    body: string,
    readTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<Result<HttpReply, HttpFailure>> => {
    const { connectTimeoutMs } = options;
    const outcome = await post({ url, headers, body, connectTimeoutMs, readTimeoutMs, maxReplyBytes, signal });
    signal.throwIfAborted();
    return outcome;
  };
  return {
    spec: 'conversation/1',
    name: 'watson-assistant-v1',
    async turn(request: TurnRequest, signal: AbortSignal): Promise<Result<TurnReply, GatewayError>> {
      signal.throwIfAborted();
      const body = printMessageRequest(request);
      const readTimeoutMs = request.answerTimeoutMs ?? options.readTimeoutMs;
      let outcome = await attempt(body, readTimeoutMs, signal);
      for (let attempts = 1; attempts < maxAttempts && isWorthAnotherAttempt(outcome); attempts++) {
        outcome = await attempt(body, readTimeoutMs, signal);
      }
      return outcome.ok ? readHttpReply(outcome.value, request) : err(toGatewayError(outcome.error));
    },
  };
}

function authorization(options: WatsonAssistantV1Options): Record<string, string> {
  if (options.username === undefined) return {};
  const credentials = Buffer.from(`${options.username}:${options.password ?? ''}`, 'utf8').toString('base64');
  return { authorization: `Basic ${credentials}` };
}

function isWorthAnotherAttempt(outcome: Result<HttpReply, HttpFailure>): boolean {
  if (outcome.ok) return outcome.value.status >= 500;
  const { kind } = outcome.error;
  return kind === 'connect' || kind === 'timeout' || kind === 'broken';
}

function toGatewayError(failure: HttpFailure): GatewayError {
  return gatewayError(errorCode(failure.kind), failure.detail);
}

function errorCode(kind: HttpFailure['kind']): ErrorCode {
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
