/** How a call ended, for people and for scripts. */
import type { Call, CallRecord } from '../../client/index.ts';
import { plain } from '../terminal-lines.ts';
import { textOf } from './event-view.ts';

/** Exit codes of `call --follow`; 1 and 2 are those of a command that could not be carried out. */
export const exitCodes = { completed: 0, refused: 1, usage: 2, calleeFailed: 3, failed: 4, interrupted: 130 } as const;

export function exitCodeOf({ finalState, blame }: CallRecord): number {
  if (finalState === 'ended') return exitCodes.completed;
  return blame === 'callee' ? exitCodes.calleeFailed : exitCodes.failed;
}

/** One line each: how it ended and what to do about it, how long it took, and the longest waits. */
export function outcomeLines({ endExplanation }: Pick<Call, 'endExplanation'>, record: CallRecord): readonly string[] {
  const { callLength, talkTime, recordingFile } = record;
  const lines = [
    ...endLines(endExplanation?.text, record),
    `took ${seconds(callLength)}, ${seconds(talkTime)} of it after the answer`,
  ];
  const waits = worstWaits(record['maxLatency']);
  if (waits !== '') lines.push(`longest waits: ${waits}`);
  if (typeof recordingFile === 'string') lines.push(plain(`recording: ${recordingFile}`));
  return lines;
}

/** How it ended, and what to do about it: the explanation of its end code. */
export function endLines(explanation: string | undefined, record: CallRecord): readonly string[] {
  const { finalState, endCode, endedBy, blame, failureReason } = record;
  const lines = [`${textOf(finalState)} (${textOf(endCode)}), ended by the ${textOf(endedBy)}`];
  if (typeof failureReason === 'string') lines.push(`why: ${failureReason}`);
  if (typeof blame === 'string') lines.push(`side: ${blame}`);
  if (typeof blame === 'string' && explanation !== undefined) lines.push(`fix: ${explanation}`);
  // Reasons hold words of the far end.
  return lines.map(plain);
}

function worstWaits(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const named = { recognitionMs: 'words', botMs: 'bot', speakingMs: 'voice', responseMs: 'altogether' } as const;
  const waits = new Map<string, unknown>(Object.entries(value));
  return Object.entries(named)
    .flatMap(([key, name]) => (typeof waits.get(key) === 'number' ? [`${name} ${textOf(waits.get(key))} ms`] : []))
    .join(', ');
}

function seconds(ms: unknown): string {
  return `${((typeof ms === 'number' ? ms : 0) / 1000).toFixed(1)} s`;
}
