/** Which bots a tenant talks to. */
import { readFileSync } from 'node:fs';
import type { Authorization } from '../authorization/index.ts';
import { type ConversationService, withFailover } from '../conversation/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import { createDialogService, defaultDialog, loadDialog } from '../providers/dialog-file/index.ts';
import { createJsonWebhook, jsonWebhookOptions } from '../providers/json-webhook/index.ts';
import { createOpenaiChat, openaiChatOptions } from '../providers/openai-chat/index.ts';
import { createWatsonAssistantV1, watsonAssistantV1Options } from '../providers/watson-assistant-v1/index.ts';
import { createWatsonAssistantV2, watsonAssistantV2Options } from '../providers/watson-assistant-v2/index.ts';
import { type BotAddress, botTenants, type Tenant } from '../tenants/index.ts';
import type { Destinations } from './destinations.ts';

/** Dialog files that are in use, by path. Built-in dialog under the empty path. */
type Dialogs = ReadonlyMap<string, ConversationService>;

/** Dialog files, each read once. */
export interface DialogCache {
  readonly services: Dialogs;
  /** Reads a file unless it was read before. The error: every problem, each with file and line. */
  load(path: string): Result<ConversationService, readonly string[]>;
}

export function createDialogCache(): DialogCache {
  const services = new Map([['', createDialogService(defaultDialog())]]);
  const failed = new Map<string, readonly string[]>();
  return {
    services,
    load: (path) => {
      const [service, problems] = [services.get(path), failed.get(path)];
      if (service !== undefined) return ok(service);
      if (problems !== undefined) return err(problems);
      const loaded = loadDialogFile(path);
      if (loaded.ok) services.set(path, loaded.value);
      else failed.set(path, loaded.error);
      return loaded;
    },
  };
}

function loadDialogFile(path: string): Result<ConversationService, readonly string[]> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return err([`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const dialog = loadDialog(text, path);
  return dialog.ok ? ok(createDialogService(dialog.value)) : dialog;
}

type Connections = Pick<Destinations, 'operatorHttp' | 'requestHttp' | 'authorizations'>;

/** The bot of one call with those that stand by for it. It remembers which one answered, so every call needs its own. */
export function botOf(tenant: Tenant, dialogs: Dialogs, net: Connections): ConversationService {
  const [first, ...standbys] = botTenants(tenant).map((each, index, all) => {
    const service = serviceOf(each, dialogs, net);
    const { conversationName: name = all.length === 1 ? service.name : `conversation[${index}]` } = each.settings;
    return { name, service };
  });
  if (first === undefined) throw new Error('a tenant without a bot');
  return withFailover(first, ...standbys);
}

function serviceOf({ conversation, conversationApi }: Tenant, dialogs: Dialogs, net: Connections): ConversationService {
  if (conversation.kind === 'dialog-file') {
    const service = dialogs.get(conversation.path ?? '');
    if (service === undefined) throw new Error('a dialog file that was not loaded at the start');
    return service;
  }
  const http = conversation.origin === 'request' ? net.requestHttp : net.operatorHttp;
  const { version: apiVersion, connectTimeoutMs, readTimeoutMs } = conversationApi;
  const address = { url: conversation.url, connectTimeoutMs, readTimeoutMs };
  const common = { ...address, apiVersion };
  const { post, postStream } = http;
  const authorization = authorizationOf(conversation, net);
  switch (conversation.kind) {
    case 'watson-v1': {
      const { workspaceId } = conversation;
      const options = watsonAssistantV1Options.parse({
        ...common,
        ...(workspaceId === undefined ? {} : { workspaceId }),
      });
      return createWatsonAssistantV1(options, post, authorization);
    }
    case 'watson-v2': {
      const { assistantId, isStateless } = conversation;
      const mode = isStateless ? 'stateless' : 'sessions';
      const options = watsonAssistantV2Options.parse({ ...common, assistantId, mode });
      return createWatsonAssistantV2(options, post, authorization);
    }
    case 'openai-chat': {
      const { model, prompt, greeting, tools, parameters } = conversation;
      const options = openaiChatOptions.parse({ ...address, model, prompt, greeting, tools, parameters });
      return createOpenaiChat(options, postStream, authorization);
    }
    case 'json-webhook':
      return createJsonWebhook(jsonWebhookOptions.parse(address), post, authorization);
    default:
      return conversation satisfies never;
  }
}

function authorizationOf({ credentials, token }: BotAddress, { authorizations }: Connections): Authorization {
  const book = authorizations[token?.kind === 'api-key' ? token.origin : 'deployment'];
  if (token !== undefined) return book.authorizationBy(token);
  return book.authorizationBy(credentials === undefined ? { kind: 'none' } : { kind: 'basic', ...credentials });
}
