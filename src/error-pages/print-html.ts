/** A page, and the list of all, as HTML that needs nothing else: no script, one style that its policy names by hash. */
import { againOf, type DescribedPage } from './describe-page.ts';

export const pageStyle = `
:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font: 600 1.6rem ui-monospace, monospace; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 0.4rem; }
code { font: 0.9em ui-monospace, monospace; background: light-dark(#f0f0ec, #2a2d34); padding: 0.1em 0.3em; border-radius: 0.2em; }
a { color: light-dark(#0b57c2, #7db1ff); }
dt { margin-top: 0.8rem; }
dd { margin: 0.1rem 0 0 1rem; }
`;

/** `root` is the path that the pages lie under. */
export function printHtmlPage(page: DescribedPage, root: string): string {
  const { code, what, where, causes, steps, settings, see } = page;
  return wholePage(code, [
    `<p><a href="${root}">All codes</a></p>`,
    `<h1>${escape(code)}</h1>`,
    `<p>${inline(what)}</p>`,
    ...section('Where it shows', list('ul', where)),
    ...section('Likely causes', list('ul', causes)),
    ...section('What to do', list('ol', steps)),
    ...section('Again?', `<p>${inline(againOf(page))}</p>`),
    ...section(
      'Settings',
      list(
        'ul',
        settings.map(
          ({ name, default: usual }) => `\`${name}\`${usual === undefined ? '' : ` (otherwise \`${usual}\`)`}`,
        ),
      ),
    ),
    ...section(
      'More',
      list(
        'ul',
        see.map((link) => `\`docs/${link}\``),
      ),
    ),
  ]);
}

export function printHtmlIndex(
  codes: readonly { readonly code: string; readonly help: string }[],
  root: string,
): string {
  const entries = codes.map(
    ({ code, help }) =>
      `<dt><a href="${root}/${escape(code)}"><code>${escape(code)}</code></a></dt><dd>${escape(help)}</dd>`,
  );
  return wholePage('Errors', ['<p><a href="/docs">API</a></p>', '<h1>Errors</h1>', `<dl>${entries.join('\n')}</dl>`]);
}

function wholePage(title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)} · outdial</title><style>${pageStyle}</style></head>
<body><main>
${body.join('\n')}
</main></body>
</html>
`;
}

function section(title: string, content: string): readonly string[] {
  return content === '' ? [] : [`<h2>${title}</h2>`, content];
}

function list(kind: 'ol' | 'ul', items: readonly string[]): string {
  return items.length === 0 ? '' : `<${kind}>${items.map((item) => `<li>${inline(item)}</li>`).join('\n')}</${kind}>`;
}

/** Code in backticks. */
function inline(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
