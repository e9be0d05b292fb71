/** A bot in plain JSON: answers what is asked of it, and gives the variables back that are new. */
import { gatewayTexts } from '../../conversation/index.ts';
import { isJsonObject } from '../../kit/index.ts';
import type { BotProtocol } from '../../testing/index.ts';

const textsOfEvents: Readonly<Record<string, string>> = {
  start: gatewayTexts.start,
  end: gatewayTexts.hangUp,
  silence: gatewayTexts.postResponseTimeout,
};

export const webhookProtocol: BotProtocol = (bot) => (request) => {
  const body: unknown = JSON.parse(request.body);
  const { event, text, context } = isJsonObject(body) ? body : {};
  if (typeof event !== 'string' || typeof text !== 'string' || !isJsonObject(context)) {
    return { status: 400, bodyText: '' };
  }
  const answer = bot({ text: textsOfEvents[event] ?? text, context });
  const changed = Object.entries(answer.context).filter(([name, value]) => context[name] !== value);
  const reply = { say: answer.texts, hangup: answer.hangsUp, context: Object.fromEntries(changed) };
  return { status: 200, bodyText: JSON.stringify(reply) };
};
