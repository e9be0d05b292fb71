/** A page as Markdown for docs/errors and as text for a terminal. */
import type { DescribedPage } from './describe-page.ts';

/** Links lead from docs/errors/ to docs/. */
export function printMarkdownPage(page: DescribedPage): string {
  const { code, what, where, causes, steps, settings, see } = page;
  const blocks = [
    `# ${code}`,
    escape(what),
    ...section('Where it shows', bullets(where.map(escape))),
    ...section('Likely causes', bullets(causes.map(escape))),
    ...section(
      'What to do',
      steps.map((step, index) => `${index + 1}. ${escape(step)}`),
    ),
    ...section('Again?', [escape(againOf(page))]),
    ...section(
      'Settings',
      bullets(
        settings.map(({ name, group, default: fallback }) => {
          const usual = fallback === undefined ? '' : ` (otherwise \`${fallback}\`)`;
          return `[\`${name}\`](../configuration.md#${anchorOf(group)})${usual}`;
        }),
      ),
    ),
    ...section('More', bullets([...see.map((link) => `[${linkText(link)}](../${link})`), '[All codes](../errors.md)'])),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Lines of at most `width` characters; `heading` may style a line. */
export function printTerminalPage(
  page: DescribedPage,
  width: number,
  heading: (text: string) => string = (text) => text,
): string {
  const { code, what, where, causes, steps, settings, see } = page;
  const list = (items: readonly string[], mark: (index: number) => string): string[] =>
    items.flatMap((item, index) => wrap(plainText(item), width, mark(index)));
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', heading(title), ...lines];
  return [
    heading(code),
    ...wrap(plainText(what), width, ''),
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
    ...part('Again?', wrap(plainText(againOf(page)), width, '')),
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

export function againOf({ isRetryable, again }: DescribedPage): string {
  return /^(?:Yes|No|Not)\b/.test(again) ? again : `${isRetryable ? 'Yes' : 'No'}. ${again}`;
}

/** As GitHub makes it of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')];
}

function bullets(items: readonly string[]): readonly string[] {
  return items.map((item) => `- ${item}`);
}

/** `trunk.md#who-is-up` as words. */
function linkText(link: string): string {
  const [file = '', heading] = link.split('#');
  const name = file.replace(/\.md$/, '').replaceAll('-', ' ');
  return heading === undefined ? name : `${name}: ${heading.replaceAll('-', ' ')}`;
}

/** Placeholders outside of code are no HTML. */
function escape(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[<>*_]/g, String.raw`\$&`)))
    .join('`');
}

function plainText(text: string): string {
  return text.replaceAll('`', '');
}

function wrap(text: string, width: number, mark: string): string[] {
  const lines: string[] = [];
  let line = mark;
  for (const word of text.split(' ')) {
    const isFirst = line === mark || line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${' '.repeat(mark.length)}${word}`;
    } else {
      line = isFirst ? `${line}${word}` : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
