import type { Authorization } from '../../authorization/index.ts';
import { type ConversationService, gatewayTexts, type TurnReply } from '../../conversation/index.ts';
import {
  err,
  type GatewayError,
  gatewayError,
  type HttpPost,
  type HttpReply,
  isJsonObject,
  ok,
  type Result,
} from '../../kit/index.ts';
import { askBot, connectionFor, emptyReply, readJsonReply, withFirstByte } from '../bot-connection/index.ts';
import {
  type AssistantTurn,
  assistantUrls,
  isSessionId,
  keptContext,
  printMessage,
  readMessage,
  readTurn,
} from './codec.ts';
import type { WatsonAssistantV2Options } from './options.ts';

/** Sends one request; the same rules for all of them. */
type Ask = (url: string, body: string, method?: 'DELETE') => Promise<Result<HttpReply, GatewayError>>;

/**
 * An assistant behind the v2 message API. With sessions: the first turn opens one, the last one ends it; a session that the
 * service no longer knows (404) is replaced by a new one and the turn sent once more in it, with all variables. The
 * session's id travels in the context of the call, so the service keeps nothing; a session whose first turn fails is
 * left to expire. Each request is tried again as in the v1 API.
 */
export function createWatsonAssistantV2(
  options: WatsonAssistantV2Options,
  post: HttpPost,
  authorization: Authorization,
): ConversationService {
  const { mode, connectTimeoutMs, readTimeoutMs } = options;
  const urls = assistantUrls(options);
  return {
    spec: 'conversation/1',
    name: 'watson-assistant-v2',
    async turn(request, signal, _onPart, watch) {
      signal.throwIfAborted();
      const connection = connectionFor(request, { post, authorization, connectTimeoutMs, readTimeoutMs }, watch);
      const ask: Ask = (url, body, method) =>
        askBot(connection, { url, body, ...(method === undefined ? {} : { method }) }, signal);
      const turn = readTurn(request);
      const body = printMessage(turn, mode);
      if (mode === 'stateless') {
        const outcome = await ask(urls.message(undefined), body);
        return outcome.ok ? readReply(outcome.value, turn, undefined) : outcome;
      }
      const inSession = await askInSession(ask, urls, turn.sessionId, body);
      if (!inSession.ok) return inSession;
      const { sessionId, reply } = inSession.value;
      const answer = readReply(reply, turn, sessionId);
      if (request.text !== gatewayTexts.hangUp) return answer;
      const ended = await ask(urls.session(sessionId), '', 'DELETE');
      return answer.ok ? ok(withProblems(answer.value, problemsOfEnd(ended))) : answer;
    },
  };
}

async function askInSession(
  ask: Ask,
  urls: ReturnType<typeof assistantUrls>,
  known: string | undefined,
  body: string,
): Promise<Result<{ readonly sessionId: string; readonly reply: HttpReply }, GatewayError>> {
  if (known !== undefined) {
    const outcome = await ask(urls.message(known), body);
    if (!outcome.ok) return outcome;
    if (outcome.value.status !== 404) return ok({ sessionId: known, reply: outcome.value });
  }
  const opened = await ask(urls.sessions, '{}');
  const sessionId = opened.ok ? readSessionId(opened.value) : opened;
  if (!sessionId.ok) return sessionId;
  const outcome = await ask(urls.message(sessionId.value), body);
  return outcome.ok ? ok({ sessionId: sessionId.value, reply: outcome.value }) : outcome;
}

function readSessionId(reply: HttpReply): Result<string, GatewayError> {
  const body = readJsonReply(reply);
  if (!body.ok) return body;
  const id = isJsonObject(body.value) ? body.value['session_id'] : undefined;
  return isSessionId(id) ? ok(id) : err(gatewayError('bot.bad-reply', 'The new session has no usable session_id.'));
}

/** An empty body is enough of an answer to the last turn of a call, and to no other (specification §5.3). */
function readReply(
  reply: HttpReply,
  turn: AssistantTurn,
  sessionId: string | undefined,
): Result<TurnReply, GatewayError> {
  const body = readJsonReply(reply);
  if (!body.ok) return body;
  if (body.value !== undefined) return withFirstByte(readMessage(body.value, turn, sessionId), reply);
  if (turn.text !== gatewayTexts.hangUp) return err(emptyReply(reply));
  return ok({ steps: [], context: keptContext(turn, sessionId), problems: [] });
}

function problemsOfEnd(ended: Result<HttpReply, GatewayError>): readonly string[] {
  if (!ended.ok) return [`The session was not ended and will expire: ${ended.error.message}`];
  const { status } = ended.value;
  return status < 300 || status === 404 ? [] : [`The session was not ended and will expire: HTTP status ${status}.`];
}

function withProblems(reply: TurnReply, problems: readonly string[]): TurnReply {
  return problems.length === 0 ? reply : { ...reply, problems: [...reply.problems, ...problems] };
}
