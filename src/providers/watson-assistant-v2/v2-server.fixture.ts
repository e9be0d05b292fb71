/** A server of the v2 message API: keeps the variables of each session and merges what comes into them. */
import { type HttpReply, isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';
import type { BotProtocol, ServedRequest } from '../../testing/index.ts';

const skillName = 'main skill';
const reply = (status: number, body: JsonObject = {}): HttpReply => ({ status, bodyText: JSON.stringify(body) });
const objectAt = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

export const v2Protocol: BotProtocol = (bot) => {
  const sessions = new Map<string, JsonObject>();
  let opened = 0;
  return (request) => {
    const [, rest = ''] = /\/v2\/assistants\/a-1\/([^?]*)\?version=\d{4}-\d\d-\d\d$/.exec(request.url) ?? [];
    if (rest === 'sessions' && request.method === 'POST') {
      const id = `session-${++opened}`;
      sessions.set(id, {});
      return reply(201, { session_id: id });
    }
    const [, id = '', message] = /^sessions\/([^/]+)(\/message)?$/.exec(rest) ?? [];
    if (rest === 'message') return turn(request, {}, () => undefined);
    const kept = sessions.get(id);
    if (kept === undefined) return reply(404, { error: 'Invalid Session', code: 404 });
    if (message !== undefined) return turn(request, kept, (variables) => void sessions.set(id, variables));
    if (request.method === 'DELETE') sessions.delete(id);
    return reply(200);
  };

  function turn(request: ServedRequest, kept: JsonObject, keep: (variables: JsonObject) => void): HttpReply {
    const body: unknown = JSON.parse(request.body);
    const { input, context } = isJsonObject(body) ? body : {};
    const { text, integrations } = objectAt(input);
    if (typeof text !== 'string' || !isJsonObject(integrations)) return reply(400);
    const skills = objectAt(objectAt(context)['skills']);
    const sent = objectAt(objectAt(skills[skillName])['user_defined']);
    const answer = bot({ text, context: { ...kept, ...sent } });
    keep(answer.context);
    return reply(200, {
      output: {
        generic: [
          ...answer.texts.map((each) => ({ response_type: 'text', text: each })),
          ...(answer.hangsUp ? [{ response_type: 'end_session' }] : []),
        ],
      },
      context: {
        ...objectAt(context),
        skills: { [skillName]: { user_defined: answer.context, system: { state: 'opaque' } } },
      },
    });
  }
};
