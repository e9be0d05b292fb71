/** How a call ended, for people and for scripts. */
import type { CallRecord } from '../../client/index.ts';
import { type EndExplanation, isErrorCode } from '../../kit/index.ts';
import { painted, type TerminalLook } from '../terminal-lines.ts';
import { indented, labelled } from '../wrap-text.ts';
import { textOf } from './event-view.ts';

/** Exit codes of `call --follow`; 1 and 2 are those of a command that could not be carried out. */
export const exitCodes = { completed: 0, refused: 1, usage: 2, calleeFailed: 3, failed: 4, interrupted: 130 } as const;

export function exitCodeOf({ finalState, blame }: CallRecord): number {
  if (finalState === 'ended') return exitCodes.completed;
  return blame === 'callee' ? exitCodes.calleeFailed : exitCodes.failed;
}

export interface OutcomeOptions extends TerminalLook {
  /** Whose console shows the call. */
  readonly gatewayUrl?: string;
  /** The times of a call whose time stood still say nothing. */
  readonly areTimesTold?: false;
  /** No gateway knows of it. */
  readonly isKept?: false;
}

/** How it ended, whose side it lies on and what to do about it, how long things took, and where to look next. */
export function outcomeLines(
  endExplanation: Pick<EndExplanation, 'text'> | undefined,
  record: CallRecord,
  { isStyled, columns, gatewayUrl, areTimesTold, isKept }: OutcomeOptions,
): readonly string[] {
  const { finalState, blame, failureReason, recordingFile, vgwSessionID } = record;
  const endCode = textOf(record['endCode']);
  const isFailed = finalState === 'failed';
  const [first = '', ...rest] = indented(headline(record, areTimesTold), 2, columns);
  const sign = isFailed ? '✗' : '✓';
  const lines = [`${painted(isFailed ? 'red' : 'green', sign, isStyled)} ${first}`];
  const add = (label: string, text: unknown): void => {
    if (typeof text === 'string' && text !== '') lines.push(...labelled(label, text, columns));
  };
  lines.push(...rest.map((line) => `  ${line}`));
  add('why', failureReason);
  add('side', blame);
  if (typeof blame === 'string') add('fix', endExplanation?.text);
  if (isErrorCode(endCode)) lines.push(...labelled('more', `outdial errors ${endCode}`, undefined));
  if (areTimesTold !== false) {
    add('waits', worstWaits(record['maxLatency']));
    add('recording', recordingFile);
  }
  if (isKept !== false) {
    // To be copied: never broken.
    lines.push(...labelled('look', `outdial calls show ${textOf(vgwSessionID)}`, undefined));
    if (gatewayUrl !== undefined)
      lines.push(...labelled('', `${gatewayUrl}/console/calls/${textOf(vgwSessionID)}`, undefined));
  }
  return lines;
}

function headline({ finalState, endCode, endedBy, callLength, talkTime }: CallRecord, areTimesTold?: false): string {
  const end = `${textOf(finalState)} by the ${textOf(endedBy)} (${textOf(endCode)})`;
  if (areTimesTold === false) return end;
  const talked = talkTime === 0 ? '' : `, ${seconds(talkTime)} of it after the answer`;
  return `${end} after ${seconds(callLength)}${talked}`;
}

function worstWaits(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const named = { recognitionMs: 'words', botMs: 'bot', speakingMs: 'voice', responseMs: 'altogether' } as const;
  const waits = new Map<string, unknown>(Object.entries(value));
  const told = Object.entries(named).flatMap(([key, name]) =>
    typeof waits.get(key) === 'number' ? [`${name} ${textOf(waits.get(key))} ms`] : [],
  );
  return told.length === 0 ? '' : `at most ${told.join(', ')}`;
}

function seconds(ms: unknown): string {
  return `${((typeof ms === 'number' ? ms : 0) / 1000).toFixed(1)} s`;
}
