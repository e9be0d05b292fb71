/** Events of the API as lines in a terminal. */
import type { CallEvent } from '../../client/index.ts';
import { type PrintLine, type Style, styles } from '../terminal-lines.ts';
import { printWait } from '../wait-text.ts';

interface EventLine {
  readonly who: string;
  readonly style: Style;
  readonly text: string;
  readonly aside?: string;
}

export function printEvent(event: CallEvent, line: PrintLine): void {
  const described = describe(event);
  if (described === undefined) return;
  const { who, style, text, aside } = described;
  line(Date.parse(event.timestamp), who, style, text, aside);
}

/** Events of a later version may be of kinds that have no place in the column of names. */
const longestName = 8;

/** Undefined for what another line has said already. */
function describe({ type, data, callState, failureReason }: CallEvent): EventLine | undefined {
  if (type.startsWith('call.') && callState !== null && type === `call.${callState}`) {
    return describeState(callState, failureReason, data);
  }
  const text = (name: string): string => textOf(data[name]);
  switch (type) {
    case 'speech.recognized':
      return {
        who: 'callee',
        style: styles.callee,
        text: quoted(text('text')),
        aside: confidenceOf(data['confidence']),
      };
    case 'dtmf.received':
      return { who: 'callee', style: styles.callee, text: `key ${text('digit')}` };
    case 'turn.asked':
      return describeAsked(text('cause'));
    case 'turn.answered':
      return {
        who: 'bot',
        style: styles.bot,
        text: quoted(text('text')) || 'says nothing',
        aside: `answered in ${roundOf(data['milliseconds'])} ms`,
      };
    case 'turn.spoken':
      return describeSpoken(data);
    case 'turn.finished':
      return { who: 'bot', style: styles.bot, text: 'has spoken' };
    case 'turn.interrupted':
      return { who: 'callee', style: styles.callee, text: 'interrupts the bot' };
    case 'turn.failed':
      return { who: 'bot', style: styles.bad, text: text('reason'), aside: text('code') };
    case 'recording.completed':
      return { who: 'call', style: styles.call, text: 'recorded', aside: text('recordingFile') };
    default:
      return {
        who: (type.split('.')[0] ?? '').slice(0, longestName),
        style: 'dim',
        text: type,
        aside: otherData(data),
      };
  }
}

const reasons: Readonly<Record<string, string>> = {
  start: 'asks the bot for its first words',
  silence: 'tells the bot that nobody spoke',
  'no-final': 'tells the bot of a voice without words',
  filtered: 'tells the bot of words that are not believed',
  forced: 'asks the bot again, as it wished',
  'hang-up': 'tells the bot that the call is over',
};

/** What the callee did stands in the line before. */
function describeAsked(cause: string): EventLine | undefined {
  if (cause === 'speech' || cause === 'digits') return undefined;
  return { who: 'gateway', style: styles.gateway, text: reasons[cause] ?? `tells the bot: ${cause}` };
}

function describeState(state: string, failureReason: string | null, data: CallEvent['data']): EventLine {
  const style: Style = state === 'failed' ? styles.bad : state === 'active' ? styles.good : styles.call;
  const endCode = textOf(data['endCode']);
  const text = failureReason === null ? state : `${state}: ${failureReason}`;
  return { who: 'call', style, text, ...(endCode === '' ? {} : { aside: endCode }) };
}

function describeSpoken({ milliseconds, parts }: CallEvent['data']): EventLine {
  if (typeof milliseconds !== 'number' || !Array.isArray(parts)) {
    return { who: 'bot', style: styles.bot, text: 'begins to speak' };
  }
  const wait = printWait(
    parts.map((part: { name?: unknown; milliseconds?: unknown }) => ({
      name: textOf(part.name),
      durationMs: typeof part.milliseconds === 'number' ? part.milliseconds : 0,
    })),
  );
  return { who: '', style: 'dim', text: '', aside: wait };
}

function roundOf(value: unknown): string {
  return typeof value === 'number' ? String(Math.round(value)) : '?';
}

function confidenceOf(value: unknown): string {
  return typeof value === 'number' ? `confidence ${value.toFixed(2)}` : '';
}

function otherData(data: CallEvent['data']): string {
  return Object.entries(data)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(', ');
}

function quoted(text: string): string {
  return text === '' ? '' : `“${text}”`;
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  return JSON.stringify(value);
}
