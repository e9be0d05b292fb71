/** Turns to v1 message requests, HTTP replies to turn replies (specification §1 "SOE", §5.1). Pure. */
import { gatewayTexts, readMessageResponse, type TurnReply, type TurnRequest } from '../../conversation/index.ts';
import {
  err,
  type GatewayError,
  type HttpReply,
  type Json,
  type JsonObject,
  ok,
  type Result,
} from '../../kit/index.ts';
import { emptyReply, pathSegment, readJsonReply } from '../bot-connection/index.ts';
import type { WatsonAssistantV1Options } from './options.ts';

/** Of a workspace below the root of the service; of a service orchestration engine the URL exactly as given. */
export function messageUrl({ url, workspaceId, apiVersion }: WatsonAssistantV1Options): string {
  if (workspaceId === undefined) return url;
  const root = url.endsWith('/') ? url.slice(0, -1) : url;
  return `${root}/v1/workspaces/${pathSegment(workspaceId)}/message?version=${apiVersion}`;
}

export function printMessageRequest(request: TurnRequest): string {
  return JSON.stringify(messageRequest(request));
}

function messageRequest({ text, context }: TurnRequest): JsonObject {
  return { alternateIntents: false, input: { text }, context };
}

/** An empty body is enough of an answer to the last turn of a call, and to no other (specification §5.3). */
export function readHttpReply(reply: HttpReply, request: TurnRequest): Result<TurnReply, GatewayError> {
  const body = readJsonReply(reply);
  if (!body.ok) return body;
  const sent = messageRequest(request);
  if (body.value !== undefined) {
    const read = readMessageResponse(body.value, request.context);
    // It came out of JSON.
    return read.ok ? ok({ ...read.value, exchange: { request: sent, response: body.value as Json } }) : read;
  }
  if (request.text !== gatewayTexts.hangUp) return err(emptyReply(reply));
  return ok({ steps: [], context: request.context, problems: [], exchange: { request: sent, response: null } });
}
