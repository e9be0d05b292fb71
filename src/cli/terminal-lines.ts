/** Lines of a call in a terminal: seconds since the first one, who, what, and an aside. */
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

export interface TerminalOptions {
  /** Colours and dim text; off when the output is not a terminal. */
  readonly isStyled: boolean;
  readonly print: (line: string) => void;
  /** Width of the terminal; absent: lines are not broken. */
  readonly columns?: number | undefined;
}

export type PrintLine = (atMs: number, who: string, style: Style, text: string, aside?: string) => void;

/** The instants may be of any clock, as long as all are of the same one. */
export function createLines({ isStyled, print }: TerminalOptions): PrintLine {
  let startMs: number | undefined;
  const paint = (style: Style, text: string): string => (isStyled ? styleText(style, text) : text);
  return (atMs, who, style, text, aside = '') => {
    startMs ??= atMs;
    const time = ((atMs - startMs) / 1000).toFixed(2).padStart(7);
    const whole = `${paint('dim', time)}  ${paint(style, who.padEnd(8))} ${plain(text)}`;
    print(aside === '' ? whole : `${whole}${paint('dim', `  ${plain(aside)}`)}`);
  };
}

/** Text of others cannot move the cursor or change colours: control characters become a middle dot (C0, DEL, C1). */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·');
}
