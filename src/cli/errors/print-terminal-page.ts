import { againOf, type DescribedPage } from '../../error-pages/index.ts';
import { wrapText } from '../wrap-text.ts';

/** Lines of at most `width` columns, but for longer words; `heading` may style a line. */
export function printTerminalPage(page: DescribedPage, width: number, heading: (text: string) => string): string {
  const { code, what, where, causes, steps, settings, see } = page;
  const list = (items: readonly string[], mark: (index: number) => string): string[] =>
    items.flatMap((item, index) => marked(mark(index), item, width));
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', heading(title), ...lines];
  return [
    heading(code),
    ...marked('', what, width),
    ...part(
      'Where it shows',
      list(where, () => '- '),
    ),
    ...part(
      'Likely causes',
      list(causes, () => '- '),
    ),
    ...part(
      'What to do',
      list(steps, (index) => `${index + 1}. `),
    ),
    ...part('Again?', marked('', againOf(page), width)),
    ...part(
      'Settings',
      list(
        settings.map(({ name, default: usual }) => (usual === undefined ? name : `${name} (otherwise ${usual})`)),
        () => '- ',
      ),
    ),
    ...part(
      'More',
      see.map((link) => `- docs/${link}`),
    ),
  ].join('\n');
}

/** Without the backticks around code. */
function marked(mark: string, text: string, width: number): readonly string[] {
  const lines = wrapText(text.replaceAll('`', ''), width - mark.length, 'whole');
  return lines.map((line, index) => `${index === 0 ? mark : ' '.repeat(mark.length)}${line}`);
}
