/** A call that the engine runs: its machine's state, and what the engine keeps beside it. */
import { type CallInput, type CallState, newCallState } from '../call/index.ts';
import { ok } from '../kit/index.ts';
import type { AskingCall } from './bot-turns.ts';
import { CallSpeech } from './call-speech.ts';
import type { CallContext, PlannedCall } from './plan-call.ts';
import type { EnginePorts } from './ports.ts';

export interface RunningCall extends Omit<CallContext, 'bot' | 'tenant'>, AskingCall {
  bot: CallContext['bot'];
  tenant: CallContext['tenant'];
  state: CallState;
  /** Inputs that came up while the machine was running; they follow in order. */
  readonly waiting: CallInput[];
  isRunning: boolean;
  cancelTimer: (() => void) | undefined;
  timerAtMs: number | undefined;
  readonly speech: CallSpeech;
  /** Legs of ours beside the first. */
  readonly furtherLegs: string[];
}

/** Before its `begin`. */
export function newRunningCall(
  { plan, context }: Pick<PlannedCall, 'plan' | 'context'>,
  { clock, checkRequestUrl }: Pick<EnginePorts, 'clock' | 'checkRequestUrl'>,
): RunningCall {
  return {
    ...context,
    state: newCallState(plan, clock.nowMs(), clock.wallMs()),
    botOfNextTurn: undefined,
    waiting: [],
    isRunning: false,
    cancelTimer: undefined,
    timerAtMs: undefined,
    abortTurn: undefined,
    askedAhead: undefined,
    furtherLegs: [],
    speech: new CallSpeech(context.tenant, checkRequestUrl ?? (() => ok(undefined))),
  };
}
