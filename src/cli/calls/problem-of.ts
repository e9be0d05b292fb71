/** What a request to a gateway has failed with, under a code that has a page. */
import { findErrorPage } from '../../api/index.ts';
import { OutdialProblem } from '../../client/index.ts';
import { isErrorCode } from '../../kit/index.ts';
import { commandError, problemLines } from '../command-error.ts';

/** Lines for the error output. */
export function requestProblemLines(fault: unknown, gatewayUrl: string): readonly string[] {
  if (fault instanceof OutdialProblem) return refusalLines(fault, gatewayUrl);
  if (fault instanceof SyntaxError) return foreign(gatewayUrl, 'what it sent is no JSON');
  if (isFileFault(fault)) {
    return problemLines(
      commandError('command.file', `${fault.path} cannot be written: ${fault.code ?? fault.message}.`),
    );
  }
  const cause = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
  const reason = reasonOf(cause);
  if (/redirect/.test(reason)) return foreign(gatewayUrl, 'it redirects elsewhere');
  return problemLines(commandError('command.gateway-unreachable', `${gatewayUrl} does not answer: ${reason}.`));
}

function refusalLines({ code, message, status, retryAfterS }: OutdialProblem, gatewayUrl: string): readonly string[] {
  const later = retryAfterS === undefined ? '' : ` Again in ${retryAfterS} s.`;
  if (isErrorCode(code)) return problemLines(commandError(code, `${message}${later}`));
  if (code === 'unknown') return foreign(gatewayUrl, `HTTP status ${status}`);
  // A code of HTTP itself, or of a later version.
  const page = findErrorPage(code) === undefined ? 'unknown to this version' : `outdial errors ${code}`;
  return [`${message}${later}`, `code: ${code} (${page})`];
}

function foreign(gatewayUrl: string, what: string): readonly string[] {
  return problemLines(commandError('command.foreign-answer', `What answers at ${gatewayUrl} is no outdial: ${what}.`));
}

function isFileFault(fault: unknown): fault is NodeJS.ErrnoException & { readonly path: string } {
  return fault instanceof Error && 'syscall' in fault && 'path' in fault && typeof fault.path === 'string';
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  if (cause.message === '') return code ?? cause.name;
  return code === undefined || cause.message.includes(code) ? cause.message : `${cause.message} (${code})`;
}
