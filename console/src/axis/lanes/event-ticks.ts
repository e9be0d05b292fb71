/** All events of a call, as they were told. */
import type { CallClock, Item, Tone } from '../timeline.ts';

const mostFacts = 8;
const mostCharacters = 160;

export function eventItems({ data, sinceStart }: CallClock): readonly Item[] {
  return data.events.map(({ type, timestamp, sequence, data: told, failureReason }) => {
    const atMs = sinceStart(timestamp);
    return {
      lane: 'events',
      fromMs: atMs,
      toMs: atMs,
      shape: type === 'dtmf.received' || type.startsWith('command.') ? 'dot' : 'tick',
      tone: toneOf(type),
      label: labelOf(type, told),
      title: `Event ${sequence}: ${type}`,
      facts: [
        ...(failureReason === null ? [] : [['reason', failureReason] as const]),
        ...Object.entries(told)
          .slice(0, mostFacts)
          .map(([name, value]) => [name, printValue(value)] as const),
      ],
      what: { kind: 'event', sequence },
    };
  });
}

function toneOf(type: string): Tone {
  if (type.endsWith('.failed')) return 'bad';
  if (type === 'turn.interrupted') return 'warn';
  if (type.startsWith('call.')) return 'accent';
  if (type.startsWith('speech.') || type.startsWith('dtmf.')) return 'callee';
  if (type.startsWith('turn.')) return 'bot';
  if (type.startsWith('command.') || type.startsWith('transfer.')) return 'operator';
  return 'gateway';
}

function labelOf(type: string, told: Readonly<Record<string, unknown>>): string {
  if (type === 'dtmf.received') return `key ${printValue(told['digit'])}`;
  if (type === 'command.taken') return printValue(told['command']);
  return type.slice(type.indexOf('.') + 1);
}

function printValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
