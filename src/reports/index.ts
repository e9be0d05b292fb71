export {
  buildCallRecord,
  type CallFacts,
  type CallRecord,
  type EndCode,
  type EndedBy,
  type TurnFacts,
  type TurnLatency,
  type TurnRecord,
  type TurnRequestType,
} from './call-record.ts';
