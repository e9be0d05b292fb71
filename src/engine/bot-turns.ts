/** Asks the bots of calls, in the turn and ahead of it, and brings their answers back into the call. */
import type { CallEffect, CallInput, CallState } from '../call/index.ts';
import type { BotWatch, ConversationService, ReplyPart, TurnRequest } from '../conversation/index.ts';
import { err, gatewayError } from '../kit/index.ts';
import { AskedAhead } from './asked-ahead.ts';
import type { BotExchanges } from './bot-exchanges.ts';
import { mayBeTraced } from './call-traces.ts';
import type { EnginePorts } from './ports.ts';

/** What asking needs of a running call, and keeps with it. */
export interface AskingCall {
  readonly state: CallState;
  readonly bot: ConversationService;
  /** Of the next turn only, instead of `bot`. */
  botOfNextTurn: ConversationService | undefined;
  /** Aborts the turn that is under way. */
  abortTurn: (() => void) | undefined;
  askedAhead: AskedAhead | undefined;
}

type Ask = Extract<CallEffect, { type: 'ask' }>;
type Question = Pick<Ask, 'text' | 'context' | 'spoken' | 'input'>;
type Dispatch = (sessionId: string, input: CallInput) => void;

export class BotTurns {
  readonly #ports: EnginePorts;
  readonly #dispatch: Dispatch;
  /** Where what is exchanged is kept; absent when it is not. */
  readonly #exchanges: BotExchanges | undefined;

  constructor(ports: EnginePorts, dispatch: Dispatch, exchanges: BotExchanges | undefined) {
    this.#ports = ports;
    this.#dispatch = dispatch;
    this.#exchanges = exchanges;
  }

  /** The turn has come: the bot is asked, unless it was asked this very question ahead. */
  ask(call: AskingCall, effect: Ask): void {
    const { sessionId } = call.state.plan;
    const request = requestOf(call, effect);
    const bot = call.botOfNextTurn ?? call.bot;
    call.botOfNextTurn = undefined;
    // The last turn does not wait for an answer that nobody will hear any more.
    call.abortTurn?.();
    const { askedAhead } = call;
    if (effect.isAskedAhead === true && askedAhead?.isFor(bot, request) === true) {
      call.askedAhead = undefined;
      this.#takeUp(call, askedAhead, effect.turnId, () => this.#send(call, bot, request, effect.turnId));
      return;
    }
    this.drop(call);
    if (effect.isAskedAhead === true) this.#dispatch(sessionId, { type: 'asked-anew', turnId: effect.turnId });
    this.#send(call, bot, request, effect.turnId);
  }

  /** Asks ahead of the turn. */
  speculate(call: AskingCall, question: Question & { readonly turnId: number }): void {
    this.drop(call);
    const { sessionId } = call.state.plan;
    const bot = call.botOfNextTurn ?? call.bot;
    const onFault = (fault: unknown): void => {
      this.#ports.reportFault(sessionId, fault);
    };
    const watch = this.#watch(call, question.turnId, 'ahead');
    call.askedAhead = new AskedAhead(bot, requestOf(call, question), this.#ports, onFault, watch);
    this.#tell(call, 'asked');
  }

  /** What was asked ahead is not wanted any more. */
  drop(call: AskingCall): void {
    if (call.askedAhead === undefined) return;
    call.askedAhead.abort();
    call.askedAhead = undefined;
    this.#tell(call, 'wasted');
  }

  #takeUp(call: AskingCall, askedAhead: AskedAhead, turnId: number, sendAnew: () => void): void {
    const { sessionId } = call.state.plan;
    let isTold = false;
    const tellOnce = (outcome: 'used' | 'wasted'): void => {
      if (!isTold) this.#tell(call, outcome);
      isTold = true;
    };
    call.abortTurn = () => {
      askedAhead.abort();
      tellOnce('wasted');
    };
    askedAhead.takeUp({
      onPart: (part, atMs) => {
        tellOnce('used');
        this.#dispatch(sessionId, { type: 'reply-part', turnId, part, atMs });
      },
      onResult: (result, atMs) => {
        tellOnce('used');
        this.#dispatch(sessionId, { type: 'replied', turnId, result, atMs });
      },
      // Nobody was to know of the question: its failure is none. The turn itself begins only now.
      onFailed: () => {
        tellOnce('wasted');
        this.#dispatch(sessionId, { type: 'asked-anew', turnId });
        sendAnew();
      },
    });
  }

  #send(call: AskingCall, bot: ConversationService, request: TurnRequest, turnId: number): void {
    const { sessionId } = request;
    const aborting = this.#ports.newAbort();
    const { signal } = aborting;
    call.abortTurn = () => {
      aborting.abort();
    };
    const onPart = (part: ReplyPart): void => {
      if (!signal.aborted) this.#dispatch(sessionId, { type: 'reply-part', turnId, part });
    };
    bot.turn(request, signal, onPart, this.#watch(call, turnId, 'in-turn')).then(
      (result) => {
        if (!signal.aborted) this.#dispatch(sessionId, { type: 'replied', turnId, result });
      },
      (fault: unknown) => {
        if (signal.aborted) return;
        this.#ports.reportFault(sessionId, fault);
        const result = err(gatewayError('bot.unreachable', 'The connection to the bot failed unexpectedly'));
        this.#dispatch(sessionId, { type: 'replied', turnId, result });
      },
    );
  }

  #watch({ state: { plan } }: AskingCall, turnId: number, kind: 'in-turn' | 'ahead'): BotWatch | undefined {
    return mayBeTraced(plan) ? this.#exchanges?.watch(plan.sessionId, turnId, kind) : undefined;
  }

  #tell({ state }: AskingCall, outcome: 'asked' | 'used' | 'wasted'): void {
    const { sessionId, tenantId } = state.plan;
    if (outcome !== 'asked') this.#exchanges?.settleAhead(sessionId, outcome);
    const atMs = this.#ports.clock.nowMs();
    this.#ports.observe(sessionId, tenantId, { type: 'turn.speculated', outcome, atMs }, state);
  }
}

function requestOf({ state }: AskingCall, { text, context, spoken, input }: Question): TurnRequest {
  const { sessionId, tenantId } = state.plan;
  const { botTimeoutMs } = state.variables;
  return {
    sessionId,
    tenantId,
    text,
    context,
    ...(spoken === undefined ? {} : { spoken }),
    ...(input === undefined ? {} : { input }),
    ...(botTimeoutMs === undefined ? {} : { answerTimeoutMs: botTimeoutMs }),
  };
}
