import type { WriteStream } from 'node:tty';
import type { Environment } from '../config/index.ts';
import type { TerminalLook } from './terminal-lines.ts';

/** Lines that are longer than this are hard to read, however wide the terminal. */
const widest = 120;

/** How output to a stream is to look: styled in a terminal, unless NO_COLOR (no-color.org) or its kind says no. */
export function lookOf(stream: Pick<WriteStream, 'isTTY' | 'columns'>, environment: Environment): TerminalLook {
  // The type does not say so, but a stream that is no terminal has neither.
  const { isTTY, columns } = stream as Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  if (isTTY !== true) return { isStyled: false };
  const isPlain = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return { isStyled: !isPlain, columns: Math.min(columns === undefined || columns < 1 ? 80 : columns, widest) };
}
