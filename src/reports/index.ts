export {
  buildCallRecord,
  type CallFacts,
  type CallRecord,
  type EndCode,
  type EndedBy,
  type StepRecord,
  type TurnFacts,
  type TurnLatency,
  type TurnRecord,
  type TurnRequestType,
} from './call-record.ts';
