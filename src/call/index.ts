export { callFacts, reportedCall, turnFacts } from './call-facts.ts';
export type { CallEvent } from './call-event.ts';
export { callDeadlineMs, type CallInput, newCallState, onCall } from './call-machine.ts';
export type { CallEffect } from './call-outcome.ts';
export type { CallEnd, CallPlan, CallState, CallStateName, TurnReport } from './call-state.ts';
