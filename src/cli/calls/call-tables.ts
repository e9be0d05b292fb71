/** Calls, transcripts and SIP messages as text. */
import type { Call, Delivery, SipTrace, Transcript } from '../../client/index.ts';
import { plain } from '../wrap-text.ts';

/** Columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows].map((row) => row.map(plain));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export function callRows(calls: readonly Call[]): readonly string[] {
  return table(
    ['vgwSessionID', 'accepted', 'state', 'to', 'end'],
    calls.map(({ vgwSessionID, acceptedAt, callState, to, endCode = '' }) => [
      vgwSessionID,
      acceptedAt,
      callState,
      to,
      endCode,
    ]),
  );
}

export function deliveryRows(deliveries: readonly Delivery[]): readonly string[] {
  return table(
    ['vgwSessionID', 'sequence', 'type', 'queued', 'attempts', 'last answer'],
    deliveries.map(({ vgwSessionID, sequence, type, queuedAt, attempts, lastStatus, lastReason }) => [
      vgwSessionID,
      String(sequence),
      type,
      queuedAt,
      String(attempts),
      [lastStatus, lastReason].filter((part) => part !== undefined).join(' '),
    ]),
  );
}

export function transcriptRows({ lines }: Transcript): readonly string[] {
  const [first] = lines;
  if (first === undefined) return [];
  const startMs = Date.parse(first.at);
  return lines.map(({ at, who, text, confidence }) => {
    const sure = confidence === undefined ? '' : `  (${confidence.toFixed(2)})`;
    return `${sinceStart(at, startMs)}  ${who.padEnd(8)} ${plain(text)}${sure}`;
  });
}

/** Each message with its time, its way and its first line; `isWhole` prints all of it below. */
export function traceRows({ messages, droppedMessages }: SipTrace, isWhole: boolean): readonly string[] {
  const startMs = Date.parse(messages[0]?.at ?? '');
  const rows = messages.flatMap(({ at, direction, transport, peer, text }) => {
    const [start = '', ...rest] = text.split(/\r?\n/);
    const row = `${sinceStart(at, startMs)}  ${direction === 'sent' ? '-->' : '<--'} ${peer} ${transport}  ${plain(start)}`;
    return isWhole ? [row, ...rest.map((line) => `         ${plain(line)}`)] : [row];
  });
  return droppedMessages === 0 ? rows : [...rows, `${droppedMessages} more messages were not kept`];
}

function sinceStart(at: string, startMs: number): string {
  return ((Date.parse(at) - startMs) / 1000).toFixed(3).padStart(8);
}
