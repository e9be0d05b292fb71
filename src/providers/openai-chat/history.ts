/** What was said so far, as the context of the call keeps it between turns: bounded, and read like anything foreign. */
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';
import type { ToolCall } from './answer-reader.ts';

/** The member of the context that holds it. */
export const historyKey = 'chatHistory';

export interface DoneCall extends ToolCall {
  /** What the model is told about it. */
  readonly result: string;
}

/** One turn. */
export interface Exchange {
  /** The message that the model was given. */
  readonly heard: string;
  /** What it said to it, as far as it was spoken. */
  readonly said: string;
  readonly calls: readonly DoneCall[];
}

/** The oldest turns are forgotten first. */
const mostExchanges = 40;
const mostCharacters = 20_000;
/** Of one message; the rest of a longer one is not kept. */
const longestText = 10_000;
const mostCalls = 16;
const longestArguments = 2000;

/** The turns of a context; what is no turn is left out. */
export function readHistory(context: JsonObject): readonly Exchange[] {
  const kept = Object.hasOwn(context, historyKey) ? context[historyKey] : undefined;
  if (!Array.isArray(kept)) return [];
  return bound(kept.slice(-mostExchanges).flatMap((each: Json) => readExchange(each)));
}

/** The context with these turns in it. */
export function withHistory(context: JsonObject, history: readonly Exchange[]): JsonObject {
  const kept = bound(history).map(({ heard, said, calls }): JsonObject => {
    const done = calls.map(({ name, arguments: written, result }) => ({ name, arguments: written, result }));
    return calls.length === 0 ? { heard, said } : { heard, said, calls: done };
  });
  return { ...context, [historyKey]: kept };
}

/**
 * The turns, the last of them as it was really spoken: the callee may have cut it short. `spoken` is a beginning of what
 * was to be said; anything else was said by another bot.
 */
export function asSpoken(history: readonly Exchange[], spoken: string | undefined): readonly Exchange[] {
  const last = history.at(-1);
  if (last === undefined || spoken === undefined || !last.said.startsWith(spoken)) return history;
  return [...history.slice(0, -1), { ...last, said: spoken }];
}

function bound(history: readonly Exchange[]): readonly Exchange[] {
  const kept: Exchange[] = [];
  let characters = 0;
  for (const exchange of history.slice(-mostExchanges).toReversed()) {
    const cut = cutExchange(exchange);
    characters += sizeOf(cut);
    if (characters > mostCharacters && kept.length > 0) break;
    kept.push(cut);
  }
  return kept.toReversed();
}

function cutExchange({ heard, said, calls }: Exchange): Exchange {
  return {
    heard: heard.slice(0, longestText),
    said: said.slice(0, longestText),
    calls: calls.slice(0, mostCalls).map(({ name, arguments: written, result }) => ({
      name,
      // Half of a JSON text is none.
      arguments: written.length > longestArguments ? '{}' : written,
      result,
    })),
  };
}

function sizeOf({ heard, said, calls }: Exchange): number {
  const ofCalls = calls.map((call) => call.name.length + call.arguments.length + call.result.length);
  return ofCalls.reduce((sum, size) => sum + size, heard.length + said.length);
}

function readExchange(value: Json): Exchange[] {
  if (!isJsonObject(value)) return [];
  const { heard, said, calls } = value;
  if (typeof heard !== 'string' || typeof said !== 'string') return [];
  return [{ heard, said, calls: Array.isArray(calls) ? calls.flatMap((each: Json) => readCall(each)) : [] }];
}

function readCall(value: Json): DoneCall[] {
  if (!isJsonObject(value)) return [];
  const { name, arguments: written, result } = value;
  if (typeof name !== 'string' || typeof written !== 'string' || typeof result !== 'string') return [];
  return [{ name, arguments: written, result }];
}
