/** Where the time between the callee's last voice and the bot's first sound went, part by part, on the clock of the audio. */
import type { TurnRecord } from '../../../src/reports/index.ts';
import { median } from '../call/waits.ts';

export type PartName =
  | 'end of speech'
  | 'words'
  | 'gateway'
  | 'bot'
  | 'bot, first byte'
  | 'bot, rest'
  | 'voice'
  | 'callee answers'
  | 'packet';

export interface WaterfallPart {
  readonly name: PartName;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Waterfall {
  readonly turn: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** In order, each beginning where the one before it ends. */
  readonly parts: readonly WaterfallPart[];
  /** From the last voice to the first sound: what the callee waits. Undefined when nobody had spoken, or nothing was said. */
  readonly waitMs: number | undefined;
}

/** What each part is, for those who read it the first time. */
export const partMeaning: Readonly<Record<PartName, string>> = {
  'end of speech': 'silence until the gateway was sure that the callee had finished',
  words: 'until the recogniser gave its final words',
  gateway: 'from the words to the question to the bot',
  bot: 'until enough of the bot’s answer was there to speak',
  'bot, first byte': 'until the first byte of the bot’s answer',
  'bot, rest': 'until enough of the answer was there to speak',
  voice: 'until the voice had its first sound',
  'callee answers': 'the greeting waits until the callee picks up',
  packet: 'until the first packet of it left',
};

/** Undefined when the bot was never asked. `answerMs`: when the callee picked up. */
export function waterfallOf(
  { index, request, times }: TurnRecord,
  answerMs: number | undefined,
): Waterfall | undefined {
  const { botAskedAtMs, playbackStartedAtMs } = times;
  if (botAskedAtMs === undefined) return undefined;
  const hasSound = playbackStartedAtMs !== undefined;
  const moments: readonly (readonly [PartName, number | undefined])[] = [
    ['end of speech', times.speechEndedAtMs],
    ['words', times.recognizedAtMs],
    ['gateway', times.lastVoiceAtMs === undefined ? undefined : botAskedAtMs],
    ['bot, first byte', times.botFirstByteAtMs],
    ['bot, rest', times.botAnsweredAtMs],
    ['voice', hasSound ? times.voiceReadyAtMs : undefined],
    ['callee answers', request.type === 'start' && hasSound ? answerMs : undefined],
    ['packet', playbackStartedAtMs],
  ];
  const fromMs = times.lastVoiceAtMs ?? botAskedAtMs;
  const parts: WaterfallPart[] = [];
  let latestMs = fromMs;
  for (const [name, atMs] of moments) {
    if (atMs === undefined) continue;
    // A bot that was asked ahead of the words, and a voice that was ready before, cost nothing: waits follow one another.
    const toMs = Math.max(latestMs, atMs);
    parts.push({ name, fromMs: latestMs, toMs });
    latestMs = toMs;
  }
  const waitMs = times.lastVoiceAtMs === undefined || !hasSound ? undefined : playbackStartedAtMs - times.lastVoiceAtMs;
  return { turn: index, fromMs, toMs: latestMs, parts, waitMs };
}

const liveNames: Readonly<Record<string, PartName>> = {
  'end of speech': 'end of speech',
  words: 'words',
  gateway: 'gateway',
  bot: 'bot',
  voice: 'voice',
  packet: 'packet',
};

/** The same while the call runs, of the data of a `turn.spoken` that came at `atMs`. */
export function waterfallOfEvent(data: Readonly<Record<string, unknown>>, atMs: number): Waterfall | undefined {
  const { turn, milliseconds, parts: given } = data;
  if (typeof turn !== 'number' || typeof milliseconds !== 'number' || !Array.isArray(given)) return undefined;
  const fromMs = atMs - milliseconds;
  const parts: WaterfallPart[] = [];
  let latestMs = fromMs;
  for (const part of given as readonly { readonly name?: unknown; readonly milliseconds?: unknown }[]) {
    const name = typeof part.name === 'string' ? liveNames[part.name] : undefined;
    if (name === undefined || typeof part.milliseconds !== 'number') continue;
    const toMs = latestMs + Math.max(0, part.milliseconds);
    parts.push({ name, fromMs: latestMs, toMs });
    latestMs = toMs;
  }
  return { turn, fromMs, toMs: atMs, parts, waitMs: milliseconds };
}

/** What a part, or the whole wait, usually takes in this call; undefined when fewer than two turns have it. */
export interface Medians {
  readonly waitMs: number | undefined;
  readonly parts: ReadonlyMap<PartName, number>;
}

export function mediansOf(waterfalls: readonly Waterfall[]): Medians {
  const waits = waterfalls.filter(({ waitMs }) => waitMs !== undefined);
  const lengths = new Map<PartName, number[]>();
  for (const { parts } of waits) {
    for (const { name, fromMs, toMs } of parts) lengths.set(name, [...(lengths.get(name) ?? []), toMs - fromMs]);
  }
  const parts = new Map<PartName, number>();
  for (const [name, values] of lengths) {
    const middle = medianOf(values);
    if (middle !== undefined) parts.set(name, middle);
  }
  return { waitMs: medianOf(waits.map(({ waitMs = 0 }) => waitMs)), parts };
}

function medianOf(values: readonly number[]): number | undefined {
  return values.length < 2 ? undefined : median(values.toSorted((a, b) => a - b));
}
