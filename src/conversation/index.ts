export type { ConversationService, ReplyStep, TurnReply, TurnRequest } from './contract.ts';
export { maxReplyCharacters, maxReplyItems, readMessageResponse } from './read-reply.ts';
export { contextForTurn, gatewayTexts, isYes, type SipVariables, type TurnFacts } from './state-variables.ts';
