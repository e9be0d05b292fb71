/** Which bot a tenant talks to. Services are stateless, so tenants with the same configuration share one. */
import { readFileSync } from 'node:fs';
import type { ConversationService } from '../conversation/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import { createDialogService, defaultDialog, loadDialog } from '../providers/dialog-file/index.ts';
import { createWatsonAssistantV1, watsonAssistantV1Options } from '../providers/watson-assistant-v1/index.ts';
import type { Tenant } from '../tenants/index.ts';
import type { Destinations } from './destinations.ts';

/** Dialog files that are in use, by path. Built-in dialog under the empty path. */
export type Dialogs = ReadonlyMap<string, ConversationService>;

/** Loads every dialog file the tenants name; all problems at once, each with file and line. */
export function loadDialogs(tenants: readonly Tenant[]): Result<Dialogs, readonly string[]> {
  const problems: string[] = [];
  const dialogs = new Map([['', createDialogService(defaultDialog())]]);
  for (const { conversation } of tenants) {
    if (conversation.kind !== 'dialog-file' || conversation.path === undefined) continue;
    const { path } = conversation;
    if (dialogs.has(path)) continue;
    const loaded = loadDialogFile(path);
    if (loaded.ok) dialogs.set(path, loaded.value);
    else problems.push(...loaded.error);
  }
  return problems.length > 0 ? err(problems) : ok(dialogs);
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

export function botOf(
  { conversation, conversationApi }: Tenant,
  dialogs: Dialogs,
  { operatorHttp, requestHttp }: Pick<Destinations, 'operatorHttp' | 'requestHttp'>,
): ConversationService {
  if (conversation.kind === 'dialog-file') {
    const service = dialogs.get(conversation.path ?? '');
    if (service === undefined) throw new Error('a dialog file that was not loaded at the start');
    return service;
  }
  const { url, workspaceId, credentials } = conversation;
  const options = watsonAssistantV1Options.parse({
    url,
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(credentials === undefined ? {} : { username: credentials.username, password: credentials.password.reveal() }),
    apiVersion: conversationApi.version,
    connectTimeoutMs: conversationApi.connectTimeoutMs,
    readTimeoutMs: conversationApi.readTimeoutMs,
  });
  const { post } = conversation.origin === 'request' ? requestHttp : operatorHttp;
  return createWatsonAssistantV1(options, post);
}
