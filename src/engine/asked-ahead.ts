/** A question to the bot ahead of its turn: its answer is kept back until the turn comes, or given up. */
import type { BotWatch, ConversationService, ReplyPart, TurnReply, TurnRequest } from '../conversation/index.ts';
import { err, type GatewayError, gatewayError, type Result } from '../kit/index.ts';
import type { EnginePorts } from './ports.ts';

/** Who gets the answer of a question once its turn has come. `atMs` is when each piece came. */
export interface AnswerTaker {
  onPart(part: ReplyPart, atMs: number): void;
  onResult(result: Result<TurnReply, GatewayError>, atMs: number): void;
  /** It failed before anything of the answer was handed over. */
  onFailed(): void;
}

export class AskedAhead {
  readonly #bot: ConversationService;
  readonly #key: string;
  readonly #aborting: ReturnType<EnginePorts['newAbort']>;
  readonly #parts: { readonly part: ReplyPart; readonly atMs: number }[] = [];
  #end: { readonly result: Result<TurnReply, GatewayError>; readonly atMs: number } | undefined = undefined;
  #taker: AnswerTaker | undefined = undefined;
  #hasHandedOver = false;

  /** Asks at once. A rejection of the bot is told to `onFault` and is a failure like any other. */
  constructor(
    bot: ConversationService,
    request: TurnRequest,
    { clock, newAbort }: Pick<EnginePorts, 'clock' | 'newAbort'>,
    onFault: (fault: unknown) => void,
    watch: BotWatch | undefined,
  ) {
    this.#bot = bot;
    this.#key = JSON.stringify(request);
    this.#aborting = newAbort();
    const { signal } = this.#aborting;
    const onPart = (part: ReplyPart): void => {
      if (signal.aborted) return;
      this.#parts.push({ part, atMs: clock.nowMs() });
      this.#handOver();
    };
    const onEnd = (result: Result<TurnReply, GatewayError>): void => {
      if (signal.aborted) return;
      this.#end = { result, atMs: clock.nowMs() };
      this.#handOver();
    };
    bot.turn(request, signal, onPart, watch).then(onEnd, (fault: unknown) => {
      if (signal.aborted) return;
      onFault(fault);
      onEnd(err(gatewayError('bot.unreachable', 'The connection to the bot failed unexpectedly')));
    });
  }

  /** Whether this is the very question that the turn asks: the same bot, text, context and all. */
  isFor(bot: ConversationService, request: TurnRequest): boolean {
    return bot === this.#bot && JSON.stringify(request) === this.#key;
  }

  /** The turn has come: what is there is handed over now, the rest as it comes. */
  takeUp(taker: AnswerTaker): void {
    this.#taker = taker;
    this.#handOver();
  }

  /** Nothing is handed over any more. */
  abort(): void {
    this.#aborting.abort();
    this.#taker = undefined;
  }

  #handOver(): void {
    const taker = this.#taker;
    if (taker === undefined) return;
    const hasFailed = this.#end?.result.ok === false;
    if (hasFailed && !this.#hasHandedOver) {
      this.#taker = undefined;
      taker.onFailed();
      return;
    }
    for (const { part, atMs } of this.#parts.splice(0)) {
      this.#hasHandedOver = true;
      taker.onPart(part, atMs);
    }
    if (this.#end === undefined) return;
    this.#taker = undefined;
    taker.onResult(this.#end.result, this.#end.atMs);
  }
}
