/** A typed or spoken call as lines in a terminal: what the bot says and does, and what the callee did. */
import { toldEvent } from '../../app/index.ts';
import { type CallEvent, type CallState, latencyParts, type TurnReport } from '../../call/index.ts';
import { perTurnVariables, type ReplyStep } from '../../conversation/index.ts';
import type { Json, JsonObject } from '../../kit/index.ts';
import type { MediaCommand } from '../../media/index.ts';
import { createLines, styles, type TerminalOptions } from '../terminal-lines.ts';
import { printWait } from '../wait-text.ts';
import { describeStep } from './describe-step.ts';

export interface TalkView {
  onEvent(event: CallEvent, state: CallState): void;
  onCommand(command: MediaCommand, atMs: number): void;
  /** What the callee did, when it cannot be seen already. */
  onCallee(text: string, atMs: number): void;
  /** Something to be known beside the conversation. */
  note(text: string, atMs: number): void;
}

export interface TalkViewOptions extends TerminalOptions {
  /** Whether the waits of the callee are told: those of typed words are none. */
  readonly areWaitsTold: boolean;
}

/** Longest value of a variable that is shown whole. */
const longestValue = 60;

export function createTalkView(options: TalkViewOptions, given: JsonObject): TalkView {
  const line = createLines(options);
  const answer = new AnswerView((atMs, text, aside) => {
    line(atMs, 'bot', styles.bot, text, aside);
  }, given);
  return {
    onEvent(event, state) {
      const { atMs } = event;
      switch (event.type) {
        case 'turn.asked':
          answer.onAsked(state.context, atMs);
          if (event.turn.text !== '' && !isByCallee(event.turn)) {
            line(atMs, 'gateway', styles.gateway, `tells the bot ${event.turn.text}`, reasonOf(event.turn.cause));
          }
          return;
        case 'turn.answered':
          answer.onAnswered(event.turn, atMs);
          for (const problem of event.turn.reply?.problems ?? []) line(atMs, 'warning', styles.bad, problem);
          return;
        case 'turn.failed':
          line(atMs, 'bot', styles.bad, event.turn.error?.message ?? 'no answer', event.turn.error?.code);
          return;
        case 'voice.understood':
          if (event.text !== '')
            line(atMs, 'callee', styles.callee, `“${event.text}”`, `confidence ${event.confidence.toFixed(2)}`);
          return;
        case 'key.pressed':
          return;
        case 'turn.interrupted':
          line(atMs, 'callee', styles.callee, 'interrupts the bot');
          return;
        case 'turn.spoken':
          noteWait(event.turn, atMs);
          return;
        case 'transfer.over':
          line(atMs, 'call', styles.call, event.outcome, event.reason);
          return;
        case 'call.over':
          answer.finish(atMs);
          return;
        default:
      }
    },
    onCommand(command, atMs) {
      if (command.type === 'play') answer.onSaid(command.text, atMs);
    },
    onCallee(text, atMs) {
      line(atMs, 'callee', styles.callee, text);
    },
    note(text, atMs) {
      line(atMs, '', 'dim', '', text);
    },
  };

  function noteWait(turn: TurnReport, atMs: number): void {
    const parts = latencyParts(turn);
    if (parts.length > 0 && options.areWaitsTold) line(atMs, '', 'dim', '', printWait(parts));
  }
}

/** One answer after the other: words as they are said, what else is to be done between them, and at last what was set. */
class AnswerView {
  readonly #tell: (atMs: number, text: string, aside?: string) => void;
  #known: JsonObject;
  /** What of the answer has not been told, in order. */
  #steps: readonly ReplyStep[] = [];
  #changes: readonly string[] = [];
  /** How long the bot took, until there are words to say it beside. */
  #took: string | undefined;
  #hasSpoken = false;
  #provider: string | undefined;

  constructor(tell: (atMs: number, text: string, aside?: string) => void, given: JsonObject) {
    this.#tell = tell;
    this.#known = given;
  }

  onAsked(context: JsonObject, atMs: number): void {
    this.finish(atMs);
    this.#known = context;
    this.#hasSpoken = false;
  }

  onAnswered({ askedAtMs, repliedAtMs = askedAtMs, reply }: TurnReport, atMs: number): void {
    const { steps = [], context = this.#known, provider } = reply ?? {};
    const by = this.#provider !== undefined && provider !== this.#provider ? `${provider ?? 'another bot'} ` : '';
    this.#provider = provider;
    this.#took = `${by}answered in ${duration(repliedAtMs - askedAtMs)}`;
    this.#steps = steps;
    this.#changes = changedVariables(this.#known, context);
    this.#known = context;
    // Of an answer that came bit by bit the words have been said.
    if (this.#hasSpoken || !steps.some(isWords)) this.finish(atMs);
    else this.#tellActions(atMs);
  }

  onSaid(text: string, atMs: number): void {
    this.#hasSpoken = true;
    this.#tell(atMs, `“${text}”`, this.#took);
    this.#took = undefined;
    this.#steps = this.#steps.slice(countWhile(this.#steps, isWords));
    this.#tellActions(atMs);
    if (this.#steps.length === 0) this.finish(atMs);
  }

  finish(atMs: number): void {
    if (this.#took !== undefined) this.#tell(atMs, this.#hasSpoken ? 'that was all' : 'says nothing', this.#took);
    this.#took = undefined;
    for (const step of this.#steps) this.#tellStep(step, atMs);
    for (const change of this.#changes) this.#tell(atMs, change);
    this.#steps = [];
    this.#changes = [];
  }

  #tellActions(atMs: number): void {
    const count = countWhile(this.#steps, (step) => !isWords(step));
    for (const step of this.#steps.slice(0, count)) this.#tellStep(step, atMs);
    this.#steps = this.#steps.slice(count);
  }

  #tellStep(step: ReplyStep, atMs: number): void {
    const does = describeStep(step);
    if (does !== undefined) this.#tell(atMs, does);
  }
}

function isWords(step: ReplyStep): boolean {
  return step.type === 'say' && step.text !== '';
}

function countWhile(steps: readonly ReplyStep[], isOne: (step: ReplyStep) => boolean): number {
  const end = steps.findIndex((step) => !isOne(step));
  return end < 0 ? steps.length : end;
}

/** The same as JSON, one event a line, in the words of the API. */
export function createJsonTalkView(print: (line: string) => void, given: JsonObject): TalkView {
  let known = given;
  let startMs: number | undefined;
  const tell = (type: string, atMs: number, data: JsonObject): void => {
    startMs ??= atMs;
    print(JSON.stringify({ type, milliseconds: Math.round(atMs - startMs), data }));
  };
  return {
    onEvent(event, state) {
      const told = toldEvent(event);
      if (event.type === 'turn.asked') known = state.context;
      if (event.type === 'turn.answered') {
        const { steps = [], context = known } = event.turn.reply ?? {};
        const actions = steps.flatMap((step) => describeStep(step) ?? []);
        const variables = Object.fromEntries(changedEntries(known, context));
        known = context;
        const took = Math.round((event.turn.repliedAtMs ?? event.atMs) - event.turn.askedAtMs);
        tell('turn.answered', event.atMs, { ...told?.data, milliseconds: took, actions, variables });
      } else if (told !== undefined) tell(told.type, event.atMs, told.data);
      else if (event.type === 'call.answered') tell('call.active', event.atMs, {});
      else if (event.type === 'call.warning') tell('call.warning', event.atMs, { message: event.message });
    },
    onCommand: () => undefined,
    onCallee: () => undefined,
    note: () => undefined,
  };
}

function isByCallee({ cause }: TurnReport): boolean {
  return cause.type === 'speech' || cause.type === 'digits';
}

const reasons: Readonly<Partial<Record<TurnReport['cause']['type'], string>>> = {
  silence: 'nobody spoke',
  'no-final': 'a voice, and no words',
  filtered: 'words that are not believed',
  forced: 'as it asked for',
  'hang-up': 'the call is over',
};

function reasonOf({ type }: TurnReport['cause']): string | undefined {
  return reasons[type];
}

/** What a bot set, without what the gateway sets in every turn; `undefined` where it took a variable away. */
function changedEntries(before: JsonObject, after: JsonObject): (readonly [string, Json | null])[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !perTurnVariables.has(name) && name !== 'vgwIsOutboundCall')
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => [name, after[name] ?? null]);
}

function changedVariables(before: JsonObject, after: JsonObject): readonly string[] {
  return changedEntries(before, after).map(([name, value]) =>
    value === null ? `removes ${name}` : `sets ${name} = ${shorten(JSON.stringify(value))}`,
  );
}

/** Of the state variables, those that are the conversation's own. */
export function ownVariables(context: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(context).filter(([name]) => !perTurnVariables.has(name)));
}

function shorten(text: string): string {
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
}

function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
