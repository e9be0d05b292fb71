/** What went wrong and what to do about it, for people. */
import { OutdialProblem } from '../../../src/client/index.ts';

interface FaultNoticeProps {
  readonly fault: unknown;
  /** What could not be done: `The calls could not be read`. */
  readonly what: string;
  readonly onRetry?: (() => void) | undefined;
}

export function FaultNotice({ fault, what, onRetry }: FaultNoticeProps) {
  const { text, code } = describeFault(fault);
  return (
    <div class="notice is-bad" role="alert">
      <p class="notice-title">{what}.</p>
      <p>{text}</p>
      {code === undefined ? null : (
        <p class="notice-code">
          <code>{code}</code>
        </p>
      )}
      {onRetry === undefined ? null : (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** In words, with the code that documentation and support know it by. */
export function describeFault(fault: unknown): { readonly text: string; readonly code?: string } {
  if (fault instanceof OutdialProblem) {
    const wait = fault.retryAfterS === undefined ? '' : ` Try again in ${fault.retryAfterS} s.`;
    if (fault.code !== 'unknown') return { text: `${fault.message}${wait}`, code: fault.code };
    return {
      text: `Something between this page and the gateway answered with ${fault.message}. Is there a proxy that is not set up for it?`,
    };
  }
  // What `fetch` says when nobody answers differs from browser to browser and helps nobody.
  if (fault instanceof TypeError) {
    return { text: 'The gateway does not answer. It may be restarting, or the network between it and you is down.' };
  }
  return { text: fault instanceof Error ? fault.message : String(fault) };
}
