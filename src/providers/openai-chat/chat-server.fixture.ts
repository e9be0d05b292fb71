/** A model behind a chat completion endpoint that streams: knows the callee by its prompt, and notes with a tool. */
import { gatewayTexts } from '../../conversation/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';
import type { BotProtocol } from '../../testing/index.ts';

/** The prompt that the server expects. */
export const chatPrompt = 'You call {{name}}.';

const textsOfEvents: Readonly<Record<string, string>> = {
  '[The call begins. The person is about to pick up: greet them.]': gatewayTexts.start,
  '[The person says nothing.]': gatewayTexts.postResponseTimeout,
};

export const chatProtocol: BotProtocol = (bot) => (request) => {
  const body: unknown = JSON.parse(request.body);
  const messages = isJsonObject(body) && Array.isArray(body['messages']) ? body['messages'] : [];
  const prompt = contentOf(messages[0]);
  const heard = contentOf(messages.at(-1));
  const name = /^You call (.*)\.$/m.exec(prompt ?? '')?.[1];
  if (heard === undefined || name === undefined) return { status: 400, bodyText: '' };
  const { texts, hangsUp, context } = bot({ text: textsOfEvents[heard] ?? heard, context: { name } });
  const noted = Object.entries(context).filter(([key]) => key !== 'name');
  const calls = noted.map(([key, value]) => toolCall('set_variable', { name: key, value }));
  if (hangsUp) calls.push(toolCall('hang_up', {}));
  const events = [
    ...texts.map((text) => chunk({ content: `${text} ` })),
    ...calls.map((call, index) => chunk({ tool_calls: [{ ...call, index, id: `call-${index}` }] })),
    chunk({}, calls.length === 0 ? 'stop' : 'tool_calls'),
    'data: [DONE]\n\n',
  ];
  return { status: 200, bodyText: events.join('') };
};

function contentOf(message: Json | undefined): string | undefined {
  const content = isJsonObject(message) ? message['content'] : undefined;
  return typeof content === 'string' ? content : undefined;
}

function toolCall(name: string, values: JsonObject): JsonObject {
  return { function: { name, arguments: JSON.stringify(values) } };
}

function chunk(delta: JsonObject, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}
