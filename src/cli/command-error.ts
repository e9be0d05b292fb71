/** What went wrong with a command, for people: one sentence that says what happened and where, under a code that has a page. */
import { helpOf } from '../api/index.ts';
import type { CommandErrorCode } from '../error-pages/index.ts';
import type { ErrorCode } from '../kit/index.ts';

export interface CommandError {
  readonly code: CommandErrorCode | ErrorCode;
  readonly message: string;
}

export function commandError(code: CommandError['code'], message: string): CommandError {
  return { code, message };
}

/** What happened, what to do, and where more is written. */
export function problemLines({ code, message }: CommandError): readonly string[] {
  return [...message.split('\n'), `fix: ${helpOf(code)}`, `code: ${code} (outdial errors ${code})`];
}
