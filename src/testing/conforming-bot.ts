/** The conversation that every bot connection is held against, and the server side of a protocol it is spoken in. */
import { gatewayTexts } from '../conversation/index.ts';
import type {
  HttpFailure,
  HttpPost,
  HttpPostOrder,
  HttpReply,
  HttpStreamPost,
  JsonObject,
  Result,
} from '../kit/index.ts';

/** A turn as a bot sees it. */
export interface HeardTurn {
  readonly text: string;
  /** The variables of the conversation. */
  readonly context: JsonObject;
}

export interface BotAnswer {
  readonly texts: readonly string[];
  readonly hangsUp: boolean;
  /** All variables of the conversation from now on. */
  readonly context: JsonObject;
}

export type ServedRequest = Pick<HttpPostOrder, 'url' | 'headers' | 'body'> & { readonly method: 'POST' | 'DELETE' };

/**
 * A well-behaved server of a protocol, with `bot` behind it. What the protocol keeps between requests, such as sessions,
 * it keeps in the function it returns.
 */
export type BotProtocol = (bot: (turn: HeardTurn) => BotAnswer) => (request: ServedRequest) => HttpReply;

/**
 * The bot of the conformance suite: greets and asks who is there, repeats what was said, and says goodbye, by the `name` in
 * the context, to who says "bye". It notes the `topic` on the first turn and what it `heard` on the others.
 */
export function conformingBot({ text, context }: HeardTurn): BotAnswer {
  switch (text) {
    case gatewayTexts.start:
      return { texts: ['Hello.', 'Who is there?'], hangsUp: false, context: { ...context, topic: 'greeting' } };
    case gatewayTexts.hangUp:
      return { texts: [], hangsUp: false, context };
    case gatewayTexts.postResponseTimeout:
      return { texts: ['Who is there?'], hangsUp: false, context };
    case 'bye':
      return { texts: [`Goodbye, ${JSON.stringify(context['name']).slice(1, -1)}.`], hangsUp: true, context };
    default:
      return { texts: [`You said: ${text}.`], hangsUp: false, context: { ...context, heard: text } };
  }
}

/** A server in memory, and everything that it was sent. `disturb` may answer instead of it, or look on. */
export interface MemoryServer {
  readonly post: HttpPost;
  /** The same server; a reply comes in one piece. */
  readonly postStream: HttpStreamPost;
  readonly requests: readonly HttpPostOrder[];
  disturb: (order: HttpPostOrder) => Result<HttpReply, HttpFailure> | undefined;
}

export function serveInMemory(protocol: BotProtocol): MemoryServer {
  const requests: HttpPostOrder[] = [];
  const answer = protocol(conformingBot);
  const server: MemoryServer = {
    requests,
    disturb: () => undefined,
    post: async (order) => {
      requests.push(order);
      const disturbed = server.disturb(order);
      const { method = 'POST', url, headers, body } = order;
      return disturbed ?? { ok: true, value: answer({ method, url, headers, body }) };
    },
    async postStream({ idleTimeoutMs: _idle, totalTimeoutMs: readTimeoutMs, onData, ...order }) {
      const { body } = order;
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
      const reply = await server.post({ ...order, body: text, readTimeoutMs });
      if (!reply.ok) return reply;
      const { bodyText, ...head } = reply.value;
      if (bodyText !== '') onData(new TextEncoder().encode(bodyText), head.status);
      return { ok: true, value: head };
    },
  };
  return server;
}
