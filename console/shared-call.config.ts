/**
 * Builds the empty page of a shared call (src/api/v1/call-page.ts fills it): one HTML file with style and script inside, and a
 * Content-Security-Policy that lets these two run by their hashes, and nothing else.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { consoleOptions } from './vite.config.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const page = 'shared-call.html';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** In place of the files that Vite made: they go into the page. */
function intoOnePage(): Plugin {
  return {
    name: 'into-one-page',
    enforce: 'post',
    generateBundle(_options, bundle) {
      let html = '';
      let script = '';
      let style = '';
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'chunk') script += file.code;
        else if (name.endsWith('.css')) style += String(file.source);
        else if (name === page) html = String(file.source);
        delete bundle[name];
      }
      // The text of a script ends at the first `</script`.
      script = script.trim().replaceAll('</script', String.raw`<\/script`);
      const policy = [
        "default-src 'none'",
        `script-src ${hashOf(script)}`,
        `style-src ${hashOf(style)}`,
        'img-src data:',
        'media-src blob:',
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; ');
      const source = html
        .replaceAll(/\s*<(?:script type="module"[^>]*><\/script>|link rel="(?:stylesheet|modulepreload)"[^>]*>)/g, '')
        .replace(
          '<meta charset="utf-8" />',
          (found) => `${found}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace('</head>', (found) => `<style>${style}</style>\n  ${found}`)
        .replace('</body>', (found) => `<script>${script}</script>\n  ${found}`);
      this.emitFile({ type: 'asset', fileName: page, source });
    },
  };
}

// oxlint-disable-next-line import/no-default-export -- vite asks for it
export default defineConfig({
  ...consoleOptions,
  base: './',
  plugins: [intoOnePage()],
  build: {
    ...consoleOptions.build,
    cssCodeSplit: false,
    rolldownOptions: { input: here(page), output: { format: 'iife' } },
  },
});
