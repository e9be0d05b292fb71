export type {
  ConversationService,
  DigitRule,
  ReplyAction,
  ReplyPart,
  ReplyStep,
  SpeechUpdate,
  SwitchName,
  TurnReply,
  TurnRequest,
} from './contract.ts';
export { type CallVariables, readCallVariables } from './call-variables.ts';
export { type NamedBot, withFailover } from './failover.ts';
export type { NamedHeader, TransferOrder } from './transfer-order.ts';
export { isTooDeep, readMessageResponse } from './read-reply.ts';
export {
  contextForTurn,
  gatewayTexts,
  isYes,
  perTurnVariables,
  type SipVariables,
  type TurnFacts,
} from './state-variables.ts';
export { composeReply } from './compose-reply.ts';
export { fillTemplate, findTemplateFault } from './fill-template.ts';
