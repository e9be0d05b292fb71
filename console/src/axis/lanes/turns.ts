/** Turns: how long the callee waited for each answer and for what, and how long the bot took. */
import { waitsByTurn } from '../../call/waits.ts';
import { printLength } from '../../text/measures.ts';
import type { CallClock, Item } from '../timeline.ts';
import { exchangeItems } from './exchanges.ts';
import { type Waterfall, waterfallOf, waterfallOfEvent } from '../waterfall.ts';

export function turnItems(clock: CallClock): readonly Item[] {
  const items = clock.record === undefined ? byEvents(clock) : byRecord(clock);
  // Of a turn whose exchanges were kept they tell more: each attempt, and what was asked for nothing.
  const exchanges = exchangeItems(clock);
  const known = new Set(exchanges.map(indexOf));
  return [...items.filter((item) => item.lane !== 'bot' || !known.has(indexOf(item))), ...exchanges];
}

function indexOf({ what }: Item): number | undefined {
  return what?.kind === 'turn' ? what.index : undefined;
}

function byRecord({ data, record, answerMs }: CallClock): readonly Item[] {
  const waits = waitsByTurn(data);
  return (record?.turns ?? []).flatMap((turn) => {
    const measured = waterfallOf(turn, answerMs);
    if (measured === undefined) return [];
    // The record has rounded each instant: what lies between two of them may be 1 ms off.
    const waterfall = { ...measured, waitMs: waits.get(turn.index) ?? measured.waitMs };
    const { botAskedAtMs = waterfall.fromMs, botAnsweredAtMs } = turn.times;
    const facts = [
      ['because of', turn.request.type],
      ...(turn.provider === undefined ? [] : [['answered by', turn.provider] as const]),
      ...turn.problems.map((problem) => ['problem', problem] as const),
    ] as const;
    return [
      waterfallItem(waterfall),
      botItem(turn.index, botAskedAtMs, botAnsweredAtMs, turn.problems.length > 0 && turn.response.length === 0, facts),
    ];
  });
}

function byEvents({ data, sinceStart, lastMs }: CallClock): readonly Item[] {
  const asked = new Map<number, { readonly atMs: number; readonly cause: string }>();
  const items: Item[] = [];
  for (const { type, timestamp, data: told } of data.events) {
    const { turn } = told;
    if (typeof turn !== 'number') continue;
    const atMs = sinceStart(timestamp);
    if (type === 'turn.asked') asked.set(turn, { atMs, cause: String(told['cause']) });
    if (type === 'turn.answered' || type === 'turn.failed') {
      const milliseconds = typeof told['milliseconds'] === 'number' ? told['milliseconds'] : undefined;
      const { atMs: askedMs = atMs, cause = '' } = asked.get(turn) ?? {};
      asked.delete(turn);
      const problem = type === 'turn.failed' ? [['problem', String(told['reason'])] as const] : [];
      const facts = [...(cause === '' ? [] : [['because of', cause] as const]), ...problem];
      const fromMs = milliseconds === undefined ? askedMs : atMs - milliseconds;
      items.push(botItem(turn, fromMs, atMs, type === 'turn.failed', facts));
    }
    if (type === 'turn.spoken') {
      const waterfall = waterfallOfEvent(told, atMs);
      if (waterfall !== undefined) items.push(waterfallItem(waterfall));
    }
  }
  for (const [turn, { atMs, cause }] of asked) {
    items.push({ ...botItem(turn, atMs, undefined, false, [['because of', cause]]), toMs: lastMs });
  }
  return items;
}

function waterfallItem(waterfall: Waterfall): Item {
  const { turn, fromMs, toMs, parts, waitMs } = waterfall;
  return {
    lane: 'turns',
    fromMs,
    toMs,
    shape: 'waterfall',
    tone: 'gateway',
    label: waitMs === undefined ? '' : printLength(waitMs),
    title: waitMs === undefined ? `Turn ${turn}` : `Turn ${turn}: the callee waited ${printLength(waitMs)}`,
    facts: parts.map(({ name, fromMs, toMs }) => [name, printLength(toMs - fromMs)]),
    what: { kind: 'turn', index: turn },
    waterfall,
  };
}

function botItem(
  turn: number,
  fromMs: number,
  toMs: number | undefined,
  hasFailed: boolean,
  facts: Item['facts'],
): Item {
  const took = toMs === undefined ? 'no answer yet' : printLength(toMs - fromMs);
  return {
    lane: 'bot',
    fromMs,
    toMs: toMs ?? fromMs,
    shape: 'span',
    tone: hasFailed ? 'bad' : 'bot',
    label: hasFailed ? 'failed' : took,
    title: hasFailed ? `Question ${turn} to the bot failed` : `Question ${turn} to the bot`,
    facts: [[hasFailed ? 'failed after' : 'answered in', took], ...facts],
    what: { kind: 'turn', index: turn },
  };
}
