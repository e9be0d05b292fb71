/** A server of the v1 message API, as a service orchestration engine is one. */
import { isJsonObject, type JsonObject } from '../../kit/index.ts';
import type { BotProtocol } from '../../testing/index.ts';

export const v1Protocol: BotProtocol = (bot) => (request) => {
  const body: unknown = JSON.parse(request.body);
  const { input, context } = isJsonObject(body) ? body : {};
  if (request.method !== 'POST' || !isJsonObject(input) || !isJsonObject(context)) return { status: 400, bodyText: '' };
  const { text } = input;
  const answer = bot({ text: typeof text === 'string' ? text : '<none>', context });
  const output: JsonObject = {
    text: answer.texts,
    ...(answer.hangsUp ? { vgwAction: { command: 'vgwActHangup' } } : {}),
  };
  const conversation = { conversation_id: 'c-1', ...answer.context };
  return { status: 200, bodyText: JSON.stringify({ output, context: conversation }) };
};
