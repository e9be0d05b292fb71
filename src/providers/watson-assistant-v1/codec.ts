/** Turns to v1 message requests, HTTP replies to turn replies (specification §1 "SOE", §5.1). Pure. */
import { gatewayTexts, readMessageResponse, type TurnReply, type TurnRequest } from '../../conversation/index.ts';
import { err, type GatewayError, gatewayError, type Json, type JsonObject, ok, type Result } from '../../kit/index.ts';
import type { HttpReply } from '../../kit/index.ts';
import type { WatsonAssistantV1Options } from './options.ts';

export function messageUrl(options: WatsonAssistantV1Options): string {
  if (options.workspaceId === undefined) return options.url;
  const root = options.url.endsWith('/') ? options.url.slice(0, -1) : options.url;
  return `${root}/v1/workspaces/${encodeURIComponent(options.workspaceId)}/message?version=${options.apiVersion}`;
}

export function printMessageRequest(request: TurnRequest): string {
  return JSON.stringify(messageRequest(request));
}

function messageRequest({ text, context }: TurnRequest): JsonObject {
  return { alternateIntents: false, input: { text }, context };
}

/**
 * Fails with `bot.bad-status` outside 2xx and with `bot.bad-reply` when the body is no message response. An empty body
 * is enough of an answer to the last turn of a call, and to no other (specification §5.3).
 */
export function readHttpReply(reply: HttpReply, request: TurnRequest): Result<TurnReply, GatewayError> {
  if (reply.status < 200 || reply.status > 299) {
    const redirect = reply.status >= 300 && reply.status < 400 ? ' Redirects are not followed.' : '';
    return err(gatewayError('bot.bad-status', `The bot answered with HTTP status ${reply.status}.${redirect}`));
  }
  if (reply.bodyText.trim() === '') {
    if (request.text === gatewayTexts.hangUp) {
      const exchange = { request: messageRequest(request), response: null };
      return ok({ steps: [], context: request.context, problems: [], exchange });
    }
    return err(gatewayError('bot.bad-reply', `The bot answered with HTTP status ${reply.status} and an empty body.`));
  }
  let body: unknown;
  try {
    body = JSON.parse(reply.bodyText);
  } catch {
    return err(gatewayError('bot.bad-reply', 'The body of the reply is not JSON.'));
  }
  const read = readMessageResponse(body, request.context);
  if (!read.ok) return read;
  // It came out of JSON.
  return ok({ ...read.value, exchange: { request: messageRequest(request), response: body as Json } });
}
