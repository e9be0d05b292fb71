/** Bots that are not assistants: language models behind a chat completion endpoint, and webhooks in plain JSON. */
import type { SettingSpec } from './setting-spec.ts';

export const modelSettings = [
  {
    name: 'OUTDIAL_BOT_TYPE',
    key: 'conversationType',
    group: 'Bot',
    kind: { type: 'word', words: { watson: 'watson', openai: 'openai', webhook: 'webhook' } },
    defaultNote: '`watson`',
    description:
      'What WATSON_CONVERSATION_URL speaks: the message API, an OpenAI-compatible chat completion API (the URL is what stands before /chat/completions), or plain JSON. WATSON_CONVERSATION_APIKEY is sent to the last two as a bearer token.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_BOT_MODEL',
    key: 'conversationModel',
    group: 'Bot',
    kind: { type: 'text', maxLength: 256 },
    description: 'Name of the language model; needed with OUTDIAL_BOT_TYPE=openai.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_BOT_PROMPT',
    key: 'conversationPrompt',
    group: 'Bot',
    kind: { type: 'text', maxLength: 32_768, lines: true },
    description: 'What the language model is to do; {{name|default}} takes a value of the context of the call.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_BOT_GREETING',
    key: 'conversationGreeting',
    group: 'Bot',
    kind: { type: 'text', maxLength: 2000 },
    defaultNote: 'the model is asked to greet',
    description: 'First words of a call with a language model; {{name|default}} takes a value of the context.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_BOT_TOOLS',
    key: 'conversationTools',
    group: 'Bot',
    kind: { type: 'list', of: 'bot-tool' },
    defaultNote: 'all',
    description: 'What a language model may do besides speaking.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_BOT_PARAMETERS',
    key: 'conversationParameters',
    group: 'Bot',
    kind: { type: 'json' },
    description: 'Further members of every request to a language model, such as {"temperature": 0.3}.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
