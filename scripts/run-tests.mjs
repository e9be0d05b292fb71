// Runs Node's test runner over an explicit list of built test files: directory and glob forms differ between Node versions.
// usage: node scripts/run-tests.mjs unit|interop|store|crash|console [word in the path]
import { spawn, spawnSync } from 'node:child_process';
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
const testFlags = ['--enable-source-maps', '--disable-warning=ExperimentalWarning', '--test'];
if (kind === 'interop' && availableParallelism() > 1 && canHaveNetworks())
  process.exit(await runInNetworksOfTheirOwn());
// One file less than there are cores is the runner's default: on two cores the second one would idle. The other kinds hold fixed ports
// and judge by time.
const filesAtOnce = kind === 'unit' ? availableParallelism() : 1;
const flags = [...testFlags, `--test-concurrency=${filesAtOnce}`];
process.exit(spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit' }).status ?? 1);

/** Whether programs can get a network of their own here (Linux, with the right to it). */
function canHaveNetworks() {
  return spawnSync(...inNetwork('true', []), { stdio: 'ignore' }).status === 0;
}

/** A loopback interface, and one that leads nowhere: baresip wants an address that is not loopback before it uses one that is. */
function inNetwork(program, args) {
  const outside =
    'ip link add out0 type veth peer name out1 && ip addr add 198.18.0.1/24 dev out0 && ip link set out0 up';
  const command = `ip link set lo up && ${outside} && ip link set out1 up && ip route add default dev out0 && exec "$0" "$@"`;
  return ['unshare', ['--net', 'sh', '-c', command, program, ...args]];
}

/** What judges sound to the millisecond, or amid noise and loss: on a busy machine what is late counts as lost, too. */
function isAlone(file) {
  return ['rtcp', 'talk-aloud', 'tones', 'words-over-rtp'].some((name) => file.endsWith(`${name}.test.js`));
}

/** Foreign programs sit at fixed ports and mostly wait: with a loopback of its own for each file, two run side by side. */
async function runInNetworksOfTheirOwn() {
  const waiting = files.filter((file) => !isAlone(file));
  const failed = [];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const { status, output } = await runInNetwork(file);
      process.stdout.write(output);
      if (status !== 0) failed.push(file);
    }
  };
  await Promise.all([work(), work()]);
  waiting.push(...files.filter(isAlone));
  await work();
  console.log(`${files.length - failed.length} of ${files.length} files passed. ${failed.join(' ')}`);
  return failed.length === 0 ? 0 : 1;
}

function runInNetwork(file) {
  const child = spawn(...inNetwork(process.execPath, [...testFlags, file]), { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 1, output: `${file}: ${error.message}\n` }));
    child.on('close', (status) => resolve({ status, output: Buffer.concat(chunks) }));
  });
}
