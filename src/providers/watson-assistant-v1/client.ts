import type { Authorization } from '../../authorization/index.ts';
import type { ConversationService } from '../../conversation/index.ts';
import type { HttpPost } from '../../kit/index.ts';
import { askBot, connectionFor, withFirstByte } from '../bot-connection/index.ts';
import { messageUrl, printMessageRequest, readHttpReply } from './codec.ts';
import type { WatsonAssistantV1Options } from './options.ts';

/**
 * A bot behind the v1 message API. After a timeout, a lost connection or a 5xx the turn is sent once more, as the same
 * bytes; after anything else it is not, but for a 401 that another token may mend.
 */
export function createWatsonAssistantV1(
  options: WatsonAssistantV1Options,
  post: HttpPost,
  authorization: Authorization,
): ConversationService {
  const { connectTimeoutMs, readTimeoutMs } = options;
  const url = messageUrl(options);
  return {
    spec: 'conversation/1',
    name: 'watson-assistant-v1',
    async turn(request, signal, _onPart, watch) {
      const connection = connectionFor(request, { post, authorization, connectTimeoutMs, readTimeoutMs }, watch);
      const outcome = await askBot(connection, { url, body: printMessageRequest(request) }, signal);
      return outcome.ok ? withFirstByte(readHttpReply(outcome.value, request), outcome.value) : outcome;
    },
  };
}
