/** A call as lanes of things in time: made of its data, drawn by the axis, listed by the table. Instants are ms after it was accepted. */
import type { CallRecord } from '../../../src/reports/index.ts';
import type { CallData } from '../call/call-data.ts';
import type { Selected } from '../call/cursor.ts';
import { deliveryItems } from './lanes/deliveries.ts';
import { eventItems } from './lanes/event-ticks.ts';
import { type QualitySeries, qualityItems, qualitySeries } from './lanes/quality.ts';
import { sipItems } from './lanes/sip-ticks.ts';
import { speechItems } from './lanes/speech.ts';
import { stateItems } from './lanes/states.ts';
import { turnItems } from './lanes/turns.ts';
import type { TimeView } from './time-view.ts';
import { type Medians, mediansOf, type Waterfall } from './waterfall.ts';

export type LaneName =
  | 'state'
  | 'bot-voice'
  | 'callee-voice'
  | 'turns'
  | 'bot'
  | 'sip'
  | 'webhooks'
  | 'events'
  | 'quality';

/** What a colour says; each has a shape or a word beside it. */
export type Tone = 'callee' | 'bot' | 'operator' | 'gateway' | 'accent' | 'good' | 'warn' | 'bad' | 'soft';

export type Shape =
  /** A stretch with its label in it. */
  | 'span'
  /** Words that were spoken. */
  | 'words'
  /** A request that was sent, or received. */
  | 'arrow-up'
  | 'arrow-down'
  /** It went well, is not known yet, went wrong. */
  | 'dot'
  | 'ring'
  | 'cross'
  | 'tick'
  | 'flag'
  | 'waterfall'
  /** Shown by the lane's own picture. */
  | 'none';

export interface Item {
  readonly lane: LaneName;
  readonly fromMs: number;
  /** The same as `fromMs` for an instant. */
  readonly toMs: number;
  readonly shape: Shape;
  readonly tone: Tone;
  /** Of lanes with two rows: the lower one. */
  readonly isLower?: boolean;
  /** Drawn where there is room. */
  readonly label: string;
  /** How sure the recogniser was, 0 to 1. */
  readonly confidence?: number;
  /** Heading of its card, and its name in the table. */
  readonly title: string;
  /** Exact values: name and value. */
  readonly facts: readonly (readonly [string, string])[];
  /** What a click opens in other parts of the page. */
  readonly what?: Selected;
  readonly waterfall?: Waterfall;
}

export interface Timeline {
  /** From the acceptance to the end, or to now; with what came shortly after the end. */
  readonly whole: TimeView;
  /** End of the call; undefined while it runs. */
  readonly endMs: number | undefined;
  /** When somebody answered. */
  readonly answerMs: number | undefined;
  /** Where its recording begins. */
  readonly recordingMs: number;
  /** In order of `fromMs`. */
  readonly items: readonly Item[];
  readonly byLane: ReadonlyMap<LaneName, readonly Item[]>;
  readonly waterfalls: readonly Waterfall[];
  readonly medians: Medians;
  readonly quality: readonly QualitySeries[];
}

/** What the lanes are made of. */
export interface CallClock {
  readonly data: CallData;
  readonly record: CallRecord | undefined;
  /** ms after the acceptance of a time of day. */
  readonly sinceStart: (time: string) => number;
  readonly answerMs: number | undefined;
  readonly endMs: number | undefined;
  /** The end, or of a running call now. */
  readonly lastMs: number;
}

/** Notifications may be tried for a day after the call: those later than this are drawn at the edge. */
const leastTailMs = 2000;
const tailShare = 0.04;

/** `nowMs`: how long a running call has lasted; of one that is over it has no effect. */
export function buildTimeline(data: CallData, nowMs: number): Timeline {
  const clock = clockOf(data, nowMs);
  const { answerMs, endMs, lastMs, record } = clock;
  const turns = turnItems(clock);
  const waterfalls = turns.flatMap(({ waterfall }) => (waterfall === undefined ? [] : [waterfall]));
  const series = qualitySeries(record?.rtpNetworkSummary?.quality ?? [], lastMs);
  const items = [
    ...stateItems(clock),
    ...speechItems(clock),
    ...turns,
    ...sipItems(clock),
    ...deliveryItems(clock),
    ...eventItems(clock),
    ...qualityItems(record?.rtpNetworkSummary?.quality ?? [], lastMs),
  ].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  const byLane = new Map<LaneName, Item[]>();
  for (const item of items) {
    const lane = byLane.get(item.lane);
    if (lane === undefined) byLane.set(item.lane, [item]);
    else lane.push(item);
  }
  const tailMs = endMs === undefined ? 0 : Math.max(leastTailMs, lastMs * tailShare);
  return {
    whole: { fromMs: 0, toMs: Math.max(lastMs + tailMs, 1000) },
    endMs,
    answerMs,
    recordingMs: recordingMsOf(clock),
    items,
    byLane,
    waterfalls,
    medians: mediansOf(waterfalls),
    quality: series,
  };
}

/** A recording begins with the answer (docs/recording.md); records of earlier versions do not tell its first sample. */
function recordingMsOf({ record, answerMs = 0, sinceStart }: CallClock): number {
  const startedAt = record?.recordingStartTime ?? undefined;
  return startedAt === undefined ? answerMs : sinceStart(startedAt);
}

function clockOf(data: CallData, nowMs: number): CallClock {
  const { call, events, record } = data;
  const startMs = Date.parse(record?.startTime ?? call.acceptedAt);
  const sinceStart = (time: string): number => Date.parse(time) - startMs;
  const answeredAt = record?.answerTime ?? events.find(({ type }) => type === 'call.active')?.timestamp;
  const over = events.find(({ type }) => type === 'call.ended' || type === 'call.failed')?.timestamp ?? call.endedAt;
  const endMs = record?.callLength ?? (over === undefined ? undefined : sinceStart(over));
  const last = events.at(-1);
  const lastMs = endMs ?? Math.max(nowMs, last === undefined ? 0 : sinceStart(last.timestamp));
  return {
    data,
    record,
    sinceStart,
    answerMs: answeredAt === undefined || answeredAt === null ? undefined : sinceStart(answeredAt),
    endMs,
    lastMs,
  };
}
