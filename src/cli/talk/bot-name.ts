import type { Tenant } from '../../tenants/index.ts';

const kindNames = {
  'watson-v1': 'a bot of the v1 message API',
  'watson-v2': 'a bot of the v2 message API',
  'openai-chat': 'a language model',
  'json-webhook': 'a JSON webhook',
} as const;

/** Whose bot it is and where, without what its URL may hold of credentials. */
export function botName({ id, conversation }: Tenant): string {
  const where =
    conversation.kind === 'dialog-file'
      ? (conversation.path ?? 'the built-in dialog')
      : `${kindNames[conversation.kind]} at ${placeOf(conversation.url)}`;
  return `tenant ${id}, ${where}`;
}

function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
