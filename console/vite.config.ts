/** Builds the console into dist/pages/console, where the gateway finds it. Nothing in it comes from another host. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the console and the page of a shared call are built with. */
export const consoleOptions = {
  root: here('.'),
  base: '/console/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist/pages/console'),
    // Two builds go there; scripts/build-console.mjs takes away what was built before.
    emptyOutDir: false,
    target: 'es2023',
    // As data: URLs they would need more room in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
} as const;

// oxlint-disable-next-line import/no-default-export -- vite asks for it
export default defineConfig(consoleOptions);
