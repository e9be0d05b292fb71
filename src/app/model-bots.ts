/** Bots that are a language model or a webhook in plain JSON. */
import type { ConversationService } from '../conversation/index.ts';
import type { HttpClient } from '../host/index.ts';
import { createJsonWebhook, jsonWebhookOptions } from '../providers/json-webhook/index.ts';
import { createOpenaiChat, openaiChatOptions } from '../providers/openai-chat/index.ts';
import type { ConversationApi, ModelConversation } from '../tenants/index.ts';

/** Settings were checked one by one before; what a provider refuses all the same throws. */
export function modelBotOf(
  conversation: ModelConversation,
  { connectTimeoutMs, readTimeoutMs }: ConversationApi,
  { post, postStream }: Pick<HttpClient, 'post' | 'postStream'>,
): ConversationService {
  const { url, apiKey, credentials } = conversation;
  const common = {
    url,
    connectTimeoutMs,
    readTimeoutMs,
    ...(apiKey === undefined ? {} : { apiKey: apiKey.reveal() }),
    ...(credentials === undefined ? {} : { username: credentials.username, password: credentials.password.reveal() }),
  };
  if (conversation.kind === 'json-webhook') return createJsonWebhook(jsonWebhookOptions.parse(common), post);
  const { model, prompt, greeting, tools, parameters } = conversation;
  return createOpenaiChat(
    openaiChatOptions.parse({ ...common, model, prompt, greeting, tools, parameters }),
    postStream,
  );
}
