// Runs Node's test runner over an explicit list of built test files: directory and glob forms differ between Node versions.
// usage: node scripts/run-tests.mjs unit|interop|store|crash|console [word in the path]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, sep } from 'node:path';

const [kind = 'unit', word = ''] = process.argv.slice(2);
const filesUnder = (folder) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? filesUnder(path) : path.endsWith('.test.js') ? [path] : [];
      });
// A built file whose source is gone must not run.
const hasSource = (path) => existsSync(path.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
/** Kinds of their own, by folder: they need foreign programs, or take long. */
const ownKinds = ['interop', 'store', 'crash', 'console'];
const kindOf = (path) => ownKinds.find((each) => path.startsWith(join('dist', 'test', each) + sep)) ?? 'unit';
const files = ['dist/src', 'dist/test', 'dist/console/src']
  .flatMap(filesUnder)
  .filter((path) => hasSource(path) && kindOf(path) === kind && path.includes(word));
if (files.length === 0) {
  console.error(`no ${kind} test matches "${word}"`);
  process.exit(1);
}
// One file less than there are cores is the runner's default: on two cores the second one would idle. The other kinds hold fixed ports
// and judge by time.
const filesAtOnce = kind === 'unit' ? availableParallelism() : 1;
const run = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-concurrency=${filesAtOnce}`,
    ...files,
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
