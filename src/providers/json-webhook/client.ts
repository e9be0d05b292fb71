import type { Authorization } from '../../authorization/index.ts';
import type { ConversationService } from '../../conversation/index.ts';
import type { HttpPost } from '../../kit/index.ts';
import { askBot, connectionFor, withFirstByte } from '../bot-connection/index.ts';
import { printWebhookRequest, readWebhookReply } from './codec.ts';
import type { JsonWebhookOptions } from './options.ts';

/** A bot that answers turns in plain JSON. It is asked again like every bot: after a time-out, a lost connection, a 5xx. */
export function createJsonWebhook(
  options: JsonWebhookOptions,
  post: HttpPost,
  authorization: Authorization,
): ConversationService {
  const { url, connectTimeoutMs, readTimeoutMs } = options;
  return {
    spec: 'conversation/1',
    name: 'json-webhook',
    async turn(request, signal, _onPart, watch) {
      const connection = connectionFor(request, { post, authorization, connectTimeoutMs, readTimeoutMs }, watch);
      const reply = await askBot(connection, { url, body: printWebhookRequest(request) }, signal);
      return reply.ok ? withFirstByte(readWebhookReply(reply.value, request), reply.value) : reply;
    },
  };
}
