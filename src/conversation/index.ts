export type { BotWatch, GotFromBot, ReplyWatch, SentToBot } from './bot-watch.ts';
export type {
  ConversationService,
  DigitRule,
  Errand,
  OptionConfig,
  OptionList,
  OutgoingKey,
  ReplyAction,
  ReplyPart,
  ReplyStep,
  Saying,
  SpeechUpdate,
  SwitchName,
  TextMessage,
  TurnReply,
  TurnRequest,
} from './contract.ts';
export { type CallVariables, readCallVariables } from './call-variables.ts';
export type { ReceivedTextMessage, ReplyToTextMessage } from './received-text-message.ts';
export { type NamedBot, withFailover } from './failover.ts';
export { chooseOption, defaultOptionConfig, optionPhrases, readOutOptions } from './option-list.ts';
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
export { readExpected } from './read-expected.ts';
export { fillTemplate, findTemplateFault } from './fill-template.ts';
