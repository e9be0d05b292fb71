/**
 * Lines in a terminal: seconds since the first one, who, what, and an aside. Lines are broken at the width of the terminal, in columns of
 * their own, so that nothing jumps; what goes to a file or a pipe is not broken.
 */
import { styleText } from 'node:util';
import { indented, widthOf } from './wrap-text.ts';

export type Style = Parameters<typeof styleText>[0];

/** How the output looks. */
export interface TerminalLook {
  /** Colours and dim text. */
  readonly isStyled: boolean;
  /** Width of the terminal; absent: lines are not broken. */
  readonly columns?: number | undefined;
}

export interface TerminalOptions extends TerminalLook {
  readonly print: (line: string) => void;
}

export type PrintLine = (atMs: number, who: string, style: Style, text: string, aside?: string) => void;

/** Who speaks, in colours that can be read on light and on dark ground; nothing is told by colour alone. */
export const styles = {
  call: 'bold',
  good: ['bold', 'green'],
  bad: ['bold', 'red'],
  bot: 'magenta',
  callee: 'green',
  gateway: 'dim',
  webhook: 'dim',
} as const satisfies Record<string, Style>;

/** Whether it is styled was found out before (`lookOf`): Node would look at its own output once more. */
export function painted(style: Style, text: string, isStyled: boolean): string {
  return isStyled && text !== '' ? styleText(style, text, { validateStream: false }) : text;
}

/** Before the text: the time, and who. */
const timeWidth = 7;
const whoWidth = 8;
const textColumn = timeWidth + 2 + whoWidth + 1;

/** The instants may be of any clock, as long as all are of the same one. */
export function createLines({ isStyled, print, columns }: TerminalOptions): PrintLine {
  let startMs: number | undefined;
  const paint = (style: Style, text: string): string => painted(style, text, isStyled);
  const indent = ' '.repeat(textColumn);
  return (atMs, who, style, text, aside = '') => {
    startMs ??= atMs;
    // What nobody does belongs to the line before.
    const time = who === '' ? ' '.repeat(timeWidth) : ((atMs - startMs) / 1000).toFixed(2).padStart(timeWidth);
    const head = `${paint('dim', time)}  ${paint(style, who)}${' '.repeat(Math.max(0, whoWidth - widthOf(who)))} `;
    const texts = text === '' ? [] : indented(text, textColumn, columns);
    const asides = aside === '' ? [] : indented(aside, textColumn, columns);
    const last = texts.at(-1);
    const isBeside =
      last !== undefined &&
      asides.length === 1 &&
      (columns === undefined || textColumn + widthOf(last) + 2 + widthOf(aside) <= columns);
    const lines = isBeside
      ? [...texts.slice(0, -1), `${last}${paint('dim', `  ${asides[0] ?? ''}`)}`]
      : [...texts, ...asides.map((line) => paint('dim', line))];
    if (lines.length === 0) lines.push('');
    for (const [index, line] of lines.entries()) print(`${index === 0 ? head : indent}${line}`.trimEnd());
  };
}
