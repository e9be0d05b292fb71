/** Events of the API as lines in a terminal. */
import type { CallEvent } from '../../client/index.ts';
import type { PrintLine, Style } from '../terminal-lines.ts';

interface EventLine {
  readonly who: string;
  readonly style: Style;
  readonly text: string;
  readonly aside?: string;
}

export function printEvent(event: CallEvent, line: PrintLine): void {
  const { who, style, text, aside } = describe(event);
  line(Date.parse(event.timestamp), who, style, text, aside);
}

function describe({ type, data, callState, failureReason }: CallEvent): EventLine {
  if (type.startsWith('call.') && callState !== null && type === `call.${callState}`) {
    return describeState(callState, failureReason, data);
  }
  const text = (name: string): string => textOf(data[name]);
  switch (type) {
    case 'speech.recognized':
      return { who: 'callee', style: 'yellow', text: quoted(text('text')), aside: confidenceOf(data['confidence']) };
    case 'dtmf.received':
      return { who: 'callee', style: 'yellow', text: `key ${text('digit')}` };
    case 'turn.asked':
      return { who: 'gateway', style: 'dim', text: `asks the bot: ${text('cause')}` };
    case 'turn.answered':
      return { who: 'bot', style: 'cyan', text: quoted(text('text')), aside: `in ${roundOf(data['milliseconds'])} ms` };
    case 'turn.spoken':
      return { who: '', style: 'dim', text: '', aside: waitOf(data) };
    case 'turn.finished':
      return { who: '', style: 'dim', text: '', aside: 'has spoken' };
    case 'turn.interrupted':
      return { who: 'bot', style: 'cyan', text: '', aside: 'interrupted by the callee' };
    case 'turn.failed':
      return { who: 'bot', style: 'red', text: text('reason'), aside: text('code') };
    default:
      return { who: type.split('.')[0] ?? '', style: 'dim', text: type, aside: otherData(data) };
  }
}

function describeState(state: string, failureReason: string | null, data: CallEvent['data']): EventLine {
  const style: Style = state === 'failed' ? ['bold', 'red'] : state === 'active' ? ['bold', 'green'] : 'bold';
  const endCode = textOf(data['endCode']);
  const text = failureReason === null ? state : `${state}: ${failureReason}`;
  return { who: 'call', style, text, ...(endCode === '' ? {} : { aside: endCode }) };
}

function waitOf({ milliseconds, parts }: CallEvent['data']): string {
  if (typeof milliseconds !== 'number') return 'speaks';
  const names = Array.isArray(parts)
    ? parts.map(
        (part: { name?: unknown; milliseconds?: unknown }) => `${textOf(part.name)} ${textOf(part.milliseconds)} ms`,
      )
    : [];
  return `speaks ${milliseconds} ms after the last voice: ${names.join(' + ')}`;
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
