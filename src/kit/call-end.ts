/** How calls end: the stable words for it, and what each says to people. docs/errors.md is printed from here, too. */
import { type Blame, type ErrorCode, errorKind, isErrorCode } from './gateway-error.ts';

/** Ends of calls that were answered and did not fail, one sentence each. */
export const completedEnds = {
  'completed.bot': 'The bot hung up.',
  'completed.callee': 'The callee hung up.',
  'completed.caller': 'The caller hung up.',
  'completed.api': 'The call was hung up by a command of the API.',
  'completed.no-input':
    'Nobody spoke, vgwDisconnectCallOnNoUserInputTurnCount times in a row, and the gateway hung up.',
  'completed.inactivity': 'Nothing happened for as long as vgwSessionInactivityTimeout says, and the gateway hung up.',
  'completed.transfer': 'The call was transferred.',
} as const;

/** A code of the error registry when something failed. */
export type EndCode = keyof typeof completedEnds | ErrorCode;

export interface EndExplanation {
  /** What happened, and when something failed, what to do about it. */
  readonly text: string;
  /** Whose side the failure most likely lies on; null when nothing failed. */
  readonly blame: Blame | null;
  /** Whether the same call may go better later. */
  readonly isRetryable: boolean;
}

/** Undefined for a word that this version does not know: stores also hold those of others. */
export function explainEnd(endCode: string): EndExplanation | undefined {
  if (isErrorCode(endCode)) {
    const { help, blame, isRetryable } = errorKind(endCode);
    return { text: help, blame, isRetryable };
  }
  return isCompleted(endCode) ? { text: completedEnds[endCode], blame: null, isRetryable: false } : undefined;
}

function isCompleted(endCode: string): endCode is keyof typeof completedEnds {
  return Object.hasOwn(completedEnds, endCode);
}
