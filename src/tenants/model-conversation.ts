/** Bots that are not assistants: a language model, and a webhook in plain JSON. */
import type { JsonObject } from '../kit/index.ts';
import type { BotAddress } from './bot-address.ts';
import type { CredentialFault } from './endpoints.ts';
import type { TenantSettings } from './tenant-settings.ts';

export type ModelConversation =
  | (BotAddress & {
      readonly kind: 'openai-chat';
      readonly model: string;
      readonly prompt?: string;
      readonly greeting?: string;
      /** Names of tools; without a list all of them. */
      readonly tools?: readonly string[];
      readonly parameters?: JsonObject;
    })
  | (BotAddress & { readonly kind: 'json-webhook' });

/** Undefined for an assistant. */
export function modelConversationOf(
  settings: TenantSettings,
  origin: BotAddress['origin'],
): ModelConversation | undefined {
  const { conversationType: type, conversationUrl: url } = settings;
  if (url === undefined || type === undefined || type === 'watson') return undefined;
  const { conversationUsername: username, conversationPassword: password } = settings;
  // Such servers take the key itself for a token; nothing is exchanged.
  const token = settings.conversationBearerToken ?? settings.conversationApikey;
  const bot: BotAddress = {
    url,
    origin,
    ...(token === undefined ? {} : { token: { kind: 'bearer', token } }),
    ...(username === undefined || password === undefined ? {} : { credentials: { username, password } }),
  };
  if (type === 'webhook') return { kind: 'json-webhook', ...bot };
  const { conversationModel: model = '', conversationPrompt: prompt, conversationGreeting: greeting } = settings;
  const { conversationTools: tools, conversationParameters: parameters } = settings;
  return {
    kind: 'openai-chat',
    ...bot,
    model,
    ...(prompt === undefined ? {} : { prompt }),
    ...(greeting === undefined ? {} : { greeting }),
    ...(tools === undefined ? {} : { tools: tools.filter((tool) => tool !== 'none') }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** A kind of bot without what it needs. URL and model belong together: neither is taken from somewhere else. */
export function findModelFaults(values: Partial<TenantSettings>): readonly CredentialFault[] {
  const { conversationType: type, conversationUrl: url, conversationModel: model } = values;
  if (type !== undefined && url === undefined) {
    return [{ at: 'conversation', reason: 'its type needs an url beside it', fix: 'Give url or remove type.' }];
  }
  if (type !== 'openai' || model !== undefined) return [];
  return [{ at: 'conversation', reason: 'a language model needs its name', fix: 'Give model.' }];
}
