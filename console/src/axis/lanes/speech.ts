/** Who spoke when, and what: the bot's texts, the callee's words, and where the callee spoke over the bot. */
import type { CallRecord, TurnRecord } from '../../../../src/reports/index.ts';
import { printLength } from '../../text/measures.ts';
import type { CallClock, Item } from '../timeline.ts';

export function speechItems(clock: CallClock): readonly Item[] {
  return [...botItems(clock), ...calleeItems(clock)];
}

interface BotSpeech {
  readonly turn: number;
  readonly text: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isInterrupted: boolean;
  /** It is not known yet when it will be silent. */
  readonly isOpen?: true;
}

function botItems(clock: CallClock): readonly Item[] {
  const spoken = clock.record === undefined ? spokenByEvents(clock) : spokenByRecord(clock.record);
  return spoken.flatMap(({ turn, text, fromMs, toMs, isInterrupted, isOpen }): readonly Item[] => {
    const words: Item = {
      lane: 'bot-voice',
      fromMs,
      toMs,
      shape: 'words',
      tone: 'bot',
      label: text,
      title: 'The bot speaks',
      facts: [
        ...(text === '' ? [] : [['says', text] as const]),
        isOpen === true ? ['speaks', 'still, as far as is known'] : ['speaks for', printLength(toMs - fromMs)],
        ['turn', String(turn)],
      ],
      what: { kind: 'turn', index: turn },
    };
    if (!isInterrupted) return [words];
    return [
      words,
      {
        lane: 'bot-voice',
        fromMs: toMs,
        toMs,
        shape: 'flag',
        tone: 'warn',
        label: 'barge-in',
        title: 'Barge-in: the callee cut the bot short',
        facts: [
          ['turn', String(turn)],
          ['the bot had spoken for', printLength(toMs - fromMs)],
        ],
        what: { kind: 'turn', index: turn },
      },
    ];
  });
}

function spokenByRecord({ turns, callLength }: CallRecord): readonly BotSpeech[] {
  return turns.flatMap(({ index, response, times, isInterrupted = false }) => {
    const { playbackStartedAtMs: fromMs, playbackFinishedAtMs: toMs = callLength } = times;
    return fromMs === undefined
      ? []
      : [{ turn: index, text: textOf(response), fromMs, toMs: Math.max(fromMs, toMs), isInterrupted }];
  });
}

function textOf(response: TurnRecord['response']): string {
  return response
    .flatMap(({ type, text, url }) => (type === 'say' ? [text ?? ''] : url === undefined ? [] : [url]))
    .join(' ');
}

function spokenByEvents({ data, sinceStart, lastMs }: CallClock): readonly BotSpeech[] {
  const texts = new Map<unknown, string>();
  const open = new Map<unknown, BotSpeech>();
  const spoken: BotSpeech[] = [];
  const close = (turn: unknown, atMs: number, isInterrupted: boolean): void => {
    const speech = open.get(turn);
    if (speech === undefined) return;
    open.delete(turn);
    spoken.push({ ...speech, toMs: Math.max(speech.fromMs, atMs), isInterrupted });
  };
  for (const { type, timestamp, data: told } of data.events) {
    const atMs = sinceStart(timestamp);
    const { turn } = told;
    if (type === 'turn.answered') texts.set(turn, listOf(told['text']).join(' '));
    else if (type === 'turn.spoken' && typeof turn === 'number') {
      for (const each of open.keys()) close(each, atMs, false);
      open.set(turn, { turn, text: texts.get(turn) ?? '', fromMs: atMs, toMs: atMs, isInterrupted: false });
    } else if (type === 'turn.finished') close(turn, atMs, false);
    else if (type === 'turn.interrupted') close(turn, atMs, true);
    else if (type === 'call.ended' || type === 'call.failed') for (const each of open.keys()) close(each, atMs, false);
  }
  for (const speech of open.values()) spoken.push({ ...speech, toMs: lastMs, isOpen: true });
  return spoken;
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
}

/** How far the instants of an event and of the record may lie apart and still mean the same words. */
const sameWordsMs = 1500;

function calleeItems({ data, record, sinceStart }: CallClock): readonly Item[] {
  const heard = (record?.turns ?? []).filter(({ request }) => request.type.startsWith('speech_to_text'));
  const used = new Set<TurnRecord>();
  const items: Item[] = [];
  for (const { type, timestamp, data: told, sequence } of data.events) {
    if (type !== 'speech.recognized') continue;
    const atMs = sinceStart(timestamp);
    const { text, confidence, voiceStartedBefore, voiceEndedBefore } = told;
    const turn = heard.find(
      (each) =>
        !used.has(each) &&
        each.request.text === text &&
        Math.abs((each.times.recognizedAtMs ?? Infinity) - atMs) < sameWordsMs,
    );
    if (turn !== undefined) used.add(turn);
    const toMs = turn?.times.lastVoiceAtMs ?? atMs - numberOr(voiceEndedBefore, 0);
    const fromMs = turn?.times.voiceOnsetAtMs ?? atMs - numberOr(voiceStartedBefore, atMs - toMs);
    items.push({
      ...wordsItem(
        typeof text === 'string' ? text : '',
        typeof confidence === 'number' ? confidence : undefined,
        fromMs,
        toMs,
      ),
      what: turn === undefined ? { kind: 'event', sequence } : { kind: 'turn', index: turn.index },
    });
  }
  // Of a call whose events were deleted, or whose words were no event.
  for (const turn of heard) {
    const { lastVoiceAtMs, voiceOnsetAtMs } = turn.times;
    if (used.has(turn) || lastVoiceAtMs === undefined) continue;
    items.push({
      ...wordsItem(turn.request.text, turn.request.confidence, voiceOnsetAtMs ?? lastVoiceAtMs, lastVoiceAtMs),
      what: { kind: 'turn', index: turn.index },
    });
  }
  return items;
}

function wordsItem(text: string, confidence: number | undefined, fromMs: number, toMs: number): Item {
  const begin = Math.min(fromMs, toMs);
  return {
    lane: 'callee-voice',
    fromMs: begin,
    toMs,
    shape: 'words',
    tone: 'callee',
    label: text === '' ? '(no words)' : text,
    title: text === '' ? 'The callee was heard, and no words were found' : 'The callee speaks',
    ...(confidence === undefined ? {} : { confidence }),
    facts: [
      ...(text === '' ? [] : [['says', text] as const]),
      ...(confidence === undefined ? [] : [['confidence', confidence.toFixed(2)] as const]),
      ...(toMs > begin ? [['speaks for', printLength(toMs - begin)] as const] : []),
    ],
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}
