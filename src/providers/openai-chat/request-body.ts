/** A turn as a chat completion request. Pure. */
import { fillTemplate } from '../../conversation/index.ts';
import type { Json, JsonObject } from '../../kit/index.ts';
import type { Exchange } from './history.ts';
import type { OpenaiChatOptions } from './options.ts';
import { describeTools } from './tools.ts';

const defaultPrompt = 'You are a friendly assistant who has called a person on the telephone.';

/** Ours to say: a model that does not know it would write lists and take our events for the person's words. */
const manners =
  'Everything you write is spoken on the telephone. Answer in a few short, plain sentences, without lists, markup or ' +
  'symbols, and write numbers as they are said. Lines in [brackets] are from the telephone system, not from the person: ' +
  'never write such lines, and never mention them.';

export function chatUrl({ url }: Pick<OpenaiChatOptions, 'url'>): string {
  return `${url.replace(/\/+$/, '')}/chat/completions`;
}

/** `history` ends with the turn that is to be answered. */
export function printChatRequest(
  options: Pick<OpenaiChatOptions, 'model' | 'prompt' | 'parameters' | 'tools'>,
  context: JsonObject,
  history: readonly Exchange[],
): string {
  const { model, prompt = defaultPrompt, parameters, tools } = options;
  const system = `${fillTemplate(prompt, context)}\n\n${manners}`;
  return JSON.stringify({
    ...parameters,
    model,
    messages: [{ role: 'system', content: system }, ...joined(history.flatMap(messagesOf))],
    ...(tools.length === 0 ? {} : { tools: describeTools(tools) }),
    stream: true,
  });
}

interface Message {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly tool_calls?: readonly Json[];
  readonly tool_call_id?: string;
}

function messagesOf({ heard, said, calls }: Exchange, index: number): Message[] {
  const idOf = (call: number): string => `call_${index}_${call}`;
  const toolCalls = calls.map(({ name, arguments: written }, call) => ({
    id: idOf(call),
    type: 'function',
    function: { name, arguments: written },
  }));
  const answer: Message[] =
    said === '' && calls.length === 0
      ? []
      : [{ role: 'assistant', content: said, ...(calls.length === 0 ? {} : { tool_calls: toolCalls }) }];
  const results = calls.map(({ result }, call): Message => ({
    role: 'tool',
    tool_call_id: idOf(call),
    content: result,
  }));
  return [{ role: 'user', content: heard }, ...answer, ...results];
}

/** Where nothing was answered two messages of the person meet: many models want the roles to alternate. */
function joined(messages: readonly Message[]): readonly Message[] {
  const all: Message[] = [];
  for (const message of messages) {
    const last = all.at(-1);
    if (message.role === 'user' && last?.role === 'user') {
      all[all.length - 1] = { ...last, content: `${last.content}\n${message.content}` };
    } else all.push(message);
  }
  return all;
}
