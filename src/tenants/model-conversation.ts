/** Bots that are not assistants: a language model, and a webhook in plain JSON. */
import type { Secret } from '../config/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { CredentialFault } from './endpoints.ts';
import type { TenantSettings } from './tenant-settings.ts';

interface PlainBot {
  readonly url: string;
  readonly credentials?: { readonly username: string; readonly password: Secret };
  /** Sent as a bearer token. */
  readonly apiKey?: Secret;
  /** `request` when the URL came with the request of this call: then it is the caller's word, not the operator's. */
  readonly origin: 'deployment' | 'request';
}

export type ModelConversation =
  | (PlainBot & {
      readonly kind: 'openai-chat';
      readonly model: string;
      readonly prompt?: string;
      readonly greeting?: string;
      /** Names of tools; without a list all of them. */
      readonly tools?: readonly string[];
      readonly parameters?: JsonObject;
    })
  | (PlainBot & { readonly kind: 'json-webhook' });

/** Undefined for an assistant. */
export function modelConversationOf(
  settings: TenantSettings,
  origin: PlainBot['origin'],
): ModelConversation | undefined {
  const { conversationType: type, conversationUrl: url } = settings;
  if (url === undefined || type === undefined || type === 'watson') return undefined;
  const { conversationUsername: username, conversationPassword: password } = settings;
  const apiKey = settings.conversationBearerToken ?? settings.conversationApikey;
  const bot: PlainBot = {
    url,
    origin,
    ...(apiKey === undefined ? {} : { apiKey }),
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
