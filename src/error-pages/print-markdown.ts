/** A page as Markdown for docs/errors. */
import { againOf, type DescribedPage } from './describe-page.ts';

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
