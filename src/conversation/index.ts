export type { ConversationService, ReplyStep, TurnReply, TurnRequest } from './contract.ts';
