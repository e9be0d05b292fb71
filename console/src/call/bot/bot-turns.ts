/** The turns of a call as talk between the gateway and its bot: what was asked, what came back, how long it took. */
import type { BotExchange, CallEvent } from '../../../../src/client/index.ts';
import type { TurnRecord } from '../../../../src/reports/index.ts';
import { diffJson, type JsonChange } from '../../json/json-diff.ts';
import type { CallData } from '../call-data.ts';
import { type Instants, instantsOf } from '../instants.ts';

export interface BotTurn {
  readonly index: number;
  readonly atMs: number;
  /** What made it: `start`, `speech_to_text`, `hangup`. */
  readonly cause: string;
  readonly asked: string;
  readonly provider: string | undefined;
  readonly steps: readonly BotStep[];
  readonly botMs: number | undefined;
  readonly firstByteMs: number | undefined;
  readonly failure: string | undefined;
  readonly problems: readonly string[];
  readonly isInterrupted: boolean;
  readonly exchanges: readonly ShownExchange[];
}

/** A step of a reply: its type, and what its type has. */
export interface BotStep {
  readonly type: string;
  readonly text?: string;
}

export interface ShownExchange {
  readonly exchange: BotExchange;
  /** What is new in the context of its request since the request before; absent where one of them has none. */
  readonly contextChanges?: readonly JsonChange[];
}

export function botTurns(data: CallData): readonly BotTurn[] {
  const facts: Facts = {
    instants: instantsOf(data),
    failures: failuresOf(data.events),
    exchanges: exchangesByTurn(data.botExchanges?.exchanges ?? []),
  };
  return data.record === undefined ? turnsOfEvents(data.events, facts) : turnsOfRecord(data.record.turns ?? [], facts);
}

interface Facts {
  readonly instants: Instants;
  readonly failures: ReadonlyMap<unknown, string>;
  readonly exchanges: ReadonlyMap<number, readonly ShownExchange[]>;
}

function turnsOfRecord(turns: readonly TurnRecord[], { instants, failures, exchanges }: Facts): readonly BotTurn[] {
  return turns.map(({ index, request, provider, response, times, problems, isInterrupted = false }) => {
    const { botAskedAtMs, botAnsweredAtMs, botFirstByteAtMs } = times;
    return {
      index,
      atMs: instants.ofRecord(botAskedAtMs ?? 0),
      cause: request.type,
      asked: request.text,
      provider,
      steps: response,
      botMs: between(botAskedAtMs, botAnsweredAtMs),
      firstByteMs: between(botAskedAtMs, botFirstByteAtMs),
      failure: failures.get(index),
      problems: problems ?? [],
      isInterrupted,
      exchanges: exchanges.get(index) ?? [],
    };
  });
}

/** While the call runs there is no record. */
function turnsOfEvents(events: readonly CallEvent[], { instants, failures, exchanges }: Facts): readonly BotTurn[] {
  const told = (type: string): readonly CallEvent[] => events.filter((event) => event.type === type);
  const answers = new Map(told('turn.answered').map(({ data }) => [data['turn'], data]));
  const interrupted = new Set(told('turn.interrupted').map(({ data }) => data['turn']));
  return told('turn.asked').map(({ timestamp, data }) => {
    const index = typeof data['turn'] === 'number' ? data['turn'] : 0;
    const answer = answers.get(index);
    const texts: readonly unknown[] = Array.isArray(answer?.['text']) ? answer['text'] : [];
    const { cause, text: asked } = data;
    const botMs = answer?.['milliseconds'];
    return {
      index,
      atMs: instants.ofTime(timestamp),
      cause: typeof cause === 'string' ? cause : '',
      asked: typeof asked === 'string' ? asked : '',
      provider: undefined,
      steps: texts.filter((text) => typeof text === 'string').map((text) => ({ type: 'say', text })),
      botMs: typeof botMs === 'number' ? botMs : undefined,
      firstByteMs: undefined,
      failure: failures.get(index),
      problems: [],
      isInterrupted: interrupted.has(index),
      exchanges: exchanges.get(index) ?? [],
    };
  });
}

function failuresOf(events: readonly CallEvent[]): ReadonlyMap<unknown, string> {
  const failed = events.filter(({ type }) => type === 'turn.failed');
  return new Map(failed.map(({ data }) => [data['turn'], `${String(data['code'])}: ${String(data['reason'])}`]));
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

function exchangesByTurn(exchanges: readonly BotExchange[]): ReadonlyMap<number, readonly ShownExchange[]> {
  const byTurn = new Map<number, ShownExchange[]>();
  let before: unknown;
  for (const exchange of exchanges) {
    const context = contextIn(exchange.request?.body);
    const shown: ShownExchange = {
      exchange,
      ...(before === undefined || context === undefined ? {} : { contextChanges: diffJson(before, context) }),
    };
    byTurn.set(exchange.turn, [...(byTurn.get(exchange.turn) ?? []), shown]);
    before = context ?? before;
  }
  return byTurn;
}

/** Bots are told the state of the conversation under this name, or have it in their own way. */
function contextIn(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'context' in parsed ? parsed.context : undefined;
  } catch {
    return undefined;
  }
}
