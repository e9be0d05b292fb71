/** `outdial errors [code]`: the pages of docs/errors in a terminal, without the repository. */
import { findErrorPage, helpOf, pageCodes } from '../../api/index.ts';
import { nearestName, quoteName } from '../../kit/index.ts';
import { painted } from '../terminal-lines.ts';
import { printTerminalPage } from './print-terminal-page.ts';

export interface ErrorsOrder {
  /** Without it, all codes. */
  readonly code?: string;
  readonly isJson: boolean;
}

export interface ErrorsReport {
  readonly text: string;
  /** 2: there is no such code. */
  readonly exitCode: 0 | 2;
}

export interface ErrorsView {
  readonly isStyled: boolean;
  readonly columns: number;
}

/** Lines longer than this are hard to read, however wide the terminal. */
const widest = 100;

export function printErrors({ code, isJson }: ErrorsOrder, { isStyled, columns }: ErrorsView): ErrorsReport {
  if (code === undefined) return { text: isJson ? JSON.stringify(listAll()) : printAll(), exitCode: 0 };
  const page = findErrorPage(code);
  if (page === undefined) {
    const nearest = nearestName(code, pageCodes)?.name ?? '';
    const text = `There is no code ${quoteName(code)}; the nearest one is ${nearest}. All of them: outdial errors`;
    return { text, exitCode: 2 };
  }
  if (isJson) return { text: JSON.stringify(page), exitCode: 0 };
  const heading = (text: string): string => painted('bold', text, isStyled);
  return { text: printTerminalPage(page, Math.min(columns, widest), heading), exitCode: 0 };
}

function listAll(): readonly { readonly code: string; readonly help: string }[] {
  return pageCodes.map((code) => ({ code, help: helpOf(code) }));
}

function printAll(): string {
  const width = Math.max(...pageCodes.map(({ length }) => length));
  const lines = listAll().map(({ code, help }) => `${code.padEnd(width)}  ${help}`);
  return [...lines, '', 'outdial errors <code> tells causes and what to do.'].join('\n');
}
