/** What was said, line by line, made of the events of the call and, once it is there, the exact times of its record. */
import type { CallEvent } from '../../../../src/client/index.ts';
import type { TurnRecord } from '../../../../src/reports/index.ts';
import { printOffset } from '../../text/measures.ts';
import type { CallData } from '../call-data.ts';
import { type Instants, instantsOf } from '../instants.ts';
import { waitsByTurn } from '../waits.ts';

export interface TranscriptLine {
  /** The sequence of its event. */
  readonly sequence: number;
  /** When it begins to be heard, and ends, as far as that is known. */
  readonly atMs: number;
  readonly endMs?: number;
  readonly who: 'callee' | 'bot' | 'operator';
  readonly kind: 'speech' | 'keys' | 'message' | 'command' | 'failure';
  readonly text: string;
  readonly confidence?: number;
  /** Index of the turn that an answer belongs to. */
  readonly turn?: number;
  /** What the callee waited for this answer. */
  readonly waitMs?: number;
  /** Of an answer that the callee cut short: about how many characters were heard. */
  readonly heardLength?: number;
  /** Answered, but never spoken: nobody was there to hear it, or not yet. */
  readonly isUnspoken?: boolean;
}

/** How fast a voice speaks that is not known otherwise, in ms a character. */
const usualMsPerCharacter = 65;
/** Keys that follow each other within this time are one entry. */
const keysTogetherMs = 3000;

interface World {
  readonly instants: Instants;
  readonly turns: ReadonlyMap<number, TurnRecord>;
  readonly spoken: ReadonlyMap<number, CallEvent>;
  readonly interrupted: ReadonlyMap<number, CallEvent>;
  readonly waits: ReadonlyMap<number, number>;
  readonly msPerCharacter: number;
}

export function transcriptLines(data: Pick<CallData, 'call' | 'events' | 'record'>): readonly TranscriptLine[] {
  const { events, record } = data;
  const turns = new Map((record?.turns ?? []).map((turn) => [turn.index, turn]));
  const world: World = {
    instants: instantsOf(data),
    turns,
    spoken: byTurn(events, 'turn.spoken'),
    interrupted: byTurn(events, 'turn.interrupted'),
    waits: waitsByTurn(data),
    msPerCharacter: paceOf([...turns.values()]),
  };
  const lines: TranscriptLine[] = [];
  for (const [index, event] of events.entries()) {
    const line = lineOf(event, events[index + 1], world);
    if (line === undefined) continue;
    const before = lines.at(-1);
    if (before !== undefined && isSameEntry(before, line)) {
      lines[lines.length - 1] = { ...before, text: before.text + line.text, endMs: line.atMs };
    } else lines.push(line);
  }
  return lines.toSorted((a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
}

function isSameEntry(before: TranscriptLine, line: TranscriptLine): boolean {
  if (before.kind !== 'keys' || line.kind !== 'keys') return false;
  return line.atMs - (before.endMs ?? before.atMs) <= keysTogetherMs;
}

function lineOf(event: CallEvent, next: CallEvent | undefined, world: World): TranscriptLine | undefined {
  const { sequence, data, type } = event;
  const atMs = world.instants.ofTime(event.timestamp);
  const text = textIn(data['text']);
  switch (type) {
    case 'speech.recognized':
      return text === undefined ? undefined : calleeLine({ event, next, text, atMs }, world);
    case 'dtmf.received': {
      const digit = textIn(data['digit']);
      return digit === undefined ? undefined : { sequence, atMs, who: 'callee', kind: 'keys', text: digit };
    }
    case 'turn.answered':
      return text === undefined ? undefined : botLine(event, text, atMs, world);
    case 'turn.failed': {
      const reason = textIn(data['reason']) ?? 'It gave no reason.';
      return { sequence, atMs, who: 'bot', kind: 'failure', text: reason, ...turnOf(data['turn']) };
    }
    case 'command.taken': {
      return commandLine(event, atMs);
    }
    default:
      return undefined;
  }
}

/** What was told to the call from outside. */
function commandLine({ sequence, data }: CallEvent, atMs: number): TranscriptLine | undefined {
  const command = textIn(data['command']);
  const text = textIn(data['text']);
  if (command === undefined) return undefined;
  if (command === 'say' && text !== undefined) return { sequence, atMs, who: 'operator', kind: 'speech', text };
  if (command === 'receive-message') {
    return text === undefined ? undefined : { sequence, atMs, who: 'callee', kind: 'message', text };
  }
  const words = [command.replaceAll('-', ' '), textIn(data['who']) ?? ''].join(' ').trim();
  return { sequence, atMs, who: 'operator', kind: 'command', text: words };
}

interface Heard {
  readonly event: CallEvent;
  readonly next: CallEvent | undefined;
  readonly text: string;
  readonly atMs: number;
}

/** The words stand where the voice was, not where they were understood. */
function calleeLine({ event, next, text, atMs }: Heard, { instants, turns }: World): TranscriptLine {
  const { confidence } = event.data;
  const turn = next?.type === 'turn.asked' ? turns.get(numberIn(next.data['turn']) ?? -1) : undefined;
  const { voiceOnsetAtMs, lastVoiceAtMs } = turn?.times ?? {};
  const endMs = lastVoiceAtMs === undefined ? atMs : instants.ofRecord(lastVoiceAtMs);
  const beginMs =
    voiceOnsetAtMs === undefined ? endMs - text.length * usualMsPerCharacter : instants.ofRecord(voiceOnsetAtMs);
  return {
    sequence: event.sequence,
    atMs: Math.max(0, beginMs),
    endMs,
    who: 'callee',
    kind: 'speech',
    text,
    ...(typeof confidence === 'number' ? { confidence } : {}),
  };
}

function botLine(event: CallEvent, text: string, answeredMs: number, world: World): TranscriptLine {
  const { instants } = world;
  const index = numberIn(event.data['turn']) ?? -1;
  const { playbackStartedAtMs, playbackFinishedAtMs } = world.turns.get(index)?.times ?? {};
  const spoken = world.spoken.get(index);
  const startedMs =
    playbackStartedAtMs === undefined
      ? spoken && instants.ofTime(spoken.timestamp)
      : instants.ofRecord(playbackStartedAtMs);
  const line = { sequence: event.sequence, who: 'bot', kind: 'speech', text, ...turnOf(index) } as const;
  if (startedMs === undefined) return { ...line, atMs: answeredMs, isUnspoken: true };
  const cut = world.interrupted.get(index);
  const endMs =
    playbackFinishedAtMs === undefined
      ? cut && instants.ofTime(cut.timestamp)
      : instants.ofRecord(playbackFinishedAtMs);
  const waitMs = world.waits.get(index);
  const isCut = cut !== undefined || world.turns.get(index)?.isInterrupted === true;
  return {
    ...line,
    atMs: startedMs,
    ...(endMs === undefined ? {} : { endMs }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(isCut && endMs !== undefined
      ? { heardLength: heardLength(text, endMs - startedMs, world.msPerCharacter) }
      : {}),
  };
}

/** Up to the end of the word that was being said. */
function heardLength(text: string, heardMs: number, msPerCharacter: number): number {
  const about = Math.round(Math.max(0, heardMs) / msPerCharacter);
  if (about >= text.length) return text.length;
  const end = text.indexOf(' ', about);
  return end < 0 ? text.length : end;
}

/** How fast the voice of this call speaks, by the answers that were heard whole. */
function paceOf(turns: readonly TurnRecord[]): number {
  let characters = 0;
  let ms = 0;
  for (const { times, response, isInterrupted } of turns) {
    const { playbackStartedAtMs: from, playbackFinishedAtMs: to } = times;
    if (isInterrupted === true || from === undefined || to === undefined) continue;
    characters += response.reduce((sum, { text = '' }) => sum + text.length, 0);
    ms += to - from;
  }
  return characters < 20 ? usualMsPerCharacter : ms / characters;
}

function byTurn(events: readonly CallEvent[], type: string): ReadonlyMap<number, CallEvent> {
  const found = events.filter((event) => event.type === type);
  return new Map(found.map((event) => [numberIn(event.data['turn']) ?? -1, event]));
}

/** Texts of an answer come as a list. */
function textIn(value: unknown): string | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const text = items.filter((item) => typeof item === 'string').join(' ');
  return text === '' ? undefined : text;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function turnOf(value: unknown): { readonly turn?: number } {
  return typeof value === 'number' && value >= 0 ? { turn: value } : {};
}

export const speakers = { callee: 'Callee', bot: 'Bot', operator: 'Operator' } as const;

/** As a text file, or for the clipboard. */
export function printTranscript(lines: readonly TranscriptLine[]): string {
  return lines
    .map((line) => `${printOffset(line.atMs).padStart(8)}  ${speakers[line.who]}: ${printWords(line)}\n`)
    .join('');
}

function printWords({ kind, text, heardLength, isUnspoken }: TranscriptLine): string {
  if (kind === 'keys') return `[keys] ${text}`;
  if (kind === 'message') return `[message] ${text}`;
  if (kind === 'command') return `[command] ${text}`;
  if (kind === 'failure') return `[no answer] ${text}`;
  if (isUnspoken === true) return `[not spoken] ${text}`;
  return heardLength === undefined || heardLength >= text.length
    ? text
    : `${text.slice(0, heardLength)} [interrupted; not heard: ${text.slice(heardLength).trim()}]`;
}

/** The line that is heard at an instant, or was heard last. */
export function lineAt(lines: readonly TranscriptLine[], atMs: number | undefined): TranscriptLine | undefined {
  return atMs === undefined ? undefined : lines.findLast((line) => line.atMs <= atMs);
}
