/** Assistants of the v2 message API, and the token that a bot is given as it is. */
import type { SettingSpec } from './setting-spec.ts';

export const assistantSettings = [
  {
    name: 'OUTDIAL_BOT_ASSISTANT_ID',
    key: 'conversationAssistantId',
    group: 'Bot',
    kind: { type: 'text', maxLength: 256 },
    description:
      'Assistant, or environment of one: the bot is then asked through the v2 message API below WATSON_CONVERSATION_URL.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_BOT_STATELESS',
    key: 'isAssistantStateless',
    group: 'Bot',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Asks the assistant without sessions: the whole context goes to and fro with every turn.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_BOT_BEARER_TOKEN',
    key: 'conversationBearerToken',
    group: 'Bot',
    kind: { type: 'secret' },
    description: 'Token sent to the bot as it is.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
