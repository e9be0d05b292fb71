export type { ControlCommand } from '../call/index.ts';
export { type CallDoor, createCallDoor } from './call-door.ts';
export type { AcceptedCall } from './call-intake.ts';
export type { BotExchange, BotExchangeLog } from './bot-exchanges.ts';
export type { CallTraces } from './call-traces.ts';
export { createEngine, type Engine } from './engine.ts';
export { codecsOf, likelyRateOf } from './offered-codecs.ts';
export type {
  Acceptance,
  EnginePorts,
  EngineSettings,
  NewCallOrder,
  OutgoingTextMessage,
  StatusNotice,
  TargetReport,
  TrunkSettings,
  TrunkTarget,
} from './ports.ts';
export type { SipCapture, SipTrace } from './sip-traces.ts';
