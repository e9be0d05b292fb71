import type { ConversationService } from '../../conversation/index.ts';
import { err, type HttpPost } from '../../kit/index.ts';
import { authorizationOf, botFailure, isWorthAnotherAttempt } from '../bot-failure.ts';
import { printWebhookRequest, readWebhookReply } from './codec.ts';
import type { JsonWebhookOptions } from './options.ts';

/** A reply with a longer body is not read to its end. */
export const maxReplyBytes = 1024 * 1024;

/** The first attempt and one more, each with the whole budget of time (promise R15). */
const maxAttempts = 2;

/** A bot that answers turns in plain JSON. It is asked again like every bot: after a time-out, a lost connection, a 5xx. */
export function createJsonWebhook(options: JsonWebhookOptions, post: HttpPost): ConversationService {
  const { url, connectTimeoutMs } = options;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...authorizationOf(options),
  };
  return {
    spec: 'conversation/1',
    name: 'json-webhook',
    async turn(request, signal) {
      const body = printWebhookRequest(request);
      const { answerTimeoutMs: readTimeoutMs = options.readTimeoutMs } = request;
      for (let attempts = 1; ; attempts++) {
        signal.throwIfAborted();
        const reply = await post({ url, headers, body, connectTimeoutMs, readTimeoutMs, maxReplyBytes, signal });
        signal.throwIfAborted();
        const mayRepeat = reply.ok ? reply.value.status >= 500 : isWorthAnotherAttempt(reply.error);
        if (mayRepeat && attempts < maxAttempts) continue;
        return reply.ok ? readWebhookReply(reply.value, request) : err(botFailure(reply.error));
      }
    },
  };
}
