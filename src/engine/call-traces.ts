import type { CallPlan } from '../call/index.ts';
import type { BotExchangeLog } from './bot-exchanges.ts';
import type { SipTrace } from './sip-traces.ts';

/** What is kept of a call for people who look for the reason of something; each absent when it is not kept. */
export interface CallTraces {
  readonly sipTrace?: SipTrace;
  readonly botExchanges?: BotExchangeLog;
}

/** Traces are full of numbers and of what people said. */
export function mayBeTraced({ personalData = 'everything' }: Pick<CallPlan, 'personalData'>): boolean {
  return personalData === 'everything';
}
