/** What the gateway will say whoever is called: texts of the configuration that hold nothing of a call. */
import type { Settings } from '../config/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { likelyRateOf } from '../engine/index.ts';
import type { PromptOrder } from '../speech/index.ts';
import { botTenants, speechSelectionOf, type Tenant, type TenantDirectory } from '../tenants/index.ts';

/** An order for each voice, with every text once; together at most as many as are to be prepared. */
export function fixedPromptsOf(
  directory: Pick<TenantDirectory, 'deployment' | 'isMultiTenant' | 'tenants'>,
  dialogs: ReadonlyMap<string, ConversationService>,
  { preparedPrompts }: Pick<Settings, 'preparedPrompts'>,
): PromptOrder[] {
  const orders = new Map<string, Omit<PromptOrder, 'texts'> & { readonly texts: Set<string> }>();
  let room = preparedPrompts;
  for (const tenant of directory.isMultiTenant ? directory.tenants : [directory.deployment]) {
    const { tts, stt, ttsCacheMs } = speechSelectionOf(tenant);
    const [voice] = tts;
    // The voice inside has a cache of its own; of a service nothing is kept unless the tenant says so.
    if (voice === undefined || (voice.kind !== 'local' && ttsCacheMs === 0)) continue;
    const sampleRateHz = likelyRateOf(tenant);
    const key = JSON.stringify([voice.kind, voice.options, sampleRateHz]);
    const order = orders.get(key) ?? { speech: { stt, tts: [voice], ttsCacheMs }, sampleRateHz, texts: new Set() };
    orders.set(key, order);
    for (const text of textsOf(tenant, dialogs)) {
      if (room === 0 || order.texts.has(text) || !isSpoken(text)) continue;
      order.texts.add(text);
      room -= 1;
    }
  }
  return Array.from(orders.values(), ({ texts, ...order }) => Object.assign(order, { texts: [...texts] }));
}

/** In the order in which they are likely to be wanted. */
function textsOf(tenant: Tenant, dialogs: ReadonlyMap<string, ConversationService>): string[] {
  const ofBots = botTenants(tenant).flatMap(({ conversation }) => {
    if (conversation.kind === 'dialog-file') return dialogs.get(conversation.path ?? '')?.fixedTexts ?? [];
    return conversation.kind === 'openai-chat' && conversation.greeting !== undefined ? [conversation.greeting] : [];
  });
  return [...ofBots, tenant.conversationFailedMessage, tenant.settings.transferFailedMessage].map((text) =>
    text.trim(),
  );
}

/** `{{...}}` is something of a call. */
function isSpoken(text: string): boolean {
  return text !== '' && !text.includes('{{');
}
