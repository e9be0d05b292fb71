export { callFacts, reportedCall, turnFacts } from './call-facts.ts';
export type { CallEvent } from './call-event.ts';
export { callDeadlineMs, type CallInput, newCallState, onCall } from './call-machine.ts';
export { findCommandFault } from './on-command.ts';
export { isLastWord, type SecondLegVerdict } from './second-leg.ts';
export { refusalStatus } from './other-party.ts';
export type { ControlCommand } from './control-command.ts';
export type { CallEffect } from './call-outcome.ts';
export type { CallEnd, CallPlan, CallState, CallStateName, IncomingFacts, TurnReport } from './call-state.ts';
