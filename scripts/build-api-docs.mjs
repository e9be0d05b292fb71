// Builds the page under /docs into dist/pages/docs: our page, and the API reference of Scalar as one script. The reference comes inside a
// plugin for Fastify that wants a newer Node than outdial does; only the script for browsers is taken out of it (ADR 12).
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';

const target = 'dist/pages/docs';
const page = 'api-docs';
const plugin = createRequire(import.meta.url).resolve('@scalar/fastify-api-reference');
const sources = [plugin, 'scripts/build-api-docs.mjs'];
const built = join(target, 'reference.js');

mkdirSync(target, { recursive: true });
cpSync(page, target, { recursive: true });
if (!existsSync(built) || sources.some((path) => statSync(path).mtimeMs > statSync(built).mtimeMs)) {
  const literal = /^var standalone_default = (".*");$/m.exec(readFileSync(plugin, 'utf8'))?.[1];
  if (literal === undefined) throw new Error(`${plugin} has the script for browsers no longer where it was`);
  // A string literal of JavaScript, which may hold escapes that JSON has not.
  writeFileSync(built, runInNewContext(literal));
  cpSync(join(dirname(plugin), '..', 'LICENSE'), join(target, 'LICENSE.reference.txt'));
}
