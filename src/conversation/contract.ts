/**
 * What a bot is to outdial: one turn in, steps out. Bot connections live in `providers/`, one folder each.
 * The bot is treated as stateless: the gateway keeps `context` between turns and posts back what it last received
 * (specification §5.1).
 */
import type { GatewayError, JsonObject, Result } from '../kit/index.ts';

export interface TurnRequest {
  readonly sessionId: string;
  readonly tenantId: string;
  /** What the callee said, the digits, or one of the gateway's own texts such as `vgwPostResponseTimeout`. */
  readonly text: string;
  /** The context of the conversation, the gateway's variables for this turn already set in it. */
  readonly context: JsonObject;
}

/** One thing to do, in order. */
export type ReplyStep =
  | { readonly type: 'say'; readonly text: string }
  /** Ends the call once everything before it has been played. */
  | { readonly type: 'hang-up' };

export interface TurnReply {
  readonly steps: readonly ReplyStep[];
  /** The whole context to post back on the next turn. */
  readonly context: JsonObject;
  /** What was asked for and could not be done, one sentence each: unknown or malformed actions. For log and record. */
  readonly problems: readonly string[];
}

export interface ConversationService {
  readonly spec: 'conversation/1';
  readonly name: string;
  /** Asks the bot. Resolves with an error value for every expected failure; never rejects, except when `signal` aborts. */
  turn(request: TurnRequest, signal: AbortSignal): Promise<Result<TurnReply, GatewayError>>;
}
