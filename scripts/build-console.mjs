// Builds the console into dist/pages/console when it is older than what it is made of. A build of everything else needs none of this.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;

const target = 'dist/pages/console';
// The last one that is built.
const built = join(target, 'shared-call.html');
const sources = ['console', 'src/client', 'package-lock.json', 'scripts/build-console.mjs'];
if (!existsSync(built) || Math.max(...sources.map(newest)) > statSync(built).mtimeMs) {
  rmSync(target, { recursive: true, force: true });
  await build({ configFile: 'console/vite.config.ts' });
  await build({ configFile: 'console/shared-call.config.ts' });
}
