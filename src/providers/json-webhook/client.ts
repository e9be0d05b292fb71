import type { Authorization } from '../../authorization/index.ts';
import type { ConversationService } from '../../conversation/index.ts';
import type { HttpPost } from '../../kit/index.ts';
import { askBot, withFirstByte } from '../bot-connection/index.ts';
import { printWebhookRequest, readWebhookReply } from './codec.ts';
import type { JsonWebhookOptions } from './options.ts';

/** A bot that answers turns in plain JSON. It is asked again like every bot: after a time-out, a lost connection, a 5xx. */
export function createJsonWebhook(
  options: JsonWebhookOptions,
  post: HttpPost,
  authorization: Authorization,
): ConversationService {
  const { url, connectTimeoutMs } = options;
  return {
    spec: 'conversation/1',
    name: 'json-webhook',
    async turn(request, signal) {
      const { answerTimeoutMs: readTimeoutMs = options.readTimeoutMs } = request;
      const connection = { post, authorization, connectTimeoutMs, readTimeoutMs };
      const reply = await askBot(connection, { url, body: printWebhookRequest(request) }, signal);
      return reply.ok ? withFirstByte(readWebhookReply(reply.value, request), reply.value) : reply;
    },
  };
}
